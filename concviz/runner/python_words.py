"""Where, in the words of a Python's start, its own options end and the program begins."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_WITH_VALUE = ("-X", "-W", "--check-hash-based-pycs")


def begin(argv: Sequence[str]) -> int:
    """The place of the first word that is the program's: its script, module or code."""
    at = 1
    while at < len(argv) and argv[at].startswith("-") and argv[at] not in ("-c", "-m", "-", "--"):
        at += 2 if argv[at] in _WITH_VALUE else 1
    return at


def flags(argv: Sequence[str]) -> list[str]:
    """The options of the Python itself, with their values."""
    return list(argv[1 : begin(argv)])
