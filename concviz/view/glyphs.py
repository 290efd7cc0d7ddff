"""What is drawn where there is no Unicode: for each glyph of ours, an ASCII one.

All glyphs of a picture and of its legend go through the one table, so that the two agree.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TextIO

from rich.cells import cell_len

from concviz.view.braille import BLANK, ascii_of
from concviz.view.signs import SIGNS, Mark

BARS = {
    **{sign.glyph: sign.ascii for sign in SIGNS if sign is not Mark.QUEUE},
    # Levels of the queue, some of which are signs as well, are a ramp: _,:;o*#@
    "▁": "_",
    "▂": ",",
    "▃": ":",
    "▅": "o",
    "▆": "*",
}
LINES = {
    **dict.fromkeys("┬┴┤└╭╮╰╯┌┐┘├┼┏┓┗┛", "+"),
    **dict.fromkeys("│╎▏▎▐▕", "|"),
    **dict.fromkeys("━═╸╺", "="),
    "┄": "-",
    "▀": "^",
    "╵": "'",
    "─": "-",
}
POINTS = dict(zip("●○◆◇■□▲△", "ABCDEFGH", strict=True))
"""A letter for each strategy of a plot."""
CURVES = {chr(BLANK + bits): ascii_of(bits) for bits in range(1, 256)}
"""Cells of a plot's curves."""
KEYS = {
    "←": "<",
    "→": ">",
    "↑": "^",
    "↓": "v",
    "⏎": "<",
    "⌫": "<",
    "‹": "<",
    "›": ">",
    "•": "*",
    "◀": "<",
    "▶": ">",
    "−": "-",
}
GRAPHICS = dict(zip("°±⎺⎻⎼⎽≤≥π≠£", "o+^-_.<>p!L", strict=True))
"""What terminals draw in the place of small letters, which recorded ones may have done."""
MARKS = {"✓": "y", "✗": "n", "🔎": "> "}
WORDS = {
    "×": "x",
    "÷": "/",
    "·": ".",
    "–": "-",
    "…": "...",
    "µ": "u",
    **{chr(0x2400 + code): f"^{chr(0x40 + code)}" for code in range(0x20)},  # see ``sanitize``
    "␡": "^?",
}

ASCII = BARS | LINES | POINTS | CURVES | KEYS | GRAPHICS | MARKS | WORDS
"""By glyph. All but some of the words are as wide as what they stand for."""

_TABLE = str.maketrans(ASCII)
_ALL = "".join(ASCII)


@cache
def draws(encoding: str) -> bool:
    """Whether our glyphs can be written in it, every one."""
    try:
        _ALL.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def encoding_of(stream: TextIO | None) -> str:
    """What a stream writes, as far as it says so."""
    return getattr(stream, "encoding", None) or "utf-8"


def drawable(text: str, encoding: str) -> str:
    """The text as it can be written in that encoding: in our glyphs, or all of it in ASCII's."""
    return text if draws(encoding) else text.translate(_TABLE)


def celled(text: str, encoding: str) -> str:
    """The text in ASCII's glyphs, each character as wide as before, as a screen needs it."""
    if text.isascii():
        return text
    return "".join([each if each.isascii() else _celled(each, encoding) for each in text])


@lru_cache(maxsize=4096)
def _celled(character: str, encoding: str) -> str:
    """Of a glyph that has become longer, the beginning; of what there is none for, ``?``."""
    width = cell_len(character)
    if character in ASCII:
        return ASCII[character][:width]
    return character.encode(encoding, "replace").decode(encoding).ljust(width, "?")[:width]
