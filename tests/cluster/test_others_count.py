"""Tasks of others on the same cluster are counted by the states in which a scheduler has them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from concviz.cluster.others_count import ENDED, UNDER_WAY, OthersCount

STATES = sorted({*UNDER_WAY, *ENDED, "released", "forgotten"})


@given(
    st.lists(st.sampled_from(STATES), max_size=5),
    st.lists(st.tuples(st.integers(0, 4), st.sampled_from(STATES), st.booleans()), max_size=40),
)
def test_what_is_told_adds_up_whatever_the_tasks_do(
    there: list[str], steps: list[tuple[int, str, bool]]
) -> None:
    count = OthersCount()
    states = [*there, *["released"] * (5 - len(there))]
    for state in there:
        count.there(state)
    ended = told_ended = 0
    for number, finish, asked in steps:
        start, states[number] = states[number], finish
        count.changes(start, finish)
        ended += start in UNDER_WAY and finish in ENDED
        if asked and (line := count.take(7)) is not None:
            told_ended += line[2]
            assert line[3] == sum(state in UNDER_WAY for state in states)
    last = count.take(8)
    assert ended == told_ended + (0 if last is None else last[2])
    assert count.take(9) is None, "nothing has changed"
