"""Runs under observation: complete, recorded, and true also where not everything can be seen."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path

import pytest

from concviz.analysis.statistics import makespan
from concviz.analysis.time_breakdown import Spending, of_task
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.observer.probe import look
from concviz.observer.proc import Proc
from concviz.observer.sampler import Sampler
from concviz.trace import events
from concviz.trace.header import Header
from concviz.trace.plan import Plan
from concviz.trace.states import State
from concviz.view.row_cache import Rows
from concviz.view.viewport import Viewport
from tests.observer.kernels import Denying
from tests.running import Live, check_all_finished, run_plan, wait_for

SEES = look(50)
pytestmark = [
    pytest.mark.usefixtures("nothing_left"),
    pytest.mark.skipif(not SEES.complete, reason=f"not seen here: {SEES.text}"),
]

COMPUTE = Plan(strategy="threads", workload="cpu", tasks=3, duration_s=0.1)
MIXED = Plan(strategy="process-pool", workload="mixed", tasks=4, workers=2, duration_s=0.2)
LOCK = Plan(strategy="thread-pool", workload="lock", tasks=6, workers=3, duration_s=0.05)

GIL_OR_LOCK = {State.GIL_WAIT, State.LOCK}
"""What cannot be told apart where the GIL is not known."""
if sys.version_info >= (3, 14):
    GIL_OR_LOCK = {State.GIL_WAIT}  # a lock is known by the waiter's own stack
BLOCKED = {State.GIL_WAIT, State.LOCK, State.IO, State.SLEEP, State.OTHER}


def spent(run: Run) -> dict[State, int]:
    amounts = Spending(run).of_run()
    return {state: amounts[state] for state in State if amounts[state]}


@pytest.mark.parametrize("plan", [COMPUTE, MIXED, LOCK], ids=lambda plan: plan.workload)
@pytest.mark.parametrize(
    ("names", "never"),
    [
        (("schedstat",), {State.CORE_WAIT}),
        (("syscall",), BLOCKED),
        (("maps",), GIL_OR_LOCK),
        (("schedstat", "syscall"), BLOCKED | {State.CORE_WAIT}),
    ],
    ids=["schedstat", "syscall", "maps", "schedstat and syscall"],
)
def test_what_is_denied_is_never_shown(
    plan: Plan, names: tuple[str, ...], never: set[State]
) -> None:
    run = run_plan(plan, proc=Denying(errno.EPERM, *names))
    check_all_finished(run)
    assert not set(spent(run)) & never
    for worker in run.workers:
        sums = worker.states.between(0, 2**62)
        assert not any(sums[state] for state in never)
        row = Rows(run, by_state=True).row(worker, Viewport(80, 20_000_000), run.latest)
        assert not {segment.kind for segment in row} & set(never)
    assert run.environment is not None
    assert run.environment.observer is not None
    assert "unavailable" in run.environment.observer.text
    assert spent(run)[State.RUNNING] == run.cpu, "CPU time is shown everywhere"


@pytest.mark.parametrize("plan", [COMPUTE, MIXED], ids=lambda plan: plan.workload)
def test_switched_off_nothing_is_sampled(plan: Plan) -> None:
    with Live(plan, sample_hz=0) as live:
        threads = {thread.name for thread in threading.enumerate()}
        run = live.to_the_end()
    check_all_finished(run)
    assert "concviz-observe" not in threads
    assert not any(isinstance(m, events.Sampled | events.MachineSampled) for m in live.messages)
    assert set(spent(run)) <= {State.RUNNING, State.UNKNOWN}
    assert run.machine.utilisation is None


@pytest.mark.parametrize("plan", [COMPUTE, MIXED, LOCK], ids=lambda plan: plan.workload)
def test_a_recording_replays_the_same_states(plan: Plan) -> None:
    record = io.BytesIO()
    with Live(plan, record) as live:
        run = live.to_the_end()
    first, *lines = record.getvalue().splitlines()
    replay = Run(plan)
    replay.apply([Header.decode(first), *events.decode_lines(b"\n".join(lines))])
    assert replay.environment == run.environment
    assert replay.environment is not None
    assert replay.environment.observer == SEES
    assert spent(replay) == spent(run)
    assert replay.machine == run.machine
    for ours, theirs in zip(run.workers, replay.workers, strict=True):
        assert list(ours.states.times) == list(theirs.states.times)
        assert ours.states.seen == theirs.states.seen
    assert isinstance(live.messages[-1], events.RunnerExited), "the last event of every run"
    (finished,) = [m for m in live.messages if isinstance(m, events.RunFinished)]
    late = [m for m in live.messages if isinstance(m, events.Sampled) and m.t_ns > finished.t_ns]
    assert len(late) <= len(run.workers), "a last look, and no more"


@pytest.mark.parametrize("plan", [COMPUTE, MIXED, LOCK], ids=lambda plan: plan.workload)
def test_states_of_a_thread_add_up_to_its_time(plan: Plan) -> None:
    run = run_plan(plan)
    for worker in run.workers:
        if not len(worker.lane):
            continue
        states = worker.states
        assert states.begin == worker.started, "observed from the start"
        assert sum(states.between(0, 2**62)) == states.end - states.begin
        assert states.end - states.begin > 0
    tasks = run.tasks
    for task in range(len(tasks)):
        amounts = of_task(run, task)
        assert amounts is not None
        assert sum(amounts) == tasks.finished[task] - tasks.started[task]
        assert tasks.cpu[task] != UNKNOWN
        assert amounts[State.RUNNING] == tasks.cpu[task]


def test_nothing_is_left_open() -> None:
    def descriptors() -> int:
        return len(os.listdir("/proc/self/fd"))  # noqa: PTH208

    run_plan(COMPUTE)
    before, threads = descriptors(), set(threading.enumerate())
    for _ in range(3):
        run_plan(MIXED)
    assert descriptors() <= before
    assert set(threading.enumerate()) <= threads


class Fleeting(Proc):
    """A kernel on which every thread is gone before it can be looked at."""

    def open(self, pid: int, tid: int, name: str) -> int:
        if pid == tid:  # the first look, at the runner itself
            return super().open(pid, tid, name)
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))


class Emptying(Proc):
    """A kernel on which the files of a thread that has ended are empty."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._nothing = folder / "nothing"
        self._nothing.write_text("")

    def open(self, pid: int, tid: int, name: str) -> int:
        if pid == tid:
            return super().open(pid, tid, name)
        return os.open(self._nothing, os.O_RDONLY)


def test_threads_that_are_gone_are_not_known(tmp_path: Path) -> None:
    for proc in Fleeting(), Emptying(tmp_path):
        run = run_plan(COMPUTE, proc=proc)
        check_all_finished(run)
        assert set(spent(run)) <= {State.RUNNING, State.UNKNOWN}


class Garbled(Proc):
    """A kernel whose files of threads say what nobody understands."""

    def __init__(self, folder: Path, schedstat: str, syscall: str) -> None:
        super().__init__()
        self._folder = folder
        (folder / "schedstat").write_text(schedstat)
        (folder / "syscall").write_text(syscall)

    def open(self, pid: int, tid: int, name: str) -> int:
        if pid == tid:  # the first look, at the runner itself
            return super().open(pid, tid, name)
        return os.open(self._folder / name, os.O_RDONLY)


@pytest.mark.parametrize(
    ("schedstat", "syscall"),
    [("\n", "\n"), ("1", "202"), ("a b c", "a b c d e f g h i"), ("1 0 3", "202 z 0 0 0 0 0 0 0")],
)
def test_it_survives_lines_that_make_no_sense(schedstat: str, syscall: str, tmp_path: Path) -> None:
    """It ended at the first one that had too few words."""
    plan = Plan(strategy="threads", workload="sleep", tasks=2, duration_s=0.4)
    run = run_plan(plan, proc=Garbled(tmp_path, schedstat, syscall))
    check_all_finished(run)
    assert all(len(worker.states) for worker in run.workers), "it went on looking"
    assert set(spent(run)) <= {State.RUNNING, State.UNKNOWN, State.OTHER}
    assert run.machine.utilisation is not None, "also at the machine"


def test_it_survives_a_machine_that_tells_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_numbers = tmp_path / "stat"
    without_numbers.write_text("cpu 1 2\ncpu0\n")
    monkeypatch.setattr("concviz.observer.machine.STAT", without_numbers)
    run = run_plan(Plan(strategy="threads", workload="sleep", tasks=2, duration_s=0.4))
    assert run.machine.utilisation is None
    assert spent(run)[State.SLEEP] > 0


def test_what_is_known_of_a_process_goes_with_it() -> None:
    """The system uses numbers again: the next process of that number may be of another Python."""
    looked: list[int] = []

    class Counting(Proc):
        def maps(self, pid: int) -> str:
            looked.append(pid)
            return super().maps(pid)

    told: list[events.AnyEvent] = []

    def seen(worker: str) -> bool:
        return any(isinstance(e, events.Sampled) and e.worker == worker for e in told)

    sampler = Sampler(told.extend, Counting())
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        sampler.start(SEES, "process")
        for worker in "first", "second":
            before = len(looked)
            now = time.monotonic_ns()
            sampler.watch(events.WorkerStarted(now, worker, child.pid, child.pid, 0, 0))
            wait_for(partial(seen, worker), worker)
            assert looked[before:] == [child.pid]
            sampler.forget(worker)
        sampler.stop()
        child.kill()


@pytest.mark.parametrize("hz", [5.0, 50.0, 200.0])
def test_it_is_sampled_about_as_often_as_asked(hz: float) -> None:
    """At most so often: less on a machine that is busy, or with very many workers."""
    plan = Plan(strategy="sequential", workload="mixed", tasks=1, duration_s=1)
    with Live(plan, sample_hz=hz) as live:
        run = live.to_the_end()
    samples = [m for m in live.messages if isinstance(m, events.Sampled)]
    length = makespan(run)
    assert length is not None
    assert 2 <= len(samples) <= hz * 1.3 * max(1, length) + 3
    assert run.sample_hz == hz


def test_a_stopped_run_is_observed_to_its_end() -> None:
    plan = Plan(strategy="threads", workload="sleep", tasks=2, duration_s=30)
    with Live(plan) as live:
        live.until(lambda run: all(len(w.states) for w in run.workers) and run.workers, "samples")
        live.session.stop()
        run = live.to_the_end()
    assert set(spent(run)) >= {State.SLEEP}
    assert spent(run)[State.SLEEP] > 0.5 * sum(spent(run).values())


class Slow(Proc):
    """Finding out where the GIL of a process is takes a tenth of a second of CPU time."""

    def maps(self, pid: int) -> str:
        deadline = time.thread_time() + 0.1
        while time.thread_time() < deadline:
            pass
        return super().maps(pid)


def test_what_a_new_worker_costs_does_not_slow_down_the_looking() -> None:
    """It did: after a few processes had started, nobody looked at them for half a second."""
    plan = Plan(strategy="processes", workload="sleep", tasks=2, duration_s=2)
    with Live(plan, proc=Slow()) as live:
        run = live.until(lambda run: any(len(w.states) for w in run.workers), "a sample")
        first = max(worker.states.end for worker in run.workers if len(worker.states))
        live.until(lambda run: max(w.states.end for w in run.workers if len(w.states)) > first, "")
        assert not run.ended, "the next sample came while the tasks slept"
        gap = max(w.states.end for w in run.workers if len(w.states)) - first
    assert gap < 1_500_000_000
