"""Addresses of schedulers: what is one, and in a sentence why something else is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.trace.plan import Limits, Plan, Traits, check
from concviz.trace.sanitize import sanitize
from concviz.trace.scheduler_address import (
    VARIABLE,
    address_of,
    is_address,
    meant,
    told,
    wrong_with,
)

RIGHT = (
    "tcp://localhost:8786",
    "tcp://10.0.0.7:1",
    "tls://scheduler.example.org:65535",
    "tcp://[::1]:8786",
    "TCP://host:8786",
    "tcp://my_host-1:8786/",
)


@pytest.mark.parametrize("address", RIGHT)
def test_these_are_addresses(address: str) -> None:
    assert is_address(address)
    assert wrong_with(address) is None


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("tcp://host", "names no port: write tcp://host:8786"),
        ("tls://[::1]", "names no port: write tls://[::1]:8786"),
        ("tcp://host:", "names no port"),
        ("tcp://host:0", "no number from 1 to 65,535"),
        ("tcp://host:65536", "no number from 1 to 65,535"),
        ("tcp://host:http", "http is no number"),
        ("tcp://host:" + "9" * 200, "no number"),
        ("tcp://", "names no host"),
        ("tcp://:8786", "names no host"),
        ("tcp://a b:8786", "names no host"),
        ("tcp://user@host:8786", "names no host"),
        ("http://localhost:8787", "Dask's dashboard: a scheduler's is like tcp://host:8786"),
        ("https://hub/user/me", "Dask's dashboard"),
        ("ucx://host:8786", "ucx:// is not understood, tcp:// and tls:// are"),
        ("inproc://10.0.0.7/1/2", "inproc:// is not understood"),
        ("localhost:8786", "write tcp://localhost:8786"),
        ("server.py", "a scheduler's is like tcp://host:8786"),
        ("tcp://" + "h" * 400 + ":1", "too long"),
    ],
)
def test_what_is_none_is_said_in_a_sentence(address: str, words: str) -> None:
    said = wrong_with(address)
    assert said is not None
    assert words in said
    assert said.endswith(".")


def test_a_text_may_stand_for_an_address() -> None:
    assert meant("localhost:8786") == "tcp://localhost:8786"
    assert meant("[::1]:8786") == "tcp://[::1]:8786"
    assert meant("server.py") is None
    assert meant("4711") is None
    assert not is_address("localhost:8786")


@given(st.text(max_size=400) | st.text(max_size=30).map("tcp://{}".format))
def test_no_text_is_too_odd_and_what_is_said_is_one_line_without_controls(text: str) -> None:
    said = wrong_with(text)
    if said is not None:
        assert sanitize(said) == said
        assert len(said) < 3_000


CLUSTER = Traits(kind="cluster", options=frozenset(("workers", "scheduler")))


def test_local_and_nothing_are_a_cluster_of_its_own() -> None:
    assert address_of("local") == address_of("  ") == ""
    assert address_of(" host:8786 ") == "tcp://host:8786"
    assert told({VARIABLE: "host:8786"}) == "tcp://host:8786"
    assert told({}) == told({VARIABLE: ""}) == ""


def test_an_address_is_wrong_only_for_who_uses_one() -> None:
    plan = Plan(scheduler="tcp://host")
    (problem,) = check(plan, CLUSTER, Limits())
    assert (problem.field, problem.sentence) == ("scheduler", wrong_with("tcp://host"))
    assert check(plan, Traits(kind="main", options=frozenset()), Limits()) == []


def test_workers_are_those_that_the_cluster_has() -> None:
    plan = Plan(scheduler="tcp://host:8786", workers=4)
    (problem,) = check(plan, CLUSTER, Limits(cluster=3))
    assert problem.sentence == "workers is 4: it must be from 1 to 3 (the cluster has 3 workers)."
    assert check(plan, CLUSTER, Limits(cluster=4)) == check(plan, CLUSTER, Limits()) == []


def test_workers_of_a_cluster_of_its_own_are_processes_of_this_machine() -> None:
    machine = Limits(processes=2, processes_reason="available memory", cluster=50)
    (problem,) = check(Plan(workers=3), CLUSTER, machine)
    assert problem.sentence == "workers is 3: it must be from 1 to 2 (available memory)."
