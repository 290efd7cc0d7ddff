"""The keys of the tour, and all that work in it, for help and README."""

from __future__ import annotations

from collections.abc import Sequence

from textual.binding import Binding, BindingType

from concviz.tui import bindings, keys

CHANGES = bindings.Hint("Change", rank=bindings.SECOND + 1)
MOST_ANSWERS = 4

BINDINGS: list[BindingType] = [
    Binding(
        "n,enter,space",
        "next",
        "Go on",
        key_display="Enter",
        tooltip="Go on: to the question, to the run, to the next scene",
        group=bindings.Hint("Go on", rank=bindings.FIRST),
    ),
    Binding(
        "x",
        "stop",
        "Stop",
        tooltip="Stop the run",
        group=bindings.Hint("Stop", rank=bindings.FIRST),
    ),
    *(
        Binding(
            str(number),
            f"answer({number})",
            f"Answer {number}",
            tooltip="Guess that answer, and run",
            group=bindings.Hint("Guess", rank=bindings.FIRST - 1),
        )
        for number in range(1, MOST_ANSWERS + 1)
    ),
    Binding(
        "r",
        "run",
        "Run",
        tooltip="Run now, or run again",
        group=bindings.Hint("Run", rank=bindings.SECOND),
    ),
    Binding(
        "minus",
        "change(-1)",
        "Less",
        key_display="-",
        tooltip="Change it: fewer tasks or workers, or more; then run again",
        group=CHANGES,
    ),
    Binding(
        "plus,equals_sign",
        "change(1)",
        "More",
        key_display="+",
        tooltip="Change it: fewer tasks or workers, or more; then run again",
        group=CHANGES,
    ),
    Binding(
        "c",
        "which",
        "Tasks/Workers",
        tooltip="Change tasks or workers, where both can be changed",
        group=bindings.Hint("Tasks/Workers", rank=bindings.SECOND + 2),
    ),
    Binding(
        "b,backspace",
        "back",
        "Back",
        key_display="b",
        tooltip="Back to the beginning of the scene, or to the scene before",
        group=bindings.Hint("Back", rank=bindings.FOURTH),
    ),
    Binding(
        "s",
        "skip",
        "Skip",
        tooltip="Skip: to the next scene at once",
        group=bindings.Hint("Skip", rank=bindings.FOURTH + 1),
    ),
    Binding(
        "a",
        "autoplay",
        "Autoplay",
        tooltip="Autoplay: the tour goes on by itself, or no longer",
        group=bindings.Hint("Autoplay", rank=bindings.AT_HAND + 10),
    ),
    Binding(
        "d",
        "code",
        "Code/Words",
        tooltip="Code or words, where only one has room",
        group=bindings.Hint("Code/Words", rank=bindings.AT_HAND),
    ),
    Binding(
        "v",
        "view",
        "State/Task",
        tooltip="Bars by state or by task",
        group=bindings.Hint("State/Task", rank=bindings.AT_HAND + 2),
    ),
    Binding(
        "escape,q",
        "leave",
        "Lab",
        key_display="Esc",
        tooltip="Back to the lab; its key t goes on with the tour",
        group=bindings.Hint("Lab", rank=bindings.FIFTH + 1),
    ),
    bindings.helps("the scene and every key"),
]
SECTIONS: Sequence[keys.Section] = (
    ("In the tour", BINDINGS),
    ("Between panes, and in those that scroll", [*bindings.FOCUS, *bindings.SCROLLING]),
    ("In the list of answers", bindings.LISTS),
)
"""Every key, for its help."""
