"""Keys and what is said of them; the bindings that screens share.

A binding's ``description`` names its action; its ``group``, if it is a `Hint`, is what the key bar
says of it, and where; its ``tooltip`` says what the key does, in words for a table.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from textual.binding import Binding, BindingType

NAMES = {
    "question_mark": "?",
    "plus": "+",
    "minus": "-",
    "comma": ",",
    "full_stop": ".",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "left_parenthesis": "(",
    "right_parenthesis": ")",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "pageup": "PgUp",
    "pagedown": "PgDn",
}
SYNONYMS = frozenset(("equals_sign",))
"""Of a key that is told: the plus key without Shift."""
NAVIGATION = frozenset(
    (
        *("up", "down", "left", "right", "home", "end", "pageup", "pagedown"),
        *("tab", "shift+tab", "backspace"),
    )
)
"""Keys that move a cursor or edit what has the focus: no palette is needed for them."""


@dataclass(frozen=True)
class Hint(Binding.Group):
    """What the key bar says of one or more keys; those that have the same hint share its words."""

    rank: int = 50
    """Hints of a lower rank stand further left, and stay where there is no room for all."""
    last: bool = False
    """At the right end instead, of which the lowest rank is outermost."""


FIRST, SECOND, THIRD, FOURTH, FIFTH = 10, 11, 12, 13, 14
"""Ranks of what a screen is for."""
HELP, QUIT = Hint("Help", rank=0, last=True), Hint("Quit", rank=18, last=True)
PALETTE = Hint("Palette", rank=19, last=True)
AT_HAND = 20
"""Rank from which on hints are those of the pane that has the focus."""
NEXT = Hint("Next", rank=45)

LEAVE = Binding(
    "q",
    "app.quit",
    "Quit",
    tooltip="Quit; a run under way is ended, with everything it started",
    group=QUIT,
)
"""Of every screen that somebody works on."""
REDRAW = Binding(
    "ctrl+l",
    "redraw",
    "Redraw",
    show=False,  # something else has to go wrong before anybody needs it
    tooltip="Redraw the screen, should something else have written on it",
)


def helps(with_what: str) -> Binding:
    """The key of a screen's help, which is about that."""
    return Binding(
        "question_mark,f1",
        "help",
        "Help",
        key_display="?",
        tooltip=f"Help: {with_what} (Escape closes it)",
        group=HELP,
    )


APP: list[BindingType] = [
    Binding(
        "ctrl+c",
        "interrupt",
        "Stop, quit",
        show=False,  # as x and q, which are shown
        priority=True,
        tooltip="Stop what is under way; a second time, or at rest, quit",
    ),
    Binding(
        "ctrl+z",
        "suspend",
        "Suspend",
        key_display="^z",
        priority=True,
        tooltip="Suspend the lab: to the shell, fg continues; a run goes on",
        group=Hint("Suspend", rank=60),
    ),
    Binding(
        "ctrl+p",
        "command_palette",
        "Palette",
        key_display="^p",
        tooltip="Command palette: every action by name, and themes",
        group=PALETTE,
    ),
    REDRAW,
]
"""Of the app: everywhere."""
FOCUSING = "Next, previous pane or field"
FOCUS: list[BindingType] = [
    Binding("tab", "app.focus_next", "Next", tooltip=FOCUSING, group=NEXT),
    Binding("shift+tab", "app.focus_previous", "Previous", show=False, tooltip=FOCUSING),
]
"""Of every screen."""
CHOOSING, CHOOSES = "In a list: choose", Hint("Choose", rank=AT_HAND + 9)
LISTS: list[BindingType] = [
    Binding("up", "cursor_up", "Up", tooltip=CHOOSING, group=CHOOSES),
    Binding("down", "cursor_down", "Down", tooltip=CHOOSING, group=CHOOSES),
]
"""Of every list and table."""
SCROLLS = "Scroll by a line, a page, to the start or the end"
SCROLLING: list[BindingType] = [
    Binding("up", "scroll_up", "Up", tooltip=SCROLLS, group=Hint("Scroll", rank=AT_HAND + 9)),
    Binding("down", "scroll_down", "Down", tooltip=SCROLLS, group=Hint("Scroll", rank=AT_HAND + 9)),
    Binding("pageup", "page_up", "Page up", show=False, tooltip=SCROLLS),
    Binding("pagedown", "page_down", "Page down", show=False, tooltip=SCROLLS),
    Binding("home", "scroll_home", "Home", show=False, tooltip=SCROLLS),
    Binding("end", "scroll_end", "End", show=False, tooltip=SCROLLS),
]
"""Of every pane that scrolls."""


def name(key: str) -> str:
    """What stands on the key, for example "Shift+←"."""
    *held, last = key.split("+")
    shown = NAMES.get(last, last if len(last) == 1 else last.title())
    if held and len(shown) == 1:
        shown = shown.upper()
    return "+".join([*(part.title() for part in held), shown])


def shown(binding: Binding) -> str:
    """What the key bar shows of it, where there is little room."""
    return binding.key_display or name(binding.key)


def hint_of(binding: Binding) -> Hint:
    """What the key bar says it does."""
    if isinstance(binding.group, Hint):
        return binding.group
    return Hint(binding.group.description if binding.group else binding.description)


def words(binding: Binding) -> str:
    """What the key does."""
    return binding.tooltip or binding.description


def each(bindings: Iterable[BindingType]) -> list[Binding]:
    """One binding a key, without synonyms."""
    return [one for one in Binding.make_bindings(bindings) if one.key not in SYNONYMS]
