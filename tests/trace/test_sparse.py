"""Times in states as they travel: short, and readable whatever states a newer version knows."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.model.run import Run
from concviz.trace import events
from concviz.trace.header import Header
from concviz.trace.sparse import NAMES, dense, named, sparse
from concviz.trace.states import State, nothing
from tests.builders import ENVIRONMENT


@given(st.lists(st.integers(0, 99), min_size=len(State), max_size=len(State)))
def test_there_and_back(spent: list[int]) -> None:
    pairs = sparse(spent)
    assert len(pairs) == 2 * sum(1 for time in spent if time)
    assert dense(pairs, tuple(State)) == spent


def test_states_of_a_newer_version_were_not_seen() -> None:
    """Its recording names a state that is new, and has others in another order."""
    built = msgspec.to_builtins(Header(environment=ENVIRONMENT))
    line = json.dumps({**built, "states": ["page_fault", "io", "running"]}).encode()
    run = Run()
    run.apply([Header.decode(line), events.WorkerStarted(0, "w", 1, 1)])
    run.apply([events.decode(b'["sampled",20,"w",0,[0,5,1,6,2,2,77,7],0]')])
    expected = nothing()
    expected[State.IO], expected[State.RUNNING], expected[State.UNKNOWN] = 6, 2, 12
    (worker,) = run.workers
    assert worker.states.between(0, 20) == expected
    assert State(worker.states.seen[-1]) is State.UNKNOWN
    run.apply([events.TaskStarted(20, 0, "w")])
    run.apply([events.decode(b'["awaited",30,0,20,{"warp":4,"sleep":6},"warp"]')])
    assert worker.awaits.between(20, 30)[State.UNKNOWN] == 4
    assert run.tasks.told[0] == (30, State.UNKNOWN)
    assert run.counts.total == 0


def test_names_are_those_of_the_header() -> None:
    assert Header(environment=ENVIRONMENT).states == NAMES
    assert [named(name) for name in NAMES] == list(State)


@pytest.mark.parametrize("schema", [0, 1, 3])
def test_another_schema_is_refused_in_a_sentence_whatever_else_it_says(schema: int) -> None:
    with pytest.raises(ValueError, match=f"recording has schema {schema}; this concviz reads"):
        Header.decode(json.dumps({"schema": schema, "plan": 7}).encode())
