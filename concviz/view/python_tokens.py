"""What the parts of a piece of Python are, for whoever colours them.

By the standard library's tokenizer: a highlighter for all languages takes some 40 ms to import.
"""

from __future__ import annotations

import builtins
import io
import keyword
import token
import tokenize
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple


class Kind(Enum):
    """What a part is."""

    KEYWORD = "keyword"
    BUILTIN = "builtin"
    NAME = "name"
    DEFINED = "defined"
    """The name of a function or a class where it is defined."""
    STRING = "string"
    NUMBER = "number"
    OPERATOR = "operator"
    COMMENT = "comment"


class Part(NamedTuple):
    """From the character ``begin`` to before ``end`` of the text."""

    begin: int
    end: int
    kind: Kind


_KINDS = {
    token.STRING: Kind.STRING,
    token.NUMBER: Kind.NUMBER,
    token.OP: Kind.OPERATOR,
    tokenize.COMMENT: Kind.COMMENT,
    # From 3.12 on, the literal parts of an f-string.
    **{
        number: Kind.STRING
        for number, name in token.tok_name.items()
        if name in ("FSTRING_START", "FSTRING_MIDDLE", "FSTRING_END")
    },
}
_DEFINE = ("def", "class")
_BUILTINS = frozenset(dir(builtins))


def parts(text: str) -> Iterator[Part]:
    """In their order; what comes after something that is no Python has none."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    before = ""
    try:
        for each in tokenize.generate_tokens(io.StringIO(text).readline):
            (row, column), (last, until) = each.start, each.end
            kind = _of_name(each.string, before) if each.type == token.NAME else None
            kind = kind or _KINDS.get(each.type)
            if kind is not None and each.string:
                yield Part(starts[row - 1] + column, starts[last - 1] + until, kind)
            before = each.string
    except (tokenize.TokenError, SyntaxError, IndexError):
        return


def _of_name(name: str, before: str) -> Kind:
    if keyword.iskeyword(name):
        return Kind.KEYWORD
    if before in _DEFINE:
        return Kind.DEFINED
    return Kind.BUILTIN if name in _BUILTINS and before != "." else Kind.NAME
