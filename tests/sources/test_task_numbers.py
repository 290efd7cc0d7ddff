"""Numbers for what processes call their tasks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from concviz.sources.task_numbers import Numbers

keys = st.one_of(
    st.integers(0, 20),
    st.integers(0, 1 << 62),
    st.text(":q01é", max_size=4),
    st.from_regex(r"(q1|q2|p):[0-9]{1,20}", fullmatch=True),
)


@given(st.lists(st.tuples(st.sampled_from(["1-1.ring", "2-1.ring"]), keys)))
def test_each_has_one_and_texts_are_the_same_in_all_rings(
    asked: list[tuple[str, int | str]],
) -> None:
    numbers = Numbers()
    known: dict[object, int] = {}
    for ring, key in asked:
        name = ("", _as_said(key)) if isinstance(key, str) else (ring, key)
        number, new = numbers.number(ring, key)
        assert new == (name not in known)
        assert known.setdefault(name, number) == number
    assert sorted(known.values()) == list(range(numbers.count))


def _as_said(key: str) -> object:
    """ "q1:07" and "q1:7" are one: nobody writes the former."""
    space, colon, tail = key.rpartition(":")
    return (space, int(tail)) if colon and tail.isascii() and tail.isdecimal() else key
