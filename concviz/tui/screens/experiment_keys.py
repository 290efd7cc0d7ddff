"""The keys of an experiment's screen, and all that work in it, for its help."""

from __future__ import annotations

from collections.abc import Sequence

from textual.binding import Binding, BindingType

from concviz.tui import bindings, keys
from concviz.tui.widgets.figures import FiguresTable
from concviz.tui.widgets.stack import Stack
from concviz.tui.widgets.strategy_checklist import MarkList

BINDINGS: list[BindingType] = [
    Binding(
        "r",
        "run",
        "Run",
        tooltip="Run what is marked",
        group=bindings.Hint("Run", rank=bindings.FIRST),
    ),
    Binding(
        "x",
        "stop",
        "Stop",
        tooltip="Stop; what was measured stays",
        group=bindings.Hint("Stop", rank=bindings.FIRST),
    ),
    Binding(
        "n",
        "again",
        "New",
        tooltip="Choose anew",
        group=bindings.Hint("New", rank=bindings.THIRD),
    ),
    Binding(
        "enter",
        "open",
        "Open",
        tooltip="Open the selected run in the lab",
        group=FiguresTable.OPEN,
    ),
    Binding(
        "v",
        "view",
        "State/Task",
        tooltip="Bars by state or by task",
        group=bindings.Hint("State/Task", rank=bindings.AT_HAND + 4),
    ),
    Binding(
        "t",
        "table",
        "Table",
        tooltip="Table or picture, where only one has room",
        group=bindings.Hint("Table", rank=bindings.FOURTH),
    ),
    Binding(
        "w",
        "write",
        "Write",
        tooltip="Write the result to a new file: page, table, picture",
        group=bindings.Hint("Write", rank=bindings.FOURTH),
    ),
    Binding(
        "escape",
        "back",
        "Lab",
        key_display="Esc",
        tooltip="Back to the lab; the key that led here shows the result again",
        group=bindings.Hint("Lab", rank=bindings.FIFTH),
    ),
    bindings.helps("keys, and what the figures mean"),
    bindings.LEAVE,
]
SECTIONS: Sequence[keys.Section] = (
    ("Keys", [*BINDINGS, *bindings.FOCUS]),
    ("In the list of strategies", MarkList.BINDINGS),
    ("In the timelines", Stack.BINDINGS),
    ("In the table", FiguresTable.BINDINGS),
)
"""Every key, for its help."""
