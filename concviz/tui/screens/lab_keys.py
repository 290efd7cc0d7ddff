"""The keys of the lab, and all that work in it, for help and README."""

from __future__ import annotations

from collections.abc import Sequence

from textual.binding import Binding, BindingType

from concviz.trace.plan import Plan
from concviz.tui import bindings, keys
from concviz.tui.places import PLACES
from concviz.tui.screens import time_keys
from concviz.tui.widgets.invitation import OFFERS

BINDINGS: list[BindingType] = [
    Binding(
        "r",
        "run",
        "Run",
        tooltip="Run the plan (also Enter in a number, or the button)",
        group=bindings.Hint("Run", rank=bindings.FIRST),
    ),
    Binding(
        "x",
        "stop",
        "Stop",
        tooltip="Stop the run; what finished stays on screen",
        group=bindings.Hint("Stop", rank=bindings.FIRST),
    ),
    Binding(
        "c",
        "experiment('compare')",
        "Compare",
        tooltip="Compare strategies: which one, and why",
        group=bindings.Hint("Compare", rank=bindings.SECOND),
    ),
    Binding(
        "s",
        "experiment('sweep')",
        "Sweep",
        tooltip="Sweep workers: the same work with more and more of them",
        group=bindings.Hint("Sweep", rank=bindings.THIRD),
    ),
    Binding(
        "o",
        "function",
        "Your function",
        tooltip="Your function: the tasks call one of yours, with inputs",
        group=bindings.Hint("Function", rank=bindings.NEXT.rank + 1),
    ),
    Binding(
        "a",
        "cluster",
        "Cluster",
        tooltip="Address of the cluster to use, where the strategy uses one",
        group=bindings.Hint("Cluster", rank=bindings.NEXT.rank + 1),
    ),
    Binding(
        "v",
        "view",
        "State/Task",
        tooltip="Bars by state or by task: what threads do, or whose time",
        group=bindings.Hint("State/Task", rank=bindings.AT_HAND + 3),
    ),
    *(
        Binding(
            str(number),
            f"go({place.goes_to!r})",
            f"Go to {place.name}",
            show=False,  # the number stands in the frame of the pane
            tooltip="Go to the pane with that number",
        )
        for number, place in enumerate(PLACES, start=1)
    ),
    *(
        Binding(
            offer.key,
            f"try_out({number})",
            offer.about,
            tooltip=f"Try {offer.about[0].lower()}{offer.about[1:]}",
            group=bindings.Hint(offer.about, rank=bindings.NEXT.rank + 1),
        )
        for number, offer in enumerate(OFFERS)
        if isinstance(offer.starts, Plan)
    ),
    Binding(
        "t",
        "tour",
        "Tour",
        tooltip="Tour: threads, processes, coroutines in twelve scenes",
        group=bindings.Hint("Tour", rank=bindings.NEXT.rank + 1),
    ),
    Binding(
        "z",
        "fold",
        "Fold",
        tooltip="Fold what is chosen at the left away, or unfold it again",
        group=bindings.Hint("Fold", rank=bindings.FIFTH),
    ),
    Binding(
        "h",
        "runs('look')",
        "History",
        tooltip="History: the runs that the lab kept, to open again",
        group=bindings.Hint("History", rank=50),
    ),
    Binding(
        "w",
        "runs('write')",
        "Write",
        tooltip="Write the run shown to a file: recording, picture, page …",
        group=bindings.Hint("Write", rank=51),
    ),
    Binding(
        "g",
        "runs('ghost')",
        "Ghost",
        tooltip="Ghost: lay a kept run behind the one shown, or take it away",
        group=bindings.Hint("Ghost", rank=52),
    ),
    Binding(
        "escape",
        "back",
        "Back",
        key_display="Esc",
        tooltip="Back to the comparison or sweep that the run is from",
        group=bindings.Hint("Back", rank=bindings.FIRST - 1),
    ),
    *time_keys.KEYS,
    bindings.helps("the pane at hand and every key"),
    bindings.LEAVE,
]


def sections() -> Sequence[keys.Section]:
    """Every key, for help and README."""
    from concviz.tui.widgets.fields import ChoiceField, NumberInput
    from concviz.tui.widgets.timeline import Timeline

    return (
        (
            "In the lab",
            [
                *(binding for binding in BINDINGS if binding not in time_keys.KEYS),
                *bindings.FOCUS,
                *bindings.APP,
            ],
        ),
        ("In time", time_keys.KEYS),
        ("On the timeline", Timeline.BINDINGS),
        ("In panes that scroll", bindings.SCROLLING),
        (
            "In lists, numbers and choices",
            [*bindings.LISTS, *NumberInput.BINDINGS, *ChoiceField.BINDINGS],
        ),
    )
