"""Takes what a program writes on a terminal apart: text, control characters, sequences.

What a terminal would do more for than draw is left out here already: strings (titles, clipboards,
images: OSC, DCS, APC, PM, SOS) are skipped, however long they are, and of what is not known nothing
is drawn.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

LONGEST = 256
"""Characters of a sequence that is not complete: a longer one is none."""

_TOKEN = re.compile(
    r"(?P<text>[^\x00-\x1f\x7f-\x9f]+)"
    r"|\x1b\[(?P<private>[<-?]?)(?P<parameters>[0-9;:]*)(?P<between>[ -/]*)(?P<final>[@-~])"
    r"|\x1b(?P<string>[\]PX^_])"
    r"|\x1b(?P<charset>[(-+])(?P<set>[ -~])"
    r"|\x1b[ -/]+[0-~]"
    r"|\x1b(?P<escape>[0-OQ-WYZ\\`-~])"
    r"|\x1b\[[ -?]*(?=[^ -~])"  # a sequence that another character broke off
    r"|\x1b(?=[^ -~])"
    r"|(?P<control>[\x00-\x1a\x1c-\x1f\x7f-\x9f])"
)
_END_OF_STRING = re.compile(r"\x07|\x1b\\|[\x18\x1a\x9c]|\x1b(?=[^\\])")


class Text(NamedTuple):
    """To be drawn; has no control character."""

    text: str


class Control(NamedTuple):
    """A control character."""

    character: str


class Sequence(NamedTuple):
    """``ESC [``, numbers and a letter, which says what to do."""

    final: str
    private: str
    parameters: str


class Escape(NamedTuple):
    """ESC and a character."""

    final: str


class Charset(NamedTuple):
    """What the letters after it are drawn as: ``0`` is lines and corners."""

    slot: str
    name: str


Token = Text | Control | Sequence | Escape | Charset


class Sequences:
    """Takes text apart that comes in pieces, which may end anywhere."""

    def __init__(self) -> None:
        self._rest = ""
        self._skipping = False

    def feed(self, piece: str) -> Iterator[Token]:
        """What is whole of it by now."""
        text = self._rest + piece
        self._rest = ""
        at = 0
        while at < len(text):
            if self._skipping:
                end = _END_OF_STRING.search(text, at)
                if end is None:
                    self._rest = "\x1b" if text.endswith("\x1b") else ""
                    return
                self._skipping = False
                at = end.end() if end[0] != "\x1b" else end.start()
                continue
            found = _TOKEN.match(text, at)
            if found is None:
                rest = text[at:]
                if len(rest) > LONGEST:  # of an endless sequence
                    at += 1
                    continue
                self._rest = rest
                return
            at = found.end()
            if found["string"] is not None:
                self._skipping = True
            elif (token := _token(found)) is not None:
                yield token


def _token(found: re.Match[str]) -> Token | None:
    if (text := found["text"]) is not None:
        return Text(text)
    if (final := found["final"]) is not None:
        if found["between"]:
            return None
        return Sequence(final, found["private"], found["parameters"])
    if (control := found["control"]) is not None:
        return Control(control)
    if (escape := found["escape"]) is not None:
        return Escape(escape)
    if (name := found["set"]) is not None:
        return Charset(found["charset"], name)
    return None
