"""A script of keys: what somebody would press, and what he would wait for, a line each."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator
from typing import NamedTuple

LONGEST_S = 3600.0
PATIENCE_S = 30.0
"""How long ``until`` waits, unless it is told."""

_ARROWS = {"up": "A", "down": "B", "right": "C", "left": "D", "home": "H", "end": "F"}
KEYS = {
    "enter": "\r",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "escape": "\x1b",
    "space": " ",
    "backspace": "\x7f",
    "delete": "\x1b[3~",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    **{name: f"\x1b[{final}" for name, final in _ARROWS.items()},
    **{f"shift+{name}": f"\x1b[1;2{final}" for name, final in _ARROWS.items()},
    **{f"ctrl+{chr(code + 0x60)}": chr(code) for code in range(1, 27)},
    **{f"f{number}": f"\x1bO{final}" for number, final in enumerate("PQRS", 1)},
}
"""What a terminal sends for keys that have a name; others are a character."""
COMMANDS = {
    "press": "press KEY …",
    "type": "type TEXT",
    "wait": "wait 2s",
    "until": 'until "TEXT" 20s',
}
_SECONDS = re.compile(r"(\d+(?:\.\d+)?)(ms|s)?")


class ScriptError(ValueError):
    """What is wrong with which line, as a sentence without its full stop."""


class Press(NamedTuple):
    """A key."""

    line: int
    sent: str
    """What the terminal sends for it."""


class Wait(NamedTuple):
    """So many seconds."""

    line: int
    seconds: float


class Until(NamedTuple):
    """Until that stands on the screen; for at most so many seconds."""

    line: int
    text: str
    seconds: float


Step = Press | Wait | Until


def parse(script: str) -> list[Step]:
    """The steps of a script. Raises ScriptError."""
    return [
        step for number, line in enumerate(script.splitlines(), 1) for step in _of(number, line)
    ]


def _of(number: int, line: str) -> Iterator[Step]:
    try:
        words = shlex.split(line, comments=True)
    except ValueError as error:
        hint = 'a quotation mark, \\ or # as a key stands in quotes: press "#"'
        raise ScriptError(f"line {number}: {str(error).rstrip('.').lower()}; {hint}") from None
    if not words:
        return
    command, *rest = words
    if command == "wait":
        yield Wait(number, _seconds(number, command, rest))
    elif command == "until":
        if not rest or not rest[0]:
            raise ScriptError(f"line {number}: until what? As in: {COMMANDS['until']}")
        seconds = _seconds(number, command, rest[1:]) if rest[1:] else PATIENCE_S
        yield Until(number, rest[0], seconds)
    elif command == "type":
        if not rest:
            raise ScriptError(f"line {number}: type what? As in: {COMMANDS['type']}")
        for character in " ".join(rest):
            yield Press(number, character)
    else:
        yield from _pressed(number, rest if command == "press" else words)


def _pressed(number: int, names: Iterable[str]) -> Iterator[Press]:
    if not names:
        raise ScriptError(f"line {number}: press what? As in: {COMMANDS['press']}")
    for name in names:
        sent = KEYS.get(name.lower(), name if len(name) == 1 and name.isprintable() else None)
        if sent is None:
            commands = ", ".join(COMMANDS)
            raise ScriptError(
                f'line {number}: "{name}" is no key and no command; commands are {commands}; keys '
                f"are characters and {', '.join(_NAMED)}"
            )
        yield Press(number, sent)


_NAMED = (
    *(name for name in KEYS if "+" not in name and not name.startswith("f")),
    *("shift+…", "ctrl+…", "f1 … f4"),
)


def _seconds(number: int, command: str, words: list[str]) -> float:
    found = _SECONDS.fullmatch(words[0]) if len(words) == 1 else None
    seconds = -1.0
    if found is not None:
        seconds = float(found[1]) / (1000 if found[2] == "ms" else 1)
    if not 0 <= seconds <= LONGEST_S:
        raise ScriptError(
            f"line {number}: {command} takes seconds, from 0 to {LONGEST_S:g}, as in: "
            f"{COMMANDS[command]}"
        )
    return seconds
