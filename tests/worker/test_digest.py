"""Digests are the same for equal results, whoever made them, and for no others."""

from __future__ import annotations

import pickle
import threading
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.worker.digest import Budget, digest

FOREVER = 1 << 62
SCALARS: st.SearchStrategy[object] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(),
    st.binary(),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.dictionaries(SCALARS, inner)
        | st.frozensets(SCALARS)
    ),
    max_leaves=10,
)


@dataclass
class Point:
    x: object


class Awkward:
    def __reduce__(self) -> tuple[object, ...]:
        raise RuntimeError("\x1b[31mno\nway")


def told(value: object) -> str:
    found, why = digest(value, Budget(1 << 30, FOREVER))
    assert not why
    return found


@given(VALUES)
def test_a_copy_has_the_same(value: object) -> None:
    assert told(value) == told(pickle.loads(pickle.dumps(value)))
    assert told([value, value]) == told([value, pickle.loads(pickle.dumps(value))])
    assert told(Point(value)) == told(Point(pickle.loads(pickle.dumps(value))))


@given(VALUES, VALUES)
def test_another_value_has_another(one: object, other: object) -> None:
    if told(one) == told(other):
        assert one == other


@given(st.lists(SCALARS, unique_by=repr))
def test_sets_and_dicts_have_no_order(values: list[object]) -> None:
    keys = dict.fromkeys(values, 0)
    assert told(keys) == told(dict.fromkeys(reversed(keys), 0))
    assert told({*keys}) == told({*reversed(keys)})
    assert told({*keys}) != told(keys)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (threading.Lock(), "TypeError: cannot pickle '_thread.lock' object"),
        (Awkward(), "RuntimeError: \x1b[31mno way"),
        ([0] * 10_000, "it is too large"),
    ],
)
def test_what_has_none_says_why(value: object, says: str) -> None:
    assert digest(value, Budget(10_000, FOREVER)) == ("", says)


def test_there_is_an_end_to_it() -> None:
    assert digest([0], Budget(10_000, 0)) == ("", "that would take too long")
    circle: list[object] = []
    circle.append(circle)
    assert digest(circle, Budget(1 << 20, FOREVER))[0] == ""
    knot: dict[str, object] = {}
    knot["me"] = knot
    assert digest(knot, Budget(1 << 20, FOREVER))[0] == ""
