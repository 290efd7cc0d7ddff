"""Addresses of schedulers: which are taken, and what is said of the others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.trace.plan import Limits, Plan, Traits, check
from concviz.trace.scheduler_address import VARIABLE, address_of, told, trouble

CLUSTER = Traits(kind="cluster", options=frozenset(("workers", "scheduler")))


@pytest.mark.parametrize(
    "address",
    ["tcp://host:8786", "tls://10.0.0.1:8786", "tcp://[fe80::1]:8786", "ws://a.b:80/", "ucx://h:1"],
)
def test_a_good_address(address: str) -> None:
    assert trouble(address) is None
    assert address_of(address) == address


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://host:8786", "an address such as tcp://host:8786, or local (also tls://"),
        ("tcp://host", "has no port"),
        ("tcp://:8786", "has no host"),
        ("tcp://host:port", "must be an address such as tcp://host:8786"),
        ("tcp://host:99999", "must be an address"),
        ("tcp://ho st:8786", "must be an address"),
        ("tcp://host:8786\x1b[31m", "must be an address"),
        ("tcp://a@host:8786", "must be an address"),
        ("tcp://host:8786/path", "must be an address"),
        ("tcp://" + "h" * 400 + ":1", "characters: an address has 300 at most"),
    ],
)
def test_a_bad_address_is_one_sentence_that_says_what_was_expected(address: str, said: str) -> None:
    sentence = trouble(address)
    assert sentence is not None
    assert said in sentence
    assert "\n" not in sentence
    assert "\x1b" not in sentence
    problems = check(Plan(scheduler=address), CLUSTER, Limits())
    assert [problem.field for problem in problems] == ["scheduler"]
    assert check(Plan(scheduler=address), Traits(kind="main", options=frozenset()), Limits()) == []


@given(st.text())
def test_whatever_is_said_is_taken_or_refused_in_one_line(text: str) -> None:
    sentence = trouble(address_of(text))
    if sentence is not None:
        assert sentence.isprintable()
        assert sentence.startswith("scheduler ")


def test_local_and_nothing_are_a_cluster_of_its_own() -> None:
    assert address_of("local") == address_of("  ") == ""
    assert address_of(" host:8786 ") == "tcp://host:8786"
    assert told({VARIABLE: "host:8786"}) == "tcp://host:8786"
    assert told({}) == told({VARIABLE: ""}) == ""


def test_workers_are_those_that_the_cluster_has() -> None:
    plan = Plan(scheduler="tcp://host:8786", workers=4)
    (problem,) = check(plan, CLUSTER, Limits(cluster=3))
    assert problem.sentence == "workers is 4: it must be from 1 to 3 (the cluster has 3 workers)."
    assert check(plan, CLUSTER, Limits(cluster=4)) == check(plan, CLUSTER, Limits()) == []


def test_workers_of_a_cluster_of_its_own_are_processes_of_this_machine() -> None:
    machine = Limits(processes=2, processes_reason="available memory", cluster=50)
    (problem,) = check(Plan(workers=3), CLUSTER, machine)
    assert problem.sentence == "workers is 3: it must be from 1 to 2 (available memory)."
