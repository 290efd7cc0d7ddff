"""The keys of the lab, and all that work in it, for help and README."""

from __future__ import annotations

from collections.abc import Sequence

from textual.binding import Binding, BindingType

from concviz.tui import keeping, keys, time_cursor
from concviz.tui.screens.body import PANELS
from concviz.tui.widgets.fields import ChoiceField, NumberInput
from concviz.tui.widgets.timeline import Timeline

PLACES = ("strategies", "workloads", "workers", "timeline", *PANELS)
"""Where the keys 1 to 8 go."""
PANES = ("Strategy", "Workload", "Workers", "Timeline", *(name.title() for name in PANELS))

BINDINGS: list[BindingType] = [
    Binding("r", "run", "Run", tooltip="Run the plan (also Enter in a number, or the button)"),
    Binding("x", "stop", "Stop", tooltip="Stop the run; what finished stays on screen"),
    Binding(
        "c",
        "experiment('compare')",
        "Compare",
        tooltip="Compare strategies: which one, and why",
    ),
    Binding(
        "s",
        "experiment('sweep')",
        "Sweep",
        tooltip="Sweep workers: the same work with more and more, and how many to take",
    ),
    Binding(
        "v",
        "view",
        "Bars",
        tooltip="Bars by state or by task: what the worker's thread does, or whose time it is",
    ),
    *(
        Binding(
            str(number),
            f"go({place!r})",
            f"Go to {pane}",
            show=False,
            tooltip=f"Go to {', '.join(PANES)}",
        )
        for number, (place, pane) in enumerate(zip(PLACES, PANES, strict=True), start=1)
    ),
    *keeping.KEYS,
    *time_cursor.KEYS,
    Binding(
        "question_mark,f1",
        "help",
        "Help",
        key_display="?",
        tooltip="Help: the pane at hand, the picture and every key (Escape closes it)",
    ),
    Binding("q", "app.quit", "Quit", tooltip=keys.QUITS),
]
SECTIONS: Sequence[keys.Section] = (
    (
        "In the lab",
        [
            *(binding for binding in BINDINGS if binding not in time_cursor.KEYS),
            *keys.FOCUS,
            *keys.APP,
        ],
    ),
    ("In time", time_cursor.KEYS),
    ("On the timeline", Timeline.BINDINGS),
    (
        "In lists, numbers and choices",
        [*keys.LISTS, *NumberInput.BINDINGS, *ChoiceField.BINDINGS],
    ),
)
"""Every key, for help and README."""
