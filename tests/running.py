"""Really runs plans, and looks for what they leave behind."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, NamedTuple

from concviz.model.entities import Phase
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN, Outcome
from concviz.sources.local_run import LocalRun
from concviz.trace.message import Message
from concviz.trace.plan import Plan

PATIENCE_S = 90.0
"""How long anything may take on a busy machine before a test gives up."""
SOON_S = 15.0
"""The same of what is promised within a second or two: what is there then waits for something."""
THREAD_LIKE = ("sequential", "threads", "thread-pool", "asyncio")
PROCESS_LIKE = ("processes", "process-pool")
INTERPRETERS = ("interpreters",) if sys.version_info >= (3, 14) else ()
STRATEGIES = (*THREAD_LIKE, *PROCESS_LIKE, *INTERPRETERS)
START_METHODS = ("fork", "forkserver", "spawn")
MARK = "CONCVIZ_TEST_MARK"
"""Environment variable that all processes of a test's runs inherit."""


def wait_for(condition: Callable[[], object], what: str, within: float = PATIENCE_S) -> None:
    """Wait until the condition holds. Fails when that takes too long."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, f"not within {within:g} s: {what}"
        time.sleep(0.005)


class Live:
    """A session, and the run that its messages make. Leaving the block closes the session."""

    def __init__(self, plan: Plan, record: BinaryIO | None = None, **options: Any) -> None:
        self.session = LocalRun(plan, record, **options)
        self.run = Run(plan)
        self.messages: list[Message] = []

    def __enter__(self) -> Live:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.session.close()
        self.take_in()

    def take_in(self) -> Run:
        messages = self.session.drain()
        self.messages += messages
        self.run.apply(messages)
        return self.run

    def until(self, condition: Callable[[Run], object], what: str) -> Run:
        wait_for(lambda: condition(self.take_in()), f"{what}: {self.told}")
        return self.run

    def to_the_end(self, within: float = PATIENCE_S) -> Run:
        assert self.session.wait(within), f"did not end: {self.told}"
        return self.take_in()

    @property
    def told(self) -> str:
        """What is known of the run, for whoever has to find out what went wrong."""
        printed = "\n".join(line.text for line in self.run.output)
        return f"{self.run.phase} {self.run.error} {self.run.tally} {printed}"


def run_plan(plan: Plan, record: BinaryIO | None = None, **options: Any) -> Run:
    """The run of a plan, from its beginning to its end. ``options`` are those of a session."""
    with Live(plan, record, **options) as live:
        return live.to_the_end()


def output(run: Run) -> str:
    return "\n".join(line.text for line in run.output)


def outcomes(run: Run) -> list[Outcome]:
    return [Outcome(value) for value in run.tasks.outcome]


def results(run: Run) -> list[object]:
    return [run.tasks.results.get(task) for task in range(len(run.tasks))]


class Span(NamedTuple):
    start: int
    end: int
    task: int


def spans(run: Run) -> dict[str, list[Span]]:
    return {
        worker.key: [
            Span(*span)
            for span in zip(worker.lane.starts, worker.lane.ends, worker.lane.tasks, strict=True)
        ]
        for worker in run.workers
    }


def check_lives(run: Run) -> None:
    """What holds of every run: causes come before effects, and a worker does one task at a time."""
    tasks = run.tasks
    for task in range(len(tasks)):
        columns = (tasks.submitted, tasks.started, tasks.finished, tasks.collected)
        times = [column[task] for column in columns if column[task] != UNKNOWN]
        assert times == sorted(times), f"task {task}: {times}"
        assert all(run.started <= time <= run.finished for time in times)
    for worker in run.workers:
        lane = spans(run)[worker.key]
        assert all(a.end <= b.start for a, b in pairwise(lane)), f"{worker.key}: {lane}"
        life = [worker.starting, worker.started, *(t for s in lane for t in s[:2]), worker.ended]
        life = [time for time in life if time != UNKNOWN]
        assert life == sorted(life), f"{worker.key}: {life}"
    assert run.counts.total == 0
    assert sum(run.tally) == len(tasks)


def check_all_finished(run: Run) -> None:
    """Everything was seen of every task, and nothing went wrong."""
    assert run.phase is Phase.FINISHED, run.error
    assert run.error is None
    assert run.exitcode == 0
    tasks = run.tasks
    for column in (tasks.submitted, tasks.started, tasks.finished, tasks.collected, tasks.worker):
        assert UNKNOWN not in column
    # "in the order of the items"
    assert list(tasks.collected) == sorted(tasks.collected)
    check_lives(run)


class Traces(NamedTuple):
    """What runs could leave behind."""

    processes: set[int]
    files: set[str]


def traces(mark: str, folder: Path) -> Traces:
    """Living processes that inherited the mark, and files where runs have theirs."""
    processes = set()
    needle = f"{MARK}={mark}".encode()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with contextlib.suppress(OSError):
                if needle in (entry / "environ").read_bytes().split(b"\0"):
                    processes.add(int(entry.name))
    return Traces(processes, {str(path) for path in folder.iterdir()})


def named_locks() -> set[str]:
    """Locks and memory that have a name in the system, whosever they are."""
    with contextlib.suppress(OSError):
        return {path.name for path in Path("/dev/shm").iterdir() if path.name[:4] in LOCKS}
    return set()


LOCKS = ("sem.", "psm_")


def unused(locks: set[str]) -> set[str]:
    """Those of them that are there still, and that no living process has in its memory.

    By number: who makes one has it under another name.
    """
    used: set[int] = set()
    for maps in Path("/proc").glob("[0-9]*/maps"):
        with contextlib.suppress(OSError):
            lines = maps.read_text().splitlines()
            used |= {int(line.split()[4]) for line in lines if " /dev/shm/" in line}
    found = set()
    for name in locks:
        with contextlib.suppress(OSError):
            if Path("/dev/shm", name).stat().st_ino not in used:
                found.add(name)
    return found


@contextmanager
def no_traces(mark: str, folder: Path, within: float) -> Iterator[None]:
    """What is run within it has left nothing behind soon after it."""
    before, locks_before = traces(mark, folder), named_locks()
    yield
    left: Traces = before
    locks = named_locks() - locks_before

    def gone() -> bool:
        nonlocal left
        now = traces(mark, folder)
        left = Traces(now.processes - before.processes, now.files - before.files)
        return not left.processes and not left.files

    try:
        wait_for(gone, "nothing is left", within)
    except AssertionError:
        names = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in left.processes]
        raise AssertionError(f"left behind: {left} {names}") from None
    # Others may be of a program that runs beside this test, and uses them.
    wait_for(lambda: not unused(locks), f"no lock is left of {locks}")
