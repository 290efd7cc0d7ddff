"""How numbers, names and lists are written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import concviz
from concviz.analysis import wording

UNITS = {"µs": 1e-6, "ms": 1e-3, "s": 1.0}
BY_HAND = re.compile(r":\.\d%\}|\* 100:\.|'s'\}|'s' if|'' if [^}]*== 1")
"""Percentages and plurals that somebody writes without the functions for them."""
BELOW = {"analysis/wording.py", "trace/environment.py"}
"""Where that is right: the functions themselves, and what may not import them."""


def test_nobody_writes_percentages_and_plurals_by_hand() -> None:
    root = Path(concviz.__file__).parent
    found = [
        f"{path.relative_to(root)}: {line.strip()}"
        for path in root.rglob("*.py")
        for line in path.read_text().splitlines()
        if BY_HAND.search(line) and str(path.relative_to(root)) not in BELOW
    ]
    assert found == []


@given(st.floats(0, 1e6))
def test_a_duration_says_how_long_it_is_to_three_digits(seconds: float) -> None:
    number, unit = wording.duration(seconds).split(" ")
    told = float(number.replace(",", "")) * UNITS[unit]
    assert told == pytest.approx(seconds, rel=0.006, abs=0.51e-6)
    assert len(number) <= 9


@given(st.floats(-10, 10), st.integers(0, 2))
def test_a_percentage_is_a_number_a_space_and_the_sign(share: float, digits: int) -> None:
    said = wording.percent(share, digits)
    assert re.fullmatch(r"-?\d+ %" if not digits else rf"-?\d+[.]\d{{{digits}}} %", said)
    assert float(said.removesuffix(" %")) == pytest.approx(share * 100, abs=0.51 / 10**digits)


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_range_of_percentages_has_one_sign(low: float, high: float) -> None:
    said = wording.percents(low, high)
    assert said.count("%") == 1
    assert said.split(" to ") == [wording.percent(low).removesuffix(" %"), wording.percent(high)]


@given(st.integers(0, 10**9))
def test_one_is_singular_and_nothing_else(number: int) -> None:
    said = wording.count(number, "core")
    assert said == f"{number:,} core" + ("" if number == 1 else "s")


@pytest.mark.parametrize(
    ("number", "text"), [(1.5, "1.5 cores"), (1.0, "1 core"), (0.25, "0.25 cores")]
)
def test_a_part_of_a_thing_is_plural(number: float, text: str) -> None:
    assert wording.count(number, "core") == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 µs"),
        (0.0000004, "0 µs"),
        (0.000085, "85 µs"),
        (0.000999, "999 µs"),
        (0.0009996, "1.0 ms"),
        (0.0123, "12.3 ms"),
        (0.0999, "99.9 ms"),
        (0.532, "532 ms"),
        (0.9994, "999 ms"),
        (0.9996, "1.000 s"),
        (2.0041, "2.004 s"),
        (12.345, "12.35 s"),
        (1234.5, "1,234 s"),
    ],
)
def test_durations_in_a_unit_that_suits_them(seconds: float, text: str) -> None:
    assert wording.duration(seconds) == text


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 tasks"), (1, "1 task"), (2, "2 tasks"), (12_345, "12,345 tasks")]
)
def test_a_number_of_things(number: int, text: str) -> None:
    assert wording.count(number, "task") == text
    assert wording.count(number, "process", "processes").endswith(
        "process" if number == 1 else "processes"
    )


@pytest.mark.parametrize(
    ("names", "text"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (list("abc"), "a, b and c")],
)
def test_a_list_of_names(names: list[str], text: str) -> None:
    assert wording.listed(names) == text


@pytest.mark.parametrize(
    ("held", "text"),
    [
        (0, "0.0 kB"),
        (9_999, "10.0 kB"),
        (10_000, "10 kB"),
        (1_500_000, "1.5 MB"),
        (10**9, "1.00 GB"),
    ],
)
def test_sizes_in_a_unit_that_suits_them(held: int, text: str) -> None:
    assert wording.size(held) == text
