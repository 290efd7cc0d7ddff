"""Words for the facts of a run."""

from __future__ import annotations

import pytest

from concviz.analysis import words
from concviz.model.exit_status import ended
from concviz.model.run import Run
from concviz.trace.header import Header
from concviz.trace.plan import Plan
from concviz.trace.states import State
from concviz.trace.worker_kind import WorkerKind
from tests.builders import ENVIRONMENT


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
    assert words.duration(seconds) == text


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
    assert words.state(run, state) == word
    assert words.state(run, state, short=True) == short


def test_what_cannot_be_told_apart_depends_on_what_is_seen() -> None:
    run = Run(Plan(tasks=1))
    run.apply([Header(plan=run.plan, environment=ENVIRONMENT)])
    assert words.state(run, State.UNKNOWN) == "blocked, not seen"
    run.usual_kind = WorkerKind.COROUTINE
    assert words.state(run, State.UNKNOWN) == "not running, or not seen", "a core, perhaps"
