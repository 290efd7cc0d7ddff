"""The time that a picture of a run under way shows: it never goes back, and never too far."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from concviz.model.moment import ON_ITS_WAY_NS, Moment, following

MS = 1_000_000
NOW = 1_000_000 * MS
TIMES = st.integers(0, NOW)


@given(
    st.lists(st.tuples(TIMES, st.integers(-1, NOW), st.booleans(), TIMES), min_size=1),
    TIMES,
)
def test_it_never_goes_back_nor_beyond_what_is_known(
    looks: list[tuple[int, int, bool, int]], begin: int
) -> None:
    shown = before = begin
    now, latest = begin, -1
    for passed, told, behind, late in looks:
        now, latest = now + passed, max(latest, min(told, now + passed))
        shown = following(before, now, latest, behind=behind, late=late)
        assert shown >= before
        assert shown <= now
        if behind:
            assert shown == max(before, latest), "nothing is shown beyond the latest event"
        else:
            assert shown >= latest
            assert shown <= max(before, latest, now - ON_ITS_WAY_NS)
        before = shown


def test_a_quiet_run_goes_on_although_nothing_happens() -> None:
    shown = [following(NOW, NOW + k * 500 * MS, NOW) for k in range(4)]
    assert shown == [NOW, NOW + 400 * MS, NOW + 900 * MS, NOW + 1400 * MS]


def test_a_backlog_holds_it_where_the_reading_is() -> None:
    assert following(NOW, NOW + 3000 * MS, NOW + 5 * MS, behind=True) == NOW + 5 * MS


def test_events_that_come_late_are_waited_for() -> None:
    assert following(NOW, NOW + 3000 * MS, NOW, late=400 * MS) == NOW + 2600 * MS


def test_a_lag_is_told_from_half_a_second_on() -> None:
    assert not Moment(0, 0.49).lags
    assert Moment(0, 0.5).lags
