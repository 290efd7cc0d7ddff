"""Text from a task, a recording or a package, made safe to show: it is data, literally."""

from __future__ import annotations

import unicodedata

TAB = "    "
_SPACES = "Zs"


def sanitize(text: str) -> str:
    """The text with everything that a terminal could obey or hide made visible.

    Control characters become their pictures (``␛`` for ESC, ``␀`` for NUL, ``␡`` for DEL), a tab
    four spaces, and whatever else cannot be printed its escape: C1 controls, line separators, the
    marks that reverse or hide text, lone surrogates, private and unassigned characters. The result
    is one line without a control character, and ``sanitize`` leaves it as it is.
    """
    if text.isprintable():
        return text
    return "".join([_visible(character) for character in text])


def _visible(character: str) -> str:
    if character.isprintable() or unicodedata.category(character) == _SPACES:
        return character
    code = ord(character)
    if character == "\t":
        return TAB
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    return character.encode("ascii", "backslashreplace").decode("ascii")
