"""What a cluster tells: where tasks were, what is lost and done again, memory, other people."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from concviz.model.by_task import ByTask
from concviz.model.on_cluster import Place
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN, Outcome
from concviz.trace import events
from concviz.trace.header import Header
from concviz.trace.states import State
from concviz.view.phrases import how_far
from tests.builders import FAR, TWO_HOSTS_MS, at, cluster_of, two_hosts
from tests.builders.clusters import DYING_PID, FAR_PID, MB, NEAR_PID

ROWS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9), st.integers(-3, 3)))


@given(ROWS, st.integers(0, 9))
def test_rows_of_a_task_are_those_that_were_added_once_each(
    rows: list[tuple[int, int, int]], until: int
) -> None:
    kept, new = ByTask(2), 0
    for n, (task, *row) in enumerate(rows):
        added = kept.add(task, *row)
        assert added == ((task, *row) not in rows[:n])
        new += added
    assert len(kept) == new
    for task in range(7):
        mine = sorted({(t, value) for of, t, value in rows if of == task})
        assert kept.of(task) == mine
        assert kept.of(task, until) == [row for row in mine if row[0] <= until]
        assert kept.any(task) == bool(mine)


def test_what_is_lost_and_done_again_counts_once() -> None:
    run = two_hosts().run(TWO_HOSTS_MS)
    assert (run.count(Outcome.LOST), run.lost_for_good, run.different_tasks) == (2, 0, 10)
    assert how_far(run) == (10, 10, "10 of 10 done")
    assert run.tasks.attempts_at(7) == [10]
    assert run.tasks.first_of(11) == 3
    assert run.counts.total == 0


def test_a_task_whose_result_is_lost_had_ended() -> None:
    run = two_hosts().run(TWO_HOSTS_MS)
    assert run.tasks.finished[3] == at(110)  # before it was lost
    assert run.tasks.finished[7] == at(185)  # because it was
    assert run.as_of(at(150)).tasks.outcome[3] == Outcome.FINISHED
    assert run.as_of(at(150)).tasks.outcome[7] == Outcome.RUNNING


def test_whoever_waits_for_a_result_has_it_when_another_attempt_gives_it() -> None:
    told = cluster_of(1)
    told.host("")
    (lane,) = told.process(0, FAR, 1, "a")
    lost = told.task(lane, 0, 1, 2, 10, collected=40)
    told.loses(12, lost)
    again = told.task(lane, 13, 14, 15, 30, again=lost)
    run = told.run(50)
    assert run.tasks.in_hand(lost) == UNKNOWN
    assert run.tasks.in_hand(again) == at(40)


def test_where_a_stolen_task_was() -> None:
    cluster = two_hosts().run(TWO_HOSTS_MS).cluster
    assert [move.place for move in cluster.arrivals(6)] == [
        Place(FAR, DYING_PID),
        Place(FAR, FAR_PID),
    ]
    assert cluster.thefts(6) == [(at(105), Place(FAR, DYING_PID))]
    assert cluster.arrived_at(6) == at(4)
    assert cluster.thefts_in_all == 1


def test_data_on_its_way() -> None:
    cluster = two_hosts().run(TWO_HOSTS_MS).cluster
    assert cluster.fetching(8) == (at(212), at(272))
    assert cluster.fetches(8) == [(at(272), at(212), 48 * MB, Place("", NEAR_PID))]
    assert cluster.fetching(0) is None
    assert cluster.transfers == (1, 48 * MB, at(60) - at(0))


def test_memory_that_is_not_told_is_not_zero() -> None:
    run = two_hosts().run(TWO_HOSTS_MS)
    near, far = run.cluster.memory[Place("", NEAR_PID)], run.cluster.memory[Place(FAR, FAR_PID)]
    assert (near.held, near.spilled, near.limit) == (640 * MB, 180 * MB, 640 * MB)
    assert (far.held, far.managed, far.spilled, far.limit) == (150 * MB, None, None, None)
    before = run.as_of(at(160)).cluster.memory[Place("", NEAR_PID)]
    assert (before.held, before.spilled, before.peak) == (610 * MB, 90 * MB, 610 * MB)
    assert run.as_of(at(49)).cluster.memory == {}


def test_other_people_count_for_themselves() -> None:
    run = two_hosts().run(TWO_HOSTS_MS)
    assert run.cluster.others == (17, 0)
    assert run.as_of(at(200)).cluster.others == (12, 3)
    assert run.as_of(at(50)).cluster.others is None
    assert len(run.tasks) == 12


def test_the_same_numbers_on_two_hosts_are_two_processes() -> None:
    told = cluster_of(2)
    (near,), (far,) = told.process(0, "", 7, "near"), told.process(0, FAR, 7, "far")
    told.does(near, 0, 20, running=1)
    told.does(far, 0, 40, sleep=1)
    for host in "", FAR:
        told.told.append(events.OthersSampled(at(10), 7, at(0), [0, 1], 0, 1, 1, 1, 1, host))
    run = told.run(50)
    one, two = run.workers
    assert one.states is not two.states
    assert (one.host, two.host) == ("", FAR)
    assert {*run.others} == {("", 7), (FAR, 7)}
    assert [*run.surroundings.processes] == [("", 7), (FAR, 7)]


def test_numbers_beyond_a_plan_are_known_of_a_cluster_alone() -> None:
    told = cluster_of(1)
    header, *rest = told.messages()
    assert isinstance(header, Header)
    for kind, unknown in (("cluster", 0), ("thread", 1)):
        run = Run()
        run.apply([Header(**{**header_of(header), "worker_kind": kind}), *rest])  # type: ignore[arg-type]
        run.apply([events.TaskTold(at(1), 1, again=0)])
        assert run.counts.unknown == unknown
        assert len(run.tasks) == 2 - unknown


def header_of(header: Header) -> dict[str, object]:
    return {name: getattr(header, name) for name in ("plan", "environment")}


def test_a_thread_may_be_seen_before_it_tells_of_itself() -> None:
    told = cluster_of(1)
    told.does(f"{FAR}/7:17", 0, 20, running=1)
    (lane,) = told.process(30, FAR, 7, "b")
    run = told.run()
    assert lane == f"{FAR}/7:17"
    assert run.counts.unknown == 0
    (worker,) = run.workers
    assert worker.pid == 7
    assert worker.states.between(at(0), at(20))[State.RUNNING] == at(20) - at(0)
