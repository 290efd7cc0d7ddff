"""The states that a thread can be in, and times spent in them."""

from __future__ import annotations

from concviz.trace.states import State, dominant, nothing


def spent(**times: int) -> list[int]:
    made = nothing()
    for name, time in times.items():
        made[State[name.upper()]] = time
    return made


def test_dominant() -> None:
    assert dominant(spent(running=2, io=3)) is State.IO
    assert dominant(spent(lock=3, io=3)) is State.LOCK, "of several the first"


def test_names_of_states() -> None:
    assert [state.key for state in State] == [
        *("running_s", "core_wait_s", "gil_wait_s", "lock_s", "thread_wait_s", "io_s", "sleep_s"),
        *("other_s", "unknown_s"),
        *("loop_wait_s", "task_wait_s", "executor_wait_s"),
    ]
    assert State.UNKNOWN.word == "blocked, not seen"
    assert len({state.word for state in State} | {state.short for state in State}) >= len(State)
