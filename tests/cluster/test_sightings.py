"""What nannies tell of threads becomes events of the stream, with hosts and their times."""

from __future__ import annotations

import msgspec

from concviz.cluster.parent import NO_NANNY, unseen
from concviz.cluster.sightings import Sightings
from concviz.trace import events
from concviz.trace.environment import Observer

AHEAD = 1_000
ALL = Observer(hz=50, cpu=True, blocking=True, gil=True)


def to_stream(host: str, t_ns: int) -> int | None:
    return t_ns - AHEAD


def test_a_sample_is_of_a_lane_of_its_host_at_the_streams_times() -> None:
    line = ("sampled", 5_000, "12:34", 4_000, [0, 1_000], 3, "12:abc")
    for host, lock in ("", "12:abc"), ("10.0.0.2", "10.0.0.2/12:abc"):
        (told,) = Sightings(to_stream).sampled(host, 5_000 - AHEAD, line)
        event = events.decode(msgspec.json.encode(told))
        assert event == events.Sampled(4_000, f"{host}/12:34", 3_000, [0, 1_000], 3, lock)


def test_locks_at_the_same_place_on_two_hosts_are_two() -> None:
    line = ("lock-seen", 5_000, "12:abc", "Account.pay")
    keys = {
        told[2] for host in ("", "far") for told in Sightings(to_stream).lock_seen(host, 1, line)
    }
    assert keys == {"12:abc", "far/12:abc"}


def test_what_can_be_seen_is_told_once_for_each_host() -> None:
    sightings = Sightings(to_stream)
    line = ("observed", 5_000, msgspec.to_builtins(ALL))
    for host in ("", "far"):
        (told,) = sightings.observed(host, 7, line)
        event = events.decode(msgspec.json.encode(told))
        assert event == events.HostObserved(7, host, ALL)
        assert list(sightings.observed(host, 9, line)) == []


def test_where_there_is_no_nanny_that_is_said_of_the_host_in_words() -> None:
    told = list(Sightings(to_stream).observed("far", 7, unseen(50)))
    observed, said = (events.decode(msgspec.json.encode(each)) for each in told)
    assert isinstance(observed, events.HostObserved)
    assert observed.observer.unseen
    assert isinstance(said, events.NotSeen)
    assert "far" in said.what
    assert NO_NANNY in said.what
