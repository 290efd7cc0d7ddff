"""A source is one class, wherever it stands: what reads streams reads it like any other."""

from __future__ import annotations

import json

from concviz.analysis.statistics import summarise
from concviz.exporters import pages
from concviz.exporters.registry import by_name
from concviz.model.entities import Phase
from concviz.model.run import Run
from concviz.sources.feed import Feed
from concviz.sources.source import UNLIMITED, Source
from concviz.trace import events
from concviz.trace.header import Header
from concviz.trace.message import Message
from concviz.trace.worker_kind import WorkerKind
from tests.builders import ENVIRONMENT, MS, ZERO
from tests.tui.driving import opened

LOG = """\
0 fetch begins
20 parse begins
70 fetch ends
90 parse ends
"""
"""Of a program that nobody planned: milliseconds, a job, and what became of it."""


class LogOfJobs:
    """Tells a log as a stream: every job is a task of a thread of its own."""

    plan = None
    lines = None
    behind = False

    def __init__(self, log: str) -> None:
        self._told: list[Message] = [Header(environment=ENVIRONMENT, worker_kind=WorkerKind.THREAD)]
        self._told += [events.RunStarted(ZERO), events.Group(ZERO, 0, "log", "jobs of last night")]
        jobs: list[str] = []
        for line in log.splitlines():
            ms, job, what = line.split()
            now = ZERO + int(ms) * MS
            if what == "begins":
                jobs.append(job)
                self._told += [
                    events.TaskTold(now, len(jobs) - 1, group=0, label=job),
                    events.TaskSubmitted(now, len(jobs) - 1),
                    events.TaskStarted(now, len(jobs) - 1, job),
                ]
            else:
                self._told.append(events.TaskFinished(now, jobs.index(job), None, None))
        self._told += [events.RunFinished(now, None), events.RunnerExited(now, 0)]

    @property
    def waiting(self) -> bool:
        return bool(self._told)

    @property
    def finished(self) -> bool:
        return True

    def now(self) -> int:
        return ZERO

    def late_ns(self, now: int) -> int:
        return 0

    def drain(self, budget_s: float = float("inf"), most: int = UNLIMITED) -> list[Message]:
        given, self._told = self._told[:most], self._told[most:]
        return given

    def give_room(self, messages: int | None) -> None:
        pass

    def wait(self, timeout: float | None = None) -> bool:
        return True

    def stop(self) -> None:
        self._told = []

    def close(self) -> None:
        pass


def read() -> Run:
    source: Source = LogOfJobs(LOG)
    return Feed(source).follow(0.01)


def test_it_is_read_like_any_other() -> None:
    run = read()
    assert run.phase is Phase.FINISHED
    assert run.counts.total == 0
    told = json.loads(by_name("json", "run").write(run))
    assert told["plan"] is None
    assert [group["label"] for group in told["groups"]] == ["jobs of last night"]
    assert [(task["label"], task["group"]) for task in told["tasks"]] == [
        ("fetch", 0),
        ("parse", 0),
    ]
    assert [task["finished_s"] for task in told["tasks"]] == [0.07, 0.09]
    page = pages.plain(pages.of_run(run, summarise(run), explain=True, width=100))
    assert "took         90.0 ms" in page
    assert "thread 2" in page


def test_it_is_known_as_of_any_time() -> None:
    before = read().as_of(ZERO + 30 * MS)
    assert before.phase is Phase.RUNNING
    assert [*before.tasks.finished] == [-1, -1]


async def test_the_lab_shows_it() -> None:
    async with opened() as lab:
        lab.app.lab.follow(Feed(LogOfJobs(LOG)), "last night")
        await lab.until(lambda: "took 90.0 ms" in lab.text("#summary"))
        assert "thread 2" in lab.text("#names")
