"""Keys as people read of them: help, README and the palette are made from the bindings themselves.

Bindings with the same tooltip share a line. ``python -m concviz.tui.keys`` prints README's tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any, Protocol, runtime_checkable

from textual.actions import parse
from textual.app import SystemCommand
from textual.binding import BindingType
from textual.dom import DOMNode
from textual.screen import Screen

from concviz.tui.bindings import NAVIGATION, each, name, words

Section = tuple[str, Sequence[BindingType]]
"""A heading, and the bindings below it."""


def rows(bindings: Iterable[BindingType]) -> tuple[tuple[str, str], ...]:
    """Keys and what they do; those that do the same share a row."""
    keys: dict[str, list[str]] = {}
    for binding in each(bindings):
        told = keys.setdefault(words(binding), [])
        if (key := name(binding.key)) not in told:
            told.append(key)
    return tuple((_listed(told), does) for does, told in keys.items())


def _listed(keys: list[str]) -> str:
    digits = [key for key in keys if key.isdigit()]
    if len(digits) > 2 and digits == keys:
        return f"{keys[0]} … {keys[-1]}"
    return " ".join(keys)


def _marked(keys: str) -> str:
    return " ".join(key if key == "…" else f"`{key}`" for key in keys.split(" "))


def table(bindings: Iterable[BindingType]) -> str:
    """A table in Markdown."""
    lines = ["| key | does |", "|---|---|"]
    lines += [f"| {_marked(keys)} | {does} |" for keys, does in rows(bindings)]
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
    from concviz.tui.screens import lab_keys, tour_keys  # screens import this

    return tables([*lab_keys.sections(), *tour_keys.SECTIONS[:1]], level=3)


if __name__ == "__main__":
    print(readme(), end="")
