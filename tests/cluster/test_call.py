"""What a worker process of a cluster has of sessions: their tasks, functions, and output."""

from __future__ import annotations

import asyncio
import io
import pickle
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.cluster import task_function, task_output
from concviz.cluster.call import Call, sessions, task_of
from concviz.cluster.lines import Line, unpack
from concviz.cluster.outbox import MOST, Outbox
from concviz.cluster.trouble import STRANDED, UnreachableError, sentence
from concviz.worker.given import Given
from concviz.worker.references import CALL
from concviz.worker.sent import Sent
from concviz.worker.tracing import State, Wire


@given(st.text(), st.integers(0, 2**31))
def test_a_key_says_which_task_of_which_session_it_is(name: str, task: int) -> None:
    call = pickle.loads(pickle.dumps(Call("0123abcd", name)))
    assert task_of(call.key(task), "0123abcd") == task
    assert task_of(call.key(Given(task, "x")), "0123abcd") == task
    assert task_of(call.key(task), "other") is None


@pytest.mark.parametrize("key", ["", "sum-1", "0123abcd", "sum-0123abcd-", ("x-0123abcd", 1), b"x"])
def test_other_keys_are_none_of_a_session(key: object) -> None:
    assert task_of(key, "0123abcd") is None


def test_a_cluster_is_told_how_much_a_result_holds() -> None:
    assert sys.getsizeof(Sent(0, b"x" * 10_000)) > 10_000


def test_a_worker_that_knows_nothing_of_a_session_says_so() -> None:
    with pytest.raises(RuntimeError, match="does not know of this run"):
        Call("unknown", "sum")(1)


def session(name: str, function: Any) -> list[Wire]:
    """A session of this process, and what it is told."""
    told: list[Wire] = []
    state = State()
    state.function = function
    state.identify = lambda: 7
    state.emit = told.append
    sessions[name] = state
    return told


def test_sessions_hear_of_their_own_tasks_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", real := io.StringIO())
    told = {name: session(name, lambda i, name=name: print(name, i)) for name in ("a", "b")}
    for _ in told:
        task_output.capture()
    print("between")
    calls = {name: Call(name, "say") for name in told}
    try:
        for task in range(3):
            for call in calls.values():
                call(task)
        for name, events in told.items():
            lines = [event[3] for event in events if event[0] == "output"]
            assert lines == [f"{name} {task}" for task in range(3)]
            assert [event[2] for event in events if event[0] == "finished"] == [0, 1, 2]
            assert {event[3] for event in events if event[0] == "started"} == {7}
        task_output.release()
        print("one is over")
        assert sys.stdout is not real
    finally:
        task_output.release()
        sessions.clear()
    assert sys.stdout is real
    assert real.getvalue() == "between\none is over\n"


def test_a_module_of_ones_own_is_imported_anew_for_each_run(tmp_path: Path) -> None:
    file = tmp_path / "concviz_own_jobs.py"
    (tmp_path / "concviz_own_other.py").write_text("N = 1")
    reference = f"{CALL}{file}:job"
    path = list(sys.path)
    for number in (1, 20):  # of another length: the time of a file may be coarse
        file.write_text(f"import concviz_own_other\ndef job(): return {number}")
        assert task_function.load(reference)() == number
        same = task_function.load(reference)
        task_function.unload(reference)
        assert sys.modules["concviz_own_jobs"].job is same  # somebody has it yet
        task_function.unload(reference)
        assert not [name for name in sys.modules if name.startswith("concviz_own")]
        assert sys.path == path
    file.write_text("raise ValueError('no')")
    with pytest.raises(ValueError, match="no"):
        task_function.load(reference)
    assert sys.path == path


async def test_lines_leave_at_once_and_then_in_company() -> None:
    sent: list[list[Line]] = []
    outbox = Outbox(lambda packed: sent.append(unpack(packed).lines))
    outbox.put(("a", 1))
    await asyncio.sleep(0)
    assert sent == [[("a", 1)]]
    for number in range(100):
        outbox.put(("b", number))
    outbox.close(("bye", 2))
    assert sent[1:] == [[*(("b", number) for number in range(100)), ("bye", 2)]]
    outbox.put(("late", 3))
    await asyncio.sleep(0.05)
    assert len(sent) == 2


async def test_an_outbox_has_so_much_room_and_counts_the_rest() -> None:
    sent: list[tuple[int, int]] = []

    def send(packed: bytes) -> None:
        batch = unpack(packed)
        sent.append((batch.left_out, len(batch.lines)))

    outbox = Outbox(send)
    for number in range(MOST + 3):
        outbox.put(("a", number))
    await asyncio.sleep(0)
    assert sent == [(3, MOST)]


def test_troubles_are_sentences() -> None:
    """Of Dask's own errors and ours; others are told as they are."""
    pytest.importorskip("distributed", reason="Dask is not installed")
    from distributed.client import FutureCancelledError
    from distributed.comm.core import CommClosedError
    from distributed.scheduler import KilledWorker

    killed = KilledWorker("job-0123-17", None, 3)  # type: ignore[arg-type]
    assert "task 17: 4 worker processes" in str(sentence(killed))
    lost = FutureCancelledError("k", "scheduler-connection-lost", "")
    assert sentence(lost) == sentence(CommClosedError("in <TCP (closed)>"))
    assert "scheduler is lost" in str(sentence(lost))
    assert "all worker processes are gone" in str(sentence(FutureCancelledError("k", STRANDED)))
    assert "called the tasks" in str(sentence(FutureCancelledError("k", "unknown")))
    assert sentence(UnreachableError("nobody is there")) == "nobody is there"
    assert sentence(ValueError("what")) is None
    assert sentence(type("KilledWorker", (Exception,), {})()) is None
