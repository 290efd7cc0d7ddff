"""What the parts of Python are: as far as it is Python, and of any text."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from concviz.view.python_tokens import Kind, parts

CODE = """\
def pool(call, items):  # some
    with Pool(max=3) as it:
        print(it.print, "a\
b")
"""


def test_each_part_is_what_it_is() -> None:
    found = {(CODE[part.begin : part.end], part.kind) for part in parts(CODE)}
    assert {
        ("def", Kind.KEYWORD),
        ("with", Kind.KEYWORD),
        ("pool", Kind.DEFINED),
        ("Pool", Kind.NAME),
        ("3", Kind.NUMBER),
        ("=", Kind.OPERATOR),
        ("# some", Kind.COMMENT),
        ("print", Kind.BUILTIN),
        ("print", Kind.NAME),
    } <= found


def test_what_is_no_python_has_no_parts_and_does_no_harm() -> None:
    assert [p.kind for p in parts("x = 1\n  y = ('''")][:3] == [
        *(Kind.NAME, Kind.OPERATOR, Kind.NUMBER)
    ]


def test_only_line_ends_end_lines() -> None:
    text = "a = 'b\x0cc'  # d\ndef e(): ..."
    assert ("e", Kind.DEFINED) in {(text[p.begin : p.end], p.kind) for p in parts(text)}


@given(st.text(alphabet=st.sampled_from("ab(\"'{}[]:.#=\\ \n\t1é␛\r\x0c"), max_size=60))
def test_of_any_text_the_parts_lie_in_it_in_order(text: str) -> None:
    found = list(parts(text))
    assert all(0 <= part.begin < part.end <= len(text) for part in found)
    assert all(one.end <= other.begin for one, other in pairwise(found))
