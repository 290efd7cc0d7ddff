"""Keys as people read of them: help, README and the palette are made from the bindings themselves.

A binding's ``description`` is the hint in the footer; its ``tooltip`` says what the key does, in
words for a table. Bindings with the same tooltip share a line of it. ``python -m concviz.tui.keys``
prints README's tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any, Protocol, runtime_checkable

from textual.actions import parse
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.screen import Screen

Section = tuple[str, Sequence[BindingType]]
"""A heading, and the bindings below it."""

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

REDRAW = Binding(
    "ctrl+l",
    "redraw",
    "Redraw",
    show=False,
    tooltip="Redraw the screen, should something else have written on it",
)
APP: list[BindingType] = [
    Binding(
        "ctrl+c",
        "quit",
        "Quit",
        show=False,
        priority=True,
        tooltip="Quit; a run under way is ended, with everything it started",
    ),
    Binding(
        "ctrl+p",
        "command_palette",
        "Palette",
        key_display="^p",
        tooltip="Command palette: every action by name, and themes",
    ),
    REDRAW,
]
"""Of the app: everywhere."""
FOCUS: list[BindingType] = [
    Binding("tab,shift+tab", "focus", "Focus", tooltip="Next, previous pane or field"),
]
LISTS: list[BindingType] = [
    Binding("up,down", "choose", "Choose", tooltip="In a list: choose"),
]
"""Textual's own, for tables."""


def name(key: str) -> str:
    """What stands on the key, for example "Shift+←"."""
    *held, last = key.split("+")
    shown = NAMES.get(last, last if len(last) == 1 else last.title())
    if held and len(shown) == 1:
        shown = shown.upper()
    return "+".join([*(part.title() for part in held), shown])


def words(binding: Binding) -> str:
    """What the key does."""
    return binding.tooltip or binding.description


def each(bindings: Iterable[BindingType]) -> list[Binding]:
    """One binding a key, without synonyms."""
    return [one for one in Binding.make_bindings(bindings) if one.key not in SYNONYMS]


def rows(bindings: Iterable[BindingType]) -> list[tuple[str, str]]:
    """Keys, as Markdown, and what they do."""
    keys: dict[str, list[str]] = {}
    for binding in each(bindings):
        told = keys.setdefault(words(binding), [])
        if (key := name(binding.key)) not in told:
            told.append(key)
    return [(_listed(told), does) for does, told in keys.items()]


def _listed(keys: list[str]) -> str:
    digits = [key for key in keys if key.isdigit()]
    if len(digits) > 2 and digits == keys:
        return f"`{keys[0]}` … `{keys[-1]}`"
    return " ".join(f"`{key}`" for key in keys)


def table(bindings: Iterable[BindingType]) -> str:
    """A table in Markdown."""
    lines = ["| key | does |", "|---|---|"]
    lines += [f"| {keys} | {does} |" for keys, does in rows(bindings)]
    return "\n".join(lines) + "\n"


def tables(sections: Iterable[Section], level: int = 2) -> str:
    """All of them, each under its heading."""
    return "\n".join(
        f"{'#' * level} {heading}\n\n{table(bindings)}" for heading, bindings in sections
    )


def commands(node: DOMNode, bindings: Iterable[BindingType]) -> Iterator[SystemCommand]:
    """An entry of the palette for every action of a screen or widget that it allows now.

    Its name is what the key does, or, where several share the words, the binding's description.
    """
    told: set[str] = set()
    found = each(bindings)
    for binding in found:
        _, action, arguments = parse(binding.action)
        run = getattr(node, f"action_{action}", None)
        if binding.action in told or binding.key in NAVIGATION or run is None:
            continue
        if not node.check_action(action, arguments):
            continue
        told.add(binding.action)
        shared = {one.action for one in found if words(one) == words(binding)} != {binding.action}
        title, rest = (binding.description, words(binding)) if shared else _cut(words(binding))
        help_text = f"{rest} ({name(binding.key)})" if rest else f"({name(binding.key)})"
        yield SystemCommand(title, help_text, partial(run, *arguments))


def _cut(said: str) -> tuple[str, str]:
    """The first clause, and what follows."""
    first, rest = re.match(r"([^;:(]*)[;:]?\s*(.*)", said, re.DOTALL).groups()  # type: ignore[union-attr]
    return first.strip(), rest


@runtime_checkable
class HasCommands(Protocol):
    """A screen that says itself what the palette offers on it."""

    def commands(self) -> Iterable[SystemCommand]:
        """What can be done now."""


def commands_of(screen: Screen[Any]) -> Iterable[SystemCommand]:
    """What the palette offers on a screen: what it says, or else its own bindings."""
    return (
        screen.commands() if isinstance(screen, HasCommands) else commands(screen, screen.BINDINGS)
    )


def readme() -> str:
    """README's tables."""
    from concviz.tui.screens.lab_keys import SECTIONS  # screens import this

    return tables(SECTIONS, level=3)


if __name__ == "__main__":
    print(readme(), end="")
