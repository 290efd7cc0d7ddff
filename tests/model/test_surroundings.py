"""In what tasks run: told by a stream, or found from where its workers started."""

from __future__ import annotations

from concviz.model.run import Run
from concviz.model.tasks import FURTHEST, MOST_TASKS, Outcome
from concviz.trace import events
from concviz.trace.environment import PARTS, Observer
from concviz.trace.header import Header
from concviz.trace.plan import Plan
from concviz.trace.worker_kind import WorkerKind
from tests.builders import ENVIRONMENT


def test_a_run_without_a_plan_makes_room_for_the_tasks_that_come() -> None:
    run = Run()
    run.apply([events.RunStarted(1), events.TaskSubmitted(2, 0), events.TaskStarted(3, 4, "w")])
    assert run.plan is None
    assert len(run.tasks) == 5
    assert run.tally[:2] == [4, 1]
    assert run.counts.total == 0
    assert run.expected_tasks is None
    run.apply([events.RunFinished(9, None), events.RunnerExited(10, 0)])
    assert run.count(Outcome.NOT_STARTED) == 4
    assert len(run.as_of(2).tasks) == 1


def test_a_task_with_an_impossible_number_is_counted_and_takes_no_room() -> None:
    run = Run()
    for number in (-1, FURTHEST, MOST_TASKS, 1 << 60):
        run.apply([events.TaskSubmitted(1, number)])
    assert (len(run.tasks), run.counts.unknown) == (0, 4)


def test_the_header_tells_the_plan() -> None:
    run = Run()
    run.apply([Header(plan=Plan(tasks=3), environment=ENVIRONMENT, task_source="def f(): ...")])
    assert run.plan == Plan(tasks=3)
    assert (len(run.tasks), run.tally[0], run.expected_tasks) == (3, 3, 3)
    assert run.task_source == "def f(): ..."
    run.apply([events.TaskSubmitted(1, 3)])
    assert (len(run.tasks), run.counts.unknown) == (3, 1)


def test_groups_say_how_many_tasks_there_will_be() -> None:
    run = Run()
    run.apply([events.Group(1, 0, "thread-pool", "first", 5)])
    assert run.expected_tasks == 5
    run.apply([events.Group(4, 1, "loop", "second")])
    assert run.expected_tasks is None, "of one it is not known"
    assert [group.label for group in run.surroundings.groups.values()] == ["first", "second"]
    run.apply([events.Group(5, 0, "thread-pool", "again", 9)])
    assert run.counts.duplicate == 1
    assert run.as_of(3).expected_tasks == 5


def test_tasks_have_groups_labels_and_somebody_who_asked_for_them() -> None:
    run = Run()
    run.apply([events.TaskSubmitted(1, 0), events.TaskTold(2, 0, 7, "resize", 4)])
    told = run.tasks.named[0]
    assert (told.group, told.label, told.by) == (7, "resize", 4)
    assert run.as_of(1).tasks.named.get(0) is None


def test_processes_and_threads_are_found_where_workers_start() -> None:
    run = Run()
    run.apply([Header(environment=ENVIRONMENT, worker_kind=WorkerKind.PROCESS)])
    run.apply([events.RunStarted(1, 100), events.WorkerStarted(2, "w", 101, 102)])
    around = run.surroundings
    assert around.processes["", 101].parent == 100
    assert around.threads["", 101, 102].name == "w"
    run.apply([events.Process(3, 101, 99, made="fork")])
    assert run.surroundings.processes["", 101].made == "fork", "who tells of it knows better"
    assert run.as_of(2).surroundings.processes["", 101].made == ""


def test_the_error_of_a_clock_is_that_of_all_its_times() -> None:
    run = Run()
    run.apply([events.Host(1, "there", 500, 90), events.Host(2, "there", 480, 20)])
    run.apply([events.Host(3, "there", 600, 300)])
    assert run.surroundings.hosts["there"] == events.Host(3, "there", 600, 300)
    assert run.as_of(2).surroundings.hosts["there"] == events.Host(2, "there", 480, 90)
    assert run.as_of(1).surroundings.hosts["there"].offset_ns == 500


def test_workers_of_several_kinds() -> None:
    run = Run()
    run.apply([Header(environment=ENVIRONMENT, worker_kind=WorkerKind.THREAD)])
    run.apply([events.WorkerStarted(1, "a", 1, 1)])
    assert {worker.kind for worker in run.workers} == {WorkerKind.THREAD}
    run.apply([events.WorkerTold(2, "b", WorkerKind.COROUTINE, 3)])
    assert [run.label(worker) for worker in run.workers] == ["thread 1", "slot 2"]
    assert run.workers[1].group == 3
    assert run.kind is WorkerKind.WORKER
    assert WorkerKind("fibre") is WorkerKind.WORKER, "of a newer version"


ALL = Observer(hz=50, cpu=True, blocking=True, gil=True)
CPU = Observer(hz=50, cpu=True, blocking=False, gil=False, missing={"blocking": "Yama forbids it"})
BLIND = Observer(hz=50, cpu=False, blocking=False, gil=False, missing=dict.fromkeys(PARTS, "why"))


def test_what_can_be_seen_is_told_of_each_host_by_who_is_there() -> None:
    run = Run()
    run.apply([Header(plan=Plan(tasks=1), environment=ENVIRONMENT)])
    run.apply([events.HostObserved(5, "", ALL), events.HostObserved(6, "", ALL)])
    assert run.observer == ALL
    run.apply([events.HostObserved(7, "far", CPU)])
    assert run.observer.missing == {"blocking": "Yama forbids it on far"}
    assert (run.observer.cpu, run.observer.blocking) == (True, False)
    assert run.as_of(6).observer == ALL
    assert run.surroundings.observers == {"": ALL, "far": CPU}


def test_of_a_host_as_much_is_seen_as_of_the_process_of_which_the_least_is() -> None:
    run = Run()
    run.apply([events.HostObserved(5, "", BLIND), events.HostObserved(6, "", ALL)])
    assert not run.observer.cpu
    assert run.observer.missing == dict.fromkeys(PARTS, "why")
    assert run.observer.unseen == BLIND.unseen
