"""What comes out of a session, is recorded, and is survived by it."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import signal
import tempfile
from pathlib import Path

import pytest

from concviz.model.entities import Phase
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN, Outcome
from concviz.sources.local_run import LocalRun
from concviz.trace import events
from concviz.trace.header import Header
from concviz.trace.plan import Plan
from tests.fixtures import Place
from tests.running import (
    PATIENCE_S,
    STRATEGIES,
    Live,
    check_all_finished,
    check_lives,
    outcomes,
    output,
    results,
    run_plan,
    spans,
    traces,
)

pytestmark = pytest.mark.usefixtures("hostile", "nothing_left")


def plan(strategy: str = "sequential", workload: str = "number", **more: object) -> Plan:
    fields = {"tasks": 3, "workers": 2, "duration_s": 0.01} | more
    return Plan(strategy=strategy, workload=workload, **fields)  # type: ignore[arg-type]


# -- recordings --


def replayed(recording: bytes) -> Run:
    """The run that the lines of a recording make."""
    first, *lines = recording.splitlines()
    header = Header.decode(first)
    run = Run(header.plan)
    run.apply([header])
    run.apply(events.decode(line) for line in lines)
    return run


def check_same(replay: Run, live: Run) -> None:
    assert replay.plan == live.plan
    assert replay.environment == live.environment
    assert replay.kind is live.kind
    assert replay.tally == live.tally
    assert replay.phase is live.phase
    assert spans(replay) == spans(live)
    assert results(replay) == results(live)
    assert list(replay.output) == list(live.output)
    assert replay.counts == live.counts
    assert (replay.started, replay.finished) == (live.started, live.finished)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_recording_is_what_was_seen(strategy: str) -> None:
    record = io.BytesIO()
    live = run_plan(plan(strategy, "sleep"), record)
    check_all_finished(live)
    check_same(replayed(record.getvalue()), live)


@pytest.mark.parametrize("workload", ["crash", "error", "prints", "floods"])
def test_recording_of_a_run_that_went_wrong(workload: str) -> None:
    record = io.BytesIO()
    live = run_plan(plan("thread-pool", workload), record)
    check_same(replayed(record.getvalue()), live)


def test_recording_of_a_stopped_run_tells_that_it_was_stopped() -> None:
    record = io.BytesIO()
    with Live(plan("thread-pool", "staged"), record) as session:
        session.until(lambda run: run.count(Outcome.RUNNING), "a task is running")
        session.session.stop()
        live = session.to_the_end()
    assert live.phase is Phase.STOPPED
    check_same(replayed(record.getvalue()), live)


class FullDisk(io.BytesIO):
    """A file that takes so many writes, as a disk that fills up."""

    def __init__(self, writes: int) -> None:
        super().__init__()
        self.left = writes

    def write(self, data: object) -> int:
        if not self.left:
            raise OSError(errno.ENOSPC, "No space left on device")
        self.left -= 1
        return super().write(data)  # type: ignore[arg-type]


@pytest.mark.parametrize("writes", [0, 1])
def test_disk_that_is_full_ends_the_recording_and_not_the_run(writes: int) -> None:
    record = FullDisk(writes)
    with Live(plan("sequential", "sleep", tasks=8), record) as live:
        run = live.to_the_end()
        assert isinstance(live.session.record_error, OSError)
        assert live.session.record_error.errno == errno.ENOSPC
    check_all_finished(run)


def test_recording_has_no_error_when_all_went_well() -> None:
    with Live(plan(), io.BytesIO()) as live:
        live.to_the_end()
        assert live.session.record_error is None


# -- draining --


def test_drain_gives_messages_once_in_order_and_as_many_as_asked() -> None:
    session = LocalRun(plan("thread-pool", tasks=50, duration_s=0))
    assert session.wait(PATIENCE_S)
    assert session.finished
    messages = []
    while session.waiting:
        some = session.drain(most=7)
        assert 0 < len(some) <= 7
        messages += some
    assert session.drain() == []
    assert isinstance(messages[0], Header)
    assert isinstance(messages[-1], events.RunnerExited)
    run = Run(session.plan)
    run.apply(messages)
    check_all_finished(run)
    session.close()


def test_drain_without_a_budget_takes_nothing() -> None:
    session = LocalRun(plan())
    assert session.wait(PATIENCE_S)
    assert session.drain(budget_s=-1) == []
    assert session.waiting
    session.close()


def test_wait_that_is_too_short_says_so() -> None:
    with Live(plan("sequential", "staged")) as live:
        assert not live.session.wait(0.01)
        assert not live.session.finished


def test_sessions_do_not_get_into_each_others_way() -> None:
    """One that is closed does not end, and does not keep alive, another."""
    with Live(plan("thread-pool", "staged")) as first, Live(plan("thread-pool")) as second:
        first.until(lambda run: run.count(Outcome.RUNNING), "a task is running")
        check_all_finished(second.to_the_end())
        second.session.close()
        assert not first.session.finished


# -- runs that end in other ways --


@pytest.mark.parametrize("strategy", ["sequential", "thread-pool", "asyncio"])
def test_task_that_exits_takes_the_run_with_it(strategy: str) -> None:
    run = run_plan(plan(strategy, "exits", duration_s=0.4))
    assert run.phase is Phase.DIED
    assert run.error == "the runner process ended early (exit status 3)"
    assert outcomes(run)[1] is Outcome.LOST
    check_lives(run)


@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
def test_task_that_exits_takes_its_process_with_it(method: str) -> None:
    run = run_plan(plan("processes", "exits", start_method=method, duration_s=0.05))
    assert run.phase is Phase.FINISHED
    assert outcomes(run) == [Outcome.FINISHED, Outcome.LOST, Outcome.FINISHED]
    assert [worker.exitcode for worker in run.workers] == [None, 3, None]
    check_lives(run)


@pytest.mark.parametrize("strategy", ["sequential", "thread-pool", "processes", "process-pool"])
def test_whatever_a_task_raises_is_its_failure(strategy: str) -> None:
    run = run_plan(plan(strategy, "raises", tasks=4))
    check_all_finished(run)
    assert outcomes(run) == [Outcome.FAILED] * 4
    lines = [run.tasks.failures[task].error for task in range(4)]
    assert lines[:3] == [
        "SystemExit: enough",
        "KeyboardInterrupt",
        "_UnspeakableError (its text could not be made)",
    ]
    assert lines[3].startswith("ValueError: \\ud800\0xxxx")
    assert all(len(failure.traceback) < 5_000 for failure in run.tasks.failures.values())


@pytest.mark.parametrize("strategy", ["sequential", "thread-pool", "processes", "process-pool"])
def test_hostile_results_have_words(strategy: str) -> None:
    run = run_plan(plan(strategy, "values", tasks=6))
    words = [str(result) for result in results(run)]
    assert words[0] == "x" * 1_000 + "… (20,000,000 characters)"
    assert words[1] == "\\ud800\0\x1b[31m"
    assert words[2].startswith("<int ")  # of too many digits: 3.14 says how many
    assert len(words[2]) < 100
    assert words[3] == "nan"
    assert words[4].startswith("[[[")
    assert words[5].startswith("<_Raising instance at ")
    check_all_finished(run)


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_result_that_cannot_be_sent_is_the_failure_of_its_task(method: str) -> None:
    run = run_plan(plan("process-pool", "unsendable", start_method=method))
    check_all_finished(run)
    assert outcomes(run) == [Outcome.FINISHED, Outcome.FAILED, Outcome.FINISHED]
    failure = run.tasks.failures[1]
    assert failure.error == "TypeError: cannot be sent"
    assert "__reduce__" in failure.traceback
    assert results(run) == [0, None, 2]


def test_result_that_cannot_be_sent_is_none_of_a_threads_concern() -> None:
    run = run_plan(plan("thread-pool", "unsendable"))
    assert outcomes(run) == [Outcome.FINISHED] * 3


# -- preparations and plans --


def test_threads_of_a_preparation_are_no_workers() -> None:
    run = run_plan(plan("thread-pool", "helped", tasks=1))
    check_all_finished(run)
    assert len(run.workers) == 1
    assert "helper" not in run.workers[0].key


def test_preparation_in_vain_is_told() -> None:
    run = run_plan(plan("thread-pool", "unprepared"))
    assert run.phase is Phase.DIED
    assert run.error == "the runner process ended early (exit status 1)"
    assert "RuntimeError: there is no server" in output(run)
    assert run.preparing == "Trying \\ud800"
    assert outcomes(run) == [Outcome.NOT_STARTED] * 3
    assert run.started == UNKNOWN


def test_plan_that_nobody_checked_ends_all_the_same() -> None:
    run = run_plan(plan("no-such-strategy"))
    assert run.phase is Phase.DIED
    assert "no-such-strategy" in output(run)
    assert run.environment is None
    assert run.counts.total == 0


@pytest.mark.parametrize(
    ("strategy", "workload"),
    [("sequential", "staged"), ("process-pool", "staged"), ("thread-pool", "daemon")],
)
def test_guard_that_is_killed_takes_the_run_with_it(
    strategy: str, workload: str, place: Place
) -> None:
    with Live(plan(strategy, workload)) as live:
        live.until(lambda run: run.count(Outcome.RUNNING), "a task is running")
        os.kill(supervisor_of(place), signal.SIGKILL)
        run = live.to_the_end()
        assert traces(place.mark, place.folder).processes == set()
    assert run.phase is Phase.DIED
    assert run.error == "the runner process was killed by SIGKILL"
    assert list(place.folder.iterdir()) == []


def supervisor_of(place: Place) -> int:
    """The one of the test's processes that this process has started."""
    parents = {}
    for pid in traces(place.mark, place.folder).processes:
        with contextlib.suppress(OSError):  # one of the run's has ended meanwhile
            parents[pid] = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]
    (supervisor,) = [pid for pid, parent in parents.items() if int(parent) == os.getpid()]
    return supervisor


@pytest.mark.parametrize("strategy", ["threads", "process-pool"])
def test_long_name_of_the_temporary_folder_is_no_hindrance(
    strategy: str, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sockets have short names; those of the Manager lie in the run's folder."""
    long = place.folder / ("long" * 20)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    check_all_finished(run_plan(plan(strategy)))
    assert list(long.iterdir()) == []
    long.rmdir()


def test_recalibration_is_not_needed_when_the_plan_knows() -> None:
    run = run_plan(plan("sequential", "cpu", rounds_per_s=1_000.0))
    check_all_finished(run)
    assert run.rounds_per_s == 1_000.0
    assert "Calibrating" not in run.preparing
