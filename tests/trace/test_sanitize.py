"""Text from elsewhere is shown as what it is, and can do nothing."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.trace.sanitize import sanitize

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()))  # lone surrogates too
CONTROLS = st.text(alphabet=st.characters(categories=("Cc", "Cf", "Cs", "Zl", "Zp", "Co")))


@given(ANY_TEXT | CONTROLS)
def test_nothing_is_left_that_a_terminal_obeys(text: str) -> None:
    shown = sanitize(text)
    assert not {unicodedata.category(c) for c in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp", "Co"}
    assert len(shown) >= len(text), "nothing vanishes"
    shown.encode()


@given(ANY_TEXT | CONTROLS)
def test_twice_is_as_good_as_once(text: str) -> None:
    assert sanitize(sanitize(text)) == sanitize(text)


@given(st.text(alphabet=st.characters(categories=("L", "N", "P", "S", "Zs"))))
def test_what_can_be_printed_stays(text: str) -> None:
    assert sanitize(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("[red]Número: 0[/red] 漢字 🙂", "[red]Número: 0[/red] 漢字 🙂"),
        ("\x1b[31mred\x1b]0;title\x07", "␛[31mred␛]0;title␇"),
        ("a\x00b\x7fc", "a␀b␡c"),
        ("one\r\ntwo", "one␍␊two"),
        ("a\tb", "a    b"),
        ("\x9b31m", "\\x9b31m"),
        ("\u202egpj.exe", "\\u202egpj.exe"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("\u2028", "\\u2028"),
        ("\ud800", "\\ud800"),
        ("\U000e0001", "\\U000e0001"),
        ("no\u00a0break", "no\u00a0break"),
    ],
)
def test_examples(text: str, shown: str) -> None:
    assert sanitize(text) == shown
