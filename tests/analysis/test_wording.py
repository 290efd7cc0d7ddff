"""How numbers, names and lists are written."""

from __future__ import annotations

import pytest

from concviz.analysis import wording


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
