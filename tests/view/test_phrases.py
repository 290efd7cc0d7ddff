"""What is said of a run: what states are called, and how processes ended."""

from __future__ import annotations

import pytest

from concviz.model.exit_status import ended
from concviz.model.run import Run
from concviz.trace import events
from concviz.trace.header import Header
from concviz.trace.plan import Plan
from concviz.trace.states import State
from concviz.trace.worker_kind import WorkerKind
from concviz.view.phrases import how_far
from concviz.view.words import state_word
from tests.builders import ENVIRONMENT


def test_of_tasks_that_nobody_counted_those_that_there_are_are_not_all() -> None:
    run = Run()
    run.apply([events.RunStarted(1), events.TaskStarted(2, 0, "w"), events.TaskSubmitted(3, 1)])
    run.apply([events.TaskFinished(4, 0, None, None)])
    assert how_far(run) == (0, 0, "1 done so far")
    run.apply([events.Group(5, 0, "pool", tasks=4)])
    assert how_far(run) == (1, 4, "1 of 4 done")
    run.apply([events.TaskSubmitted(6, 7)])
    assert how_far(run) == (1, 8, "1 of 8 done"), "there are more than were said"


def test_ends_of_processes_in_words() -> None:
    assert ended(3) == "exit status 3"
    assert ended(-11) == "killed by SIGSEGV"
    assert ended(-999) == "killed by signal 999"


@pytest.mark.parametrize(
    ("kind", "state", "word", "short"),
    [
        ("thread", State.GIL_WAIT, "waiting for the GIL", "GIL"),
        ("thread", State.OTHER, "blocked, other", "other"),
        ("coroutine", State.OTHER, "waiting for something else", "other"),
        ("coroutine", State.LOCK, "waiting for a lock", "lock"),
        ("coroutine", State.LOOP_WAIT, "waiting for the event loop", "loop"),
        ("coroutine", State.IO, "I/O", "I/O"),
        ("coroutine", State.RUNNING, "running", "run"),
        ("process", State.UNKNOWN, "not running, or not seen", "not seen"),
        ("thread", State.THREAD_WAIT, "waiting for a lock or another thread", "lock or thread"),
    ],
)
def test_states_of_various_workers(kind: str, state: State, word: str, short: str) -> None:
    run = Run(Plan(tasks=1))
    run.usual_kind = WorkerKind(kind)
    assert state_word(run, state) == word
    assert state_word(run, state, short=True) == short


def test_what_cannot_be_told_apart_depends_on_what_is_seen() -> None:
    run = Run(Plan(tasks=1))
    run.apply([Header(plan=run.plan, environment=ENVIRONMENT)])
    assert state_word(run, State.UNKNOWN) == "blocked, not seen"
    run.usual_kind = WorkerKind.COROUTINE
    assert state_word(run, State.UNKNOWN) == "not running, or not seen", "a core, perhaps"
