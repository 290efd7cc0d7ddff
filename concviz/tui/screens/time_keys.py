"""The keys that move the time cursor of the lab."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from concviz.tui import bindings

STEP = "Step to the event before or after"
SCRUB = "Move by a twentieth of what the timeline shows"
JUMP = "Jump to the start or to the end of the run"
SPEED = "Play slower or faster: 0.1× to 100×"
PLAYS = bindings.Hint("Play", rank=bindings.FIFTH)
STEPS, LEAVES = bindings.Hint("Step", rank=15), bindings.Hint("Whole run", rank=16)
SPEEDING, LOOPS = bindings.Hint("Speed", rank=17), bindings.Hint("Loop", rank=bindings.AT_HAND)
SCRUBBING, JUMPS = bindings.Hint("Move", rank=30), bindings.Hint("Start, end", rank=31)

KEYS: list[BindingType] = [
    Binding(
        "space",
        "time('toggle')",
        "Play",
        tooltip="Play or pause; a run under way stays as it was meanwhile",
        group=PLAYS,
    ),
    Binding("left_square_bracket", "time('step', -1)", "Event before", tooltip=STEP, group=STEPS),
    Binding("right_square_bracket", "time('step', 1)", "Event after", tooltip=STEP, group=STEPS),
    Binding("left_curly_bracket", "time('scrub', -1)", "Back", tooltip=SCRUB, group=SCRUBBING),
    Binding("right_curly_bracket", "time('scrub', 1)", "Forward", tooltip=SCRUB, group=SCRUBBING),
    Binding("less_than_sign", "time('hasten', -1)", "Slower", tooltip=SPEED, group=SPEEDING),
    Binding("greater_than_sign", "time('hasten', 1)", "Faster", tooltip=SPEED, group=SPEEDING),
    Binding("left_parenthesis", "time('start')", "To the start", tooltip=JUMP, group=JUMPS),
    Binding("right_parenthesis", "time('end')", "To the end", tooltip=JUMP, group=JUMPS),
    Binding(
        "l",
        "time('loop')",
        "Loop",
        tooltip="Loop: at its end, play it again, or not",
        group=LOOPS,
    ),
    Binding(
        "escape",
        "time('leave')",
        "Whole run",
        key_display="Esc",
        tooltip="Leave the time cursor: show the whole run, or follow it",
        group=LEAVES,
    ),
]
"""Of the lab: from whichever pane."""
