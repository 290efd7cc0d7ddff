"""A cluster in rows and words: by host and process, where tasks waited, what was lost."""

from __future__ import annotations

from itertools import pairwise

import pytest
from rich.cells import cell_len

from concviz.analysis.findings import findings
from concviz.analysis.statistics import summarise
from concviz.analysis.time_breakdown import Spending
from concviz.model.moment import Moment
from concviz.model.run import Run
from concviz.view.bars import phases
from concviz.view.cluster import clock_notes, machines, memory, of_cluster, waited
from concviz.view.lanes import Lanes
from concviz.view.phrases import outcomes, what_is_shown
from concviz.view.row_cache import Rows
from concviz.view.row_order import in_order, rows_of
from concviz.view.segments import task_row, worker_row
from concviz.view.signs import Kind
from concviz.view.summary_text import figures, progress
from concviz.view.task import describe
from concviz.view.task_rows import TaskRows
from concviz.view.viewport import Viewport
from tests.builders import FAR, MS, TWO_HOSTS_MS, at, cluster_of, people_at_work, two_hosts

TWO = two_hosts().run(TWO_HOSTS_MS)
VIEW = Viewport.fit(TWO_HOSTS_MS * MS, 165)  # two milliseconds a cell


def kinds(run: Run, task: int, view: Viewport = VIEW) -> list[object]:
    return [segment.kind for segment in task_row(run, task, view, run.latest)]


def test_lanes_stand_by_host_then_process_then_thread() -> None:
    told = cluster_of(1)
    told.host("")
    told.host(FAR)
    told.process(0, FAR, 9, "b", threads=2)
    told.process(1, "", 9, "a")
    told.process(2, FAR, 8, "c")
    told.process(3, "", 7, "d", threads=2)
    run = told.run(10)
    names = [row.name(run) for row in rows_of(run)]
    expected = ["here · a", "here · d · 1", "here · d · 2", "b · 1", "b · 2", "c"]
    assert names == [n if n.startswith("here") else f"{FAR} · {n}" for n in expected]
    assert in_order(run) == [row.worker for row in rows_of(run)]


def test_one_host_needs_no_name() -> None:
    told = cluster_of(1)
    told.host(FAR)
    told.process(0, FAR, 1, "worker tcp://10.0.0.2:41234", threads=2)
    run = told.run(10)
    assert [row.name(run) for row in rows_of(run)] == ["worker :41234 · 1", "worker :41234 · 2"]


@pytest.mark.parametrize("room", [8, 12, 19, 31])
def test_names_fit(room: int) -> None:
    lanes = Lanes(TWO, by_task=False, states=True)
    names = lanes.names(range(lanes.count), room)
    assert all(cell_len(name) <= room for name in names)
    assert len(set(names)) == 4, "and are told apart"
    assert len({name.startswith(("here", FAR)) for name in names}) == 1, "all in one form"


def test_a_task_is_queued_then_ready_then_runs() -> None:
    assert kinds(TWO, 0) == [Kind.QUEUED, Kind.READY, Kind.BUSY, Kind.RETURNING]


def test_data_for_a_task_is_a_phase_of_its_own() -> None:
    row = task_row(TWO, 8, VIEW, TWO.finished)
    assert [segment.kind for segment in row] == [
        *(Kind.QUEUED, Kind.READY, Kind.TRANSFER, Kind.BUSY, Kind.RETURNING)
    ]
    assert [(s.begin, s.end) for s in row if s.kind is Kind.TRANSFER] == [(106, 136)]
    worker = TWO.workers[TWO.tasks.worker[8]]
    (shown,) = [s for s in worker_row(TWO, worker, VIEW, TWO.finished) if s.kind is Kind.TRANSFER]
    assert (shown.begin, shown.end, shown.task) == (106, 136, 8)  # rather than what is returning
    (piece,) = [p for p in phases(TWO, worker, 1, TWO.finished) if p.shown is Kind.TRANSFER]
    assert (piece.begin, piece.end) == (212 * MS, 272 * MS)


def test_a_theft_has_a_cell_of_its_own() -> None:
    row = task_row(TWO, 6, VIEW, TWO.finished)
    assert [segment.kind for segment in row][:4] == [
        *(Kind.QUEUED, Kind.READY, Kind.STOLEN, Kind.READY)
    ]
    (theft,) = [segment for segment in row if segment.kind is Kind.STOLEN]
    assert theft.end - theft.begin == 1


def test_what_is_lost_returns_nothing_and_what_is_run_again_does() -> None:
    assert kinds(TWO, 3)[-1] is Kind.LOST
    assert kinds(TWO, 7)[-1] is Kind.LOST
    assert kinds(TWO, 10)[-1] is Kind.RETURNING


def test_a_row_that_grows_is_the_row_drawn_at_once() -> None:
    """With transfers that are told after the task has begun, and before."""
    grown = Run()
    rows = Rows(grown)
    messages = two_hosts().messages()
    for some, more in pairwise([0, *range(3, len(messages), 7), len(messages)]):
        grown.apply(messages[some:more])
        now = max(grown.latest, at(1))
        for worker in grown.workers:
            assert rows.row(worker, VIEW, now) == worker_row(grown, worker, VIEW, now)
    assert len(grown.tasks) == 12


def test_what_is_shown_names_the_cluster() -> None:
    assert what_is_shown(TWO)[0] == (
        "10 × cpu 0.1 s on dask · cluster tcp://10.0.0.1:8786 · 3 workers (4 threads) on 2 hosts"
        " · took 330 ms"
    )
    assert what_is_shown(people_at_work().run())[0].startswith(
        "cluster tcp://10.0.0.1:8786 · 2 workers (3 threads) on 2 hosts"
    )
    own = cluster_of(1, scheduler="")
    own.process(0, "", 1, "a")
    assert of_cluster(own.run()) == "cluster · 1 worker"


def test_a_worker_that_is_gone_is_not_there() -> None:
    run = two_hosts().run()
    assert machines(run.as_of(at(100))) == "3 workers (4 threads) on 2 hosts"
    assert machines(run.as_of(at(185))) == "2 workers (3 threads) on 2 hosts"


def test_what_was_lost_and_done_again_is_no_more_than_that() -> None:
    assert [said for _, said in outcomes(TWO)] == [
        *("9 finished", "1 failed", "2 lost and run again")
    ]
    told = cluster_of(2)
    (lane,) = told.process(0, "", 1, "a")
    for task in told.task(lane, 0, 1, 2), told.task(lane, 0, 1):
        told.loses(5, task)
    told.task(lane, 6, 7, 8, 9, again=0)
    said = [said for _, said in outcomes(told.run(10))]
    assert said == ["1 finished", "2 lost and 1 of them run again"]


def text(run: Run, width: int = 100) -> str:
    spent = Spending(run).of_run()
    return figures(run, summarise(run), spent, findings(run, spent), width).plain


def test_figures_of_a_cluster() -> None:
    said = " ".join(text(TWO).split())
    for each in (
        "memory here · alice-0: 640 MB of 640 MB, managed 300 MB, spilled 180 MB",
        "10.0.0.2 · bob-0: 150 MB, managed and spilled not told",
        "transfers 48.0 MB in 1 transfer, 60.0 ms in all",
        "stolen 1 task was given to another worker",
        "clocks 10.0.0.2: times ± 3.0 ms (its clock is 250 ms behind)",
        "others here 17 tasks of others ended meanwhile, 0 under way",
    ):
        assert each in said


def test_memory_that_nobody_told_is_said_to_be_so() -> None:
    told = cluster_of(1)
    (lane,) = told.process(0, "", 1, "a")
    told.memory(1, lane, spilled=0, limit=1_000_000_000)
    (held,) = told.run().cluster.memory.values()
    assert memory(held) == "not told of 1.00 GB, spilled none, managed not told"


def test_those_that_wait_on_their_worker_are_told_apart_while_it_runs() -> None:
    run = two_hosts().run().as_of(at(105))
    said = progress(run, Moment(at(105)), Spending(run).of_run(at(105))).plain
    assert "4 running, 2 queued, 4 ready" in said
    assert "others here" in said


def test_details_say_where_it_waited_what_came_and_who_did_it_again() -> None:
    said = {task: " ".join(describe(TWO, task, TWO.finished).plain.split()) for task in range(12)}
    assert "waited 199 ms at the scheduler, 72.0 ms on its worker" in said[8]
    assert "transfer 48.0 MB from here · alice-0, 60.0 ms" in said[8]
    assert "stolen from 10.0.0.2 · bob-1 at 0.1050 s" in said[6]
    assert "given to 10.0.0.2 · bob-0 at 0.1070 s" in said[6]
    assert "lost at 0.1850 s: its worker process was killed run again as task 10" in said[7]
    assert "finished" not in said[7], "it had not"
    assert "again does anew what was lost of task 7" in said[10]
    assert said[10].startswith("task 7 again finished")
    assert waited(TWO, 7) == (3 * MS, 128 * MS)


def test_clocks_are_spoken_of_where_their_error_is_wider_than_a_cell() -> None:
    assert clock_notes(TWO, 3 * MS) == []
    assert clock_notes(TWO, 3 * MS - 1) == ["times of 10.0.0.2 ± 3.0 ms"]


def test_rows_by_task_have_attempts_below_what_they_are_attempts_at() -> None:
    rows = TaskRows(TWO)
    assert [rows.task(row) for row in range(len(rows))] == [0, 1, 2, 3, 11, 4, 5, 6, 7, 10, 8, 9]
    assert [rows.row_of(task) for task in (3, 11, 4)] == [3, 4, 5]
    of_others = people_at_work()
    again = of_others.task(None, 130, label="inc-0", group=1, again=0)
    rows = TaskRows(of_others.run(150))
    assert [rows.task(row) for row in range(4)] == [None, 0, again, 1]
