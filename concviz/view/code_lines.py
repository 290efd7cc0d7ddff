"""Source text with what says nothing of how it works left out, in lines that fit.

Pure text: nothing is run. What is left out changes nothing of what the code does, which is checked
by the syntax tree of what is left; where that cannot be had, the text stays as it is.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from textwrap import dedent
from typing import NamedTuple

HINTS, DOCSTRINGS = "type hints", "docstrings"
LONGEST = 88
"""Cells of a head of a function that is put on one line."""
DEEPER = 4
"""Cells by which the rest of a line stands farther in than its beginning."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Brief(NamedTuple):
    """What is left of a source."""

    text: str
    hidden: tuple[str, ...] = ()
    """Kinds of what was left out, in words."""


class Piece(NamedTuple):
    """A part of a line that stands on a line of its own."""

    begin: int
    end: int
    indent: int


class _Cut(NamedTuple):
    begin: int
    end: int
    put: str
    kind: str


@lru_cache(maxsize=64)
def brief(source: str) -> Brief:
    """The source without type hints and docstrings; as it is where it is no Python."""
    text = dedent(source)
    try:
        tree = ast.parse(text)
        cuts = sorted([*_docstrings(tree, text), *_hints(text)])
        left = _without(text, cuts)
        same = _bare(ast.parse(left)) == _bare(tree)
    except (SyntaxError, ValueError, RecursionError, MemoryError, tokenize.TokenError):
        return Brief(source)
    if not same:
        return Brief(source)
    return Brief(left, tuple(dict.fromkeys(cut.kind for cut in cuts if cut.kind)))


def pieces(line: str, width: int) -> list[Piece]:
    """A line of code in parts of at most so many characters, the later ones farther in."""
    indent = len(line) - len(line.lstrip())
    deeper = min(indent + DEEPER, width // 2)
    found, begin, room = [], 0, width
    while len(line) - begin > room:
        least = begin + (indent if not begin else 0)
        end = _break(line, least, begin + room)
        found.append(Piece(begin, end, deeper if begin else 0))
        begin = end + len(line[end:]) - len(line[end:].lstrip(" "))
        room = max(1, width - deeper)
    if begin < len(line) or not found:
        found.append(Piece(begin, len(line), deeper if begin else 0))
    return found


def _break(line: str, least: int, most: int) -> int:
    """Where a line is broken: behind a space, a comma or an opening bracket, else before a dot."""
    for end in range(most, least + 1, -1):
        if line[end - 1] in " ,([{" or line[end : end + 1] == " ":
            return end
    dot = line.rfind(".", least + 1, most + 1)
    return dot if dot > least else most


def _without(text: str, cuts: list[_Cut]) -> str:
    parts, reached = [], 0
    for cut in cuts:
        if cut.begin < reached:
            continue  # within another
        parts += [text[reached : cut.begin], cut.put]
        reached = cut.end
    return "".join([*parts, text[reached:]])


class _Places:
    """Offsets in a text from its lines and columns."""

    def __init__(self, text: str) -> None:
        self._starts = [0]
        for line in text.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))

    def of(self, place: tuple[int, int]) -> int:
        """A line from 1 on, and a column in characters from 0 on."""
        return self._starts[place[0] - 1] + place[1]

    def line(self, number: int) -> int:
        """Where that line, from 1 on, begins; of one behind the last, the end."""
        return self._starts[min(number - 1, len(self._starts) - 1)]


def _docstrings(tree: ast.Module, text: str) -> Iterator[_Cut]:
    """Whole lines, and the blank ones that follow."""
    places, lines = _Places(text), text.splitlines()
    for node in ast.walk(tree):
        if not isinstance(node, Function) or len(node.body) < 2 or not ast.get_docstring(node):
            continue
        said, following = node.body[0], node.body[1]
        first, last = said.lineno, said.end_lineno or said.lineno
        alone = node.lineno < first and last < following.lineno
        if not alone or not lines[last - 1].rstrip().endswith(('"', "'")):
            continue
        while last < len(lines) and not lines[last].strip():
            last += 1
        yield _Cut(places.line(first), places.line(last + 1), "", DOCSTRINGS)


def _hints(text: str) -> Iterator[_Cut]:
    """In heads of functions, and comments for type checkers."""
    places = _Places(text)
    tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    for before, token in pairwise(tokens):
        if token.type == tokenize.COMMENT and token.string.startswith("# type:"):
            yield _Cut(places.of(before.end), places.of(token.end), "", HINTS)
    for at, token in enumerate(tokens):
        if token.type == tokenize.NAME and token.string == "def":
            yield from _of_head(tokens[at:], text, places)


def _of_head(tokens: list[tokenize.TokenInfo], text: str, places: _Places) -> Iterator[_Cut]:
    """Of the function whose ``def`` is the first of the tokens: its whole head, in one cut."""
    opening = next(at for at, token in enumerate(tokens) if token.string == "(")
    begin, depth = places.of(tokens[opening].start), 0
    hint: int | None = None
    """Where one begins, while it is being read."""
    default, closed, whole = False, False, True
    kept, reached = "", begin
    for before, token in pairwise(tokens[opening - 1 :]):
        word, at = token.string, places.of(token.start)
        if token.type == tokenize.COMMENT or (token.type == tokenize.STRING and "\n" in word):
            whole = False  # it needs its lines
        if token.type != tokenize.OP:
            continue
        ends = (depth == 1 and not closed and word in (",", "=", ")")) or (
            depth == 0 and word == ":"
        )
        if ends and hint is not None:
            kept, reached, hint = kept + text[reached:hint], places.of(before.end), None
            if word == "=":  # which has no spaces around it without a hint
                after = text[at + 1 :]
                kept, reached = f"{kept}=", at + 1 + len(after) - len(after.lstrip(" "))
        if ends:
            default = word == "="
        elif depth == 1 and not closed and word == ":" and not default and hint is None:
            hint = at
        elif depth == 0 and word == "->":
            hint = places.of(before.end)
        depth += (word in "([{") - (word in ")]}")
        closed |= depth == 0
        if ends and closed and word == ":":
            kept += text[reached:at]
            break
    else:
        return
    hinted = re.sub(r"\s", "", kept) != re.sub(r"\s", "", text[begin:at])
    if whole:
        joined = re.sub(r"\s*\n\s*", " ", kept)
        joined = re.sub(r"^\( |,? \)$", lambda found: found.group().strip(" ,"), joined)
        kept = joined if len(joined) + tokens[opening].start[1] < LONGEST else kept
    if kept != text[begin:at]:
        yield _Cut(begin, at, kept, HINTS if hinted else "")


class _Bare(ast.NodeTransformer):
    """Takes out what ``brief`` may take out."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        """No hint."""
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Neither hint nor docstring."""
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        """The same."""
        return self._function(node)

    def _function(self, node: Function) -> ast.AST:
        node.returns = None
        if len(node.body) > 1 and ast.get_docstring(node):
            del node.body[0]
        return self.generic_visit(node)


def _bare(tree: ast.Module) -> str:
    return ast.dump(_Bare().visit(tree))
