"""What threads and processes did that tasks have started."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.analysis.findings import findings
from concviz.analysis.statistics import summarise
from concviz.model.others import Others
from concviz.model.run import Run
from concviz.trace import events
from concviz.trace.plan import Plan
from concviz.trace.sparse import sparse
from concviz.trace.states import State, nothing
from concviz.view.picture import timeline
from tests.builders import ENVIRONMENT, MS, at, observed_task, ran
from tests.exporters.objects import to_object

PID = 7


def others(
    since: float, until: float, *, threads: int = 4, competing: int = 4, **spent: float
) -> events.OthersSampled:
    """In milliseconds, of all threads together."""
    times = nothing()
    for name, length in spent.items():
        times[State[name.upper()]] = round(length * MS)
    return events.OthersSampled(
        at(until), PID, at(since), sparse(times), 0, competing, threads, threads, processes=0
    )


def run_of(kind: str, *told: events.AnyEvent) -> Run:
    """A worker of 100 ms, whose task waits for what it has started."""
    starts: list[events.AnyEvent] = [events.WorkerStarted(at(0), "w", PID, PID)]
    return ran(kind, 100, starts, observed_task(0, "w", 0, 100, 1, thread_wait=99), list(told))


def test_they_have_a_row_cpu_time_and_a_finding() -> None:
    run = run_of("process", others(20, 80, running=120, core_wait=120))
    assert summarise(run).others_cpu_s == pytest.approx(0.12)
    assert to_object(run)["summary"]["others_cpu_s"] == pytest.approx(0.12)
    (row,) = [line.plain for line in timeline(run, 80) if "others in 1" in line.plain]
    cells = row.removeprefix("others in 1  ")
    assert cells.startswith(" " * 8), "there was nobody yet"
    assert set(cells.strip()) <= {"▇", "▄"}
    (found,) = [finding for finding in findings(run) if finding.id == "oversubscribed"]
    assert found.sentence.startswith(
        "Tasks start 4 threads each: up to 4 compete for 2 cores and wait for one for 50 % of "
    )


def test_as_many_as_there_are_cores_compete_for_none() -> None:
    run = run_of("thread", others(20, 80, threads=2, competing=2, running=120))
    (found,) = [finding for finding in findings(run) if "Tasks start" in finding.sentence]
    assert found.id == "work-in-others"
    assert "2 threads each" in found.sentence


def test_what_the_system_counted_of_children_is_more_than_what_was_seen() -> None:
    run = ran("thread", 100, [events.RunStarted(at(0), PID)], observed_task(0, "w", 0, 100, 1))
    assert run.others == {}
    later = Run(Plan(tasks=1))
    later.apply([events.RunStarted(at(0), PID), *observed_task(0, "w", 0, 100, 1)])
    later.apply([events.RunFinished(at(100), None, 30 * MS), events.RunnerExited(at(101), 0)])
    assert summarise(later).others_cpu_s == pytest.approx(0.03)
    assert later.others_seen == [], "nobody was seen: there is nothing to draw"


def test_nobody_to_be_seen_any_more_is_no_time() -> None:
    told = Others(PID)
    assert told.add(others(0, 20, running=10, core_wait=10))
    assert told.add(others(20, 40))
    assert (list(told.begins), list(told.ends)) == ([at(0)], [at(20)])
    assert told.add(others(40, 60, sleep=80))
    assert list(told.begins) == [at(0), at(40)]
    assert not told.add(others(40, 60, sleep=80)), "that has been told"


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.lists(st.integers(0, 50), min_size=3, max_size=3)),
        max_size=20,
    )
)
def test_time_is_never_longer_than_it_was(samples: list[tuple[int, list[int]]]) -> None:
    told, now = Others(PID), 0
    for gap, (running, core, sleep) in samples:
        since, now = now + gap, now + gap + 20
        told.add(others(since, now, running=running, core_wait=core, sleep=sleep))
    length = sum(end - begin for begin, end in zip(told.begins, told.ends, strict=True))
    covered = told.states.between(0, at(now + 1))
    assert sum(covered) - covered[State.UNKNOWN] == length
    assert told.cpu == sum(running for _, (running, _, _) in samples) * MS
    assert told.threads <= 4
    assert ENVIRONMENT.cores_usable == 2
