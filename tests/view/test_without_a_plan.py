"""A run that nobody planned is shown, told and exported like any other."""

from __future__ import annotations

from concviz.analysis.statistics import summarise
from concviz.exporters.pages import of_run, plain
from concviz.model.run import Run
from concviz.trace import events
from concviz.trace.header import Header
from concviz.trace.worker_kind import WorkerKind
from concviz.view.phrases import what_ran
from concviz.view.segments import worker_row
from concviz.view.viewport import Viewport
from tests.builders import ENVIRONMENT, at, sampled, task


def unplanned() -> Run:
    run = Run()
    run.apply([Header(environment=ENVIRONMENT, worker_kind=WorkerKind.THREAD)])
    run.apply([events.RunStarted(at(0)), events.Group(at(0), 3, "thread-pool", "downloads")])
    run.apply([events.WorkerStarted(at(0), "w", 1, 2), *task(0, "w", 0, 40), *task(1, "w", 40, 90)])
    run.apply([sampled("w", 0, 90, io=90)])
    run.apply([events.RunFinished(at(90), None), events.RunnerExited(at(91), 0)])
    return run


def test_it_is_headed_by_its_groups() -> None:
    run = unplanned()
    assert what_ran(run) == "2 tasks, downloads"
    page = plain(of_run(run, summarise(run), explain=True, width=80))
    assert page.startswith("2 tasks, downloads")
    assert "I/O 98 %" in page


def test_before_any_task_there_is_nothing_to_divide_by() -> None:
    run = unplanned().as_of(at(-1))
    assert len(run.tasks) == 0
    assert summarise(run).makespan_s is None
    assert worker_row(unplanned().as_of(at(1)), unplanned().workers[0], Viewport(9, 10**7), at(1))
