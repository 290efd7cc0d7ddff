"""The reducer finds the truth in the events of a run, however they come, and counts the rest."""

from __future__ import annotations

import json
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concviz.analysis.findings import findings
from concviz.analysis.statistics import summarise
from concviz.analysis.time_breakdown import Spending
from concviz.model.entities import Phase
from concviz.model.lanes import OPEN
from concviz.model.output import OUTPUT_CHARACTERS, OUTPUT_LINES
from concviz.model.run import Run
from concviz.model.tasks import RESULT_CHARACTERS, UNKNOWN, Outcome
from concviz.trace import events
from concviz.trace.environment import Environment
from concviz.trace.header import Header
from concviz.trace.plan import Plan
from concviz.trace.sparse import sparse
from concviz.trace.states import State
from concviz.trace.worker_kind import WorkerKind
from concviz.view.segments import queue_depths, task_row, worker_row
from concviz.view.state_segments import by_state
from concviz.view.viewport import Viewport
from tests.builders import History, Message, Span, batches, histories, shuffled

ENVIRONMENT = Environment(
    concviz="1",
    python="3.11.7",
    implementation="CPython",
    gil=True,
    platform="Linux",
    machine="x86_64",
    cores_total=2,
    cores_usable=2,
)
WOULD_REPEAT = (
    events.RunStarted,
    events.RunFinished,
    events.WorkerStarting,
    events.WorkerStarted,
    events.WorkerStopped,
    events.WorkerDied,
    events.TaskSubmitted,
    events.TaskStarted,
    events.TaskFinished,
    events.TaskFailed,
    events.TaskCollected,
)


def spans(run: Run) -> dict[str, list[Span]]:
    return {
        worker.key: [
            Span(*span)
            for span in zip(worker.lane.starts, worker.lane.ends, worker.lane.tasks, strict=True)
        ]
        for worker in run.workers
        if len(worker.lane)
    }


def amounts(run: Run) -> dict[str, object]:
    """All that a run knows, in a form that does not depend on the order of its workers."""
    keys = [worker.key for worker in run.workers]
    return {
        "tally": run.tally,
        "outcomes": list(run.tasks.outcome),
        "busy": run.busy,
        "cpu": (run.cpu, run.cpu_known),
        "submits": list(run.submits),
        "starts": list(run.starts),
        "spans": spans(run),
        "phase": run.phase,
        "times": (run.started, run.finished, run.exitcode, run.stop_requested),
        "error": run.error,
        "workers": {
            worker.key: (worker.starting, worker.started, worker.ended, worker.exitcode)
            for worker in run.workers
        },
        "tasks": [
            (
                *(column[task] for column in (run.tasks.submitted, run.tasks.started)),
                *(column[task] for column in (run.tasks.finished, run.tasks.collected)),
                None if run.tasks.worker[task] == UNKNOWN else keys[run.tasks.worker[task]],
                run.tasks.results.get(task),
                failure.error if (failure := run.tasks.failures.get(task)) else None,
            )
            for task in range(len(run.tasks))
        ],
    }


def of_a_task(task: int) -> list[Message]:
    return [
        events.TaskSubmitted(1, task),
        events.TaskStarted(1, task, "nobody"),
        events.TaskFinished(1, task, 1, None),
        events.TaskFailed(1, task, 1, "E", "T"),
        events.TaskCollected(1, task),
    ]


@given(histories())
def test_run_as_it_came(history: History) -> None:
    run = history.run
    assert run.phase is history.phase
    assert [Outcome(value) for value in run.tasks.outcome] == history.outcomes
    assert spans(run) == {worker: spans for worker, spans in history.spans.items() if spans}
    assert run.busy == sum(s.end - s.start for lane in history.spans.values() for s in lane)
    assert run.counts.total == 0


@given(histories(), st.randoms(use_true_random=False))
def test_order_and_batches_do_not_matter(history: History, random: Random) -> None:
    run = Run(history.plan)
    for batch in batches([*shuffled(history, random), history.exit], random):
        run.apply(batch)
        assert sum(run.tally) == history.plan.tasks
    assert amounts(run) == amounts(history.run)


@given(histories(), st.randoms(use_true_random=False))
def test_noise_is_counted_and_changes_nothing(history: History, random: Random) -> None:
    order = shuffled(history, random)
    messages: list[Message] = [*order, history.exit]
    repeated = [e for e in order if isinstance(e, WOULD_REPEAT) and random.random() < 0.3]
    for event in repeated:
        first = next(at for at, message in enumerate(messages) if message is event)
        if isinstance(event, events.TaskFinished):  # see shuffled: not between the two ends
            first = max(
                at
                for at, message in enumerate(messages)
                if isinstance(message, events.TaskFinished | events.TaskFailed)
                and message.task == event.task
            )
        messages.insert(random.randint(first + 1, messages.index(history.exit)), event)
    unknown: list[Message] = [
        random.choice(of_a_task(random.choice([-1, history.plan.tasks, 10**30])))
        for _ in range(random.randint(0, 5))
    ]
    unreadable: list[Message] = [b"noise"] * random.randint(0, 3)
    for strange in [*unknown, *unreadable]:
        messages.insert(random.randint(0, len(messages) - 1), strange)

    run = Run(history.plan)
    for batch in batches(messages, random):
        run.apply(batch)
        assert sum(run.tally) == history.plan.tasks
    assert amounts(run) == amounts(history.run)
    assert run.counts.duplicate == len(repeated)
    assert run.counts.unknown == len(unknown)
    assert run.counts.unreadable == len(unreadable)
    assert run.counts.total == len(repeated) + len(unknown) + len(unreadable)


@given(histories(), st.randoms(use_true_random=False))
def test_changes_name_all_that_changed(history: History, random: Random) -> None:
    """Whoever draws only what the changes name has a picture that is up to date."""
    view, now = Viewport(40, 20), history.exit.t_ns
    run = Run(history.plan)
    for batch in batches([*history.told, history.exit], random):
        before = list(run.tasks.outcome)
        lanes = [worker.lane.version for worker in run.workers]
        rows = [worker_row(run, worker, view, now) for worker in run.workers]
        phase, lines = (run.phase, run.started, run.finished, run.preparing), len(run.output)
        changes = run.apply(batch)
        after = list(run.tasks.outcome)
        for task, (old, new) in enumerate(zip(before, after, strict=True)):
            assert old == new or task in changes.tasks
        assert changes.phase or phase == (run.phase, run.started, run.finished, run.preparing)
        assert changes.output or lines == len(run.output)
        assert changes.new_workers == (len(run.workers) > len(lanes))
        for index, (lane, row) in enumerate(zip(lanes, rows, strict=True)):
            worker = run.workers[index]
            if worker_row(run, worker, view, now) != row and not changes.phase:
                assert index in changes.workers
                assert worker.lane.version > lane


EXTREME = st.sampled_from([UNKNOWN, 2**31, 2**62 - 1, 2**62, OPEN, 2**63, 2**64, -(2**63)])
INTEGERS = st.one_of(st.integers(0, 3), st.integers(-2, 200), EXTREME)
STRANGE = st.one_of(
    st.tuples(
        st.sampled_from(["submitted", "collected", "worker-starting", "worker-stopped"]),
        INTEGERS,
        st.one_of(INTEGERS, st.sampled_from(["a", "b", "\ud800"])),
    ),
    st.tuples(st.just("started"), INTEGERS, INTEGERS, st.sampled_from(["a", "b", ""])),
    st.tuples(st.just("finished"), INTEGERS, INTEGERS, st.none() | INTEGERS, st.none() | INTEGERS),
    st.tuples(st.just("failed"), INTEGERS, INTEGERS, INTEGERS, st.just("E"), st.just("T")),
    st.tuples(st.sampled_from(["run-started", "stop-requested"]), INTEGERS),
    st.tuples(st.just("run-finished"), INTEGERS, st.sampled_from([None, "E"])),
    st.tuples(st.just("worker-started"), INTEGERS, st.just("a"), INTEGERS, INTEGERS),
    st.tuples(
        st.just("worker-started"),
        *(INTEGERS, st.just("b"), INTEGERS, INTEGERS),
        *(st.none() | INTEGERS, st.none() | INTEGERS),
    ),
    st.tuples(
        st.just("sampled"),
        *(INTEGERS, st.sampled_from(["a", "b", "c"]), INTEGERS),
        *(st.lists(INTEGERS, min_size=len(State), max_size=len(State)), st.integers(0, 7)),
    ),
    st.tuples(
        st.just("awaited"),
        *(INTEGERS, INTEGERS, INTEGERS),
        st.dictionaries(st.sampled_from(["running", "sleep", "odd"]), INTEGERS, max_size=2),
        st.sampled_from(["running", "sleep", "odd"]),
    ),
    st.tuples(st.just("loop-blocked"), INTEGERS, INTEGERS, INTEGERS),
    st.tuples(st.just("machine"), INTEGERS, INTEGERS, INTEGERS, INTEGERS),
    st.tuples(st.just("worker-died"), INTEGERS, st.sampled_from(["a", "b"]), INTEGERS),
    st.tuples(
        st.just("worker-died"), INTEGERS, st.sampled_from(["a", "b"]), INTEGERS, st.booleans()
    ),
    st.tuples(st.just("unread"), INTEGERS, INTEGERS),
    st.tuples(st.just("output"), INTEGERS, st.none() | INTEGERS, st.text(max_size=3)),
    st.tuples(st.just("left-out"), INTEGERS, st.none() | INTEGERS, INTEGERS),
    st.tuples(st.just("runner-exited"), INTEGERS, INTEGERS),
    st.tuples(st.just("calibrated"), INTEGERS, st.just("cpu"), INTEGERS),
    st.tuples(st.just("preparing"), INTEGERS, st.text(max_size=3)),
)


@settings(max_examples=300)
@given(st.lists(STRANGE, max_size=40))
def test_nonsense_is_never_raised(lines: list[tuple[object, ...]]) -> None:
    """Whatever the lines of a recording hold, it opens, can be drawn and summed up."""
    run = Run(Plan(tasks=4))
    for line in lines:
        encoded = json.dumps(line).encode()
        message: Message
        try:
            message = events.decode(encoded)
        except ValueError:
            message = encoded
        run.apply([message])
        assert sum(run.tally) == 4
    view = Viewport(20, 10)
    for now in (0, 100):
        for worker in run.workers:
            bars = worker_row(run, worker, view, now)
            for row in bars, by_state(run, worker, bars, view):
                assert all(0 <= s.begin < s.end <= 20 for s in row)
                assert all(a.end <= b.begin for a, b in pairwise(row))
            run.label(worker)
        for task in range(4):
            task_row(run, task, view, now)
        queue_depths(run, view, now)
    summarise(run)
    findings(run)
    Spending(run).of_run(100)


def test_nothing_happens_after_the_end() -> None:
    run = Run(Plan(tasks=2))
    run.apply([events.RunStarted(0), events.TaskSubmitted(1, 0), events.RunFinished(5, None)])
    run.apply([events.RunnerExited(6, 0)])
    run.apply([events.TaskStarted(7, 0, "late"), events.TaskSubmitted(8, 1)])
    assert [Outcome(value) for value in run.tasks.outcome] == [Outcome.NOT_STARTED] * 2
    assert run.counts.unknown == 2
    assert run.count(Outcome.RUNNING) == 0


def test_worker_that_dies_loses_its_task() -> None:
    run = Run(Plan(tasks=3))
    run.apply([events.RunStarted(0), events.WorkerStarting(1, "a"), events.WorkerStarting(1, "b")])
    run.apply([events.WorkerStarted(2, "a", 11, 12), events.WorkerStarted(2, "b", 21, 22)])
    run.apply([events.TaskStarted(3, 0, "a"), events.TaskStarted(3, 1, "b")])
    assert run.count(Outcome.RUNNING) == 2
    run.apply([events.WorkerDied(9, "a", -11), events.TaskFinished(10, 1, None, 7)])
    assert run.workers[0].exitcode == -11
    run.apply([events.RunFinished(12, "BrokenProcessPool"), events.RunnerExited(13, 0)])
    assert run.phase is Phase.FINISHED
    assert run.error == "BrokenProcessPool"
    assert [Outcome(v).word for v in run.tasks.outcome] == ["lost", "finished", "not started"]
    assert (run.workers[0].pid, run.workers[0].tid) == (11, 12)
    assert spans(run) == {"a": [Span(3, 9, 0)], "b": [Span(3, 10, 1)]}


@pytest.mark.parametrize(
    ("exitcode", "words"),
    [
        (-11, "the runner process was killed by SIGSEGV"),
        (-9, "the runner process was killed by SIGKILL"),
        (-250, "the runner process was killed by signal 250"),
        (3, "the runner process ended early (exit status 3)"),
    ],
)
def test_death_of_the_runner_in_words(exitcode: int, words: str) -> None:
    run = Run(Plan(tasks=1))
    run.apply([events.RunStarted(0), events.TaskStarted(1, 0, "w")])
    run.apply([events.RunnerExited(9, exitcode)])
    assert run.phase is Phase.DIED
    assert run.error == words
    assert run.count(Outcome.LOST) == 1
    assert run.finished == 9


def test_stop_before_the_start_leaves_all_not_started() -> None:
    run = Run(Plan(tasks=3))
    run.apply([events.Preparing(1, "x"), events.StopRequested(2), events.RunnerExited(3, -9)])
    assert run.phase is Phase.STOPPED
    assert run.count(Outcome.NOT_STARTED) == 3
    assert run.preparing == "x"
    assert run.error is None


def test_header_tells_where_and_by_whom() -> None:
    run = Run(Plan(tasks=1))
    run.apply([Header(plan=run.plan, environment=ENVIRONMENT, worker_kind=WorkerKind.COROUTINE)])
    run.apply([events.TaskStarted(1, 0, "slot-1")])
    assert run.environment == ENVIRONMENT
    assert run.label(run.workers[0]) == "slot 1"


@pytest.mark.parametrize(
    ("kind", "label"),
    [
        ("main", "main thread"),
        ("thread", "thread 1"),
        ("process", "process 1"),
        ("interpreter", "interp 1"),
        ("worker", "worker 1"),
    ],
)
def test_labels_of_workers(kind: str, label: str) -> None:
    run = Run(Plan(tasks=1))
    run.usual_kind = WorkerKind(kind)
    run.apply([events.TaskStarted(1, 0, "w")])
    assert run.label(run.workers[0]) == label


def test_output_keeps_the_latest_lines_and_counts_the_rest() -> None:
    run = Run(Plan(tasks=1))
    run.apply([events.TaskStarted(0, 0, "w")])
    run.apply(events.Output(n, 0, f"line {n}") for n in range(OUTPUT_LINES + 3))
    assert len(run.output) == OUTPUT_LINES
    assert run.counts.output_lines == 3
    assert (run.output[0].text, run.output[0].task, run.output[0].worker) == ("line 3", 0, 0)
    run.apply([events.Output(1, None, "x"), events.LeftOut(2, 0, 17), events.LeftOut(2, None, 3)])
    assert (run.output[-1].task, run.output[-1].worker) == (None, None)
    assert run.counts.output_characters == 20


def test_output_is_bounded_by_its_characters_too() -> None:
    run = Run(Plan(tasks=1))
    tenth = "x" * (OUTPUT_CHARACTERS // 10)
    run.apply(events.Output(n, 0, f"{n}{tenth[1:]}") for n in range(10))
    assert (len(run.output), run.counts.output_lines) == (10, 0)
    run.apply([events.Output(10, 0, "one more")])
    assert [line.text[0] for line in run.output] == [*"123456789", "o"]
    assert run.counts.output_lines == 1
    run.apply([events.Output(11, 0, "x" * (OUTPUT_CHARACTERS + 1))])
    assert len(run.output) == 0, "what has no room alone is counted as well"
    assert run.counts.output_lines == run.output.total == 12


@given(st.lists(st.integers(1, 4), max_size=12))
def test_lines_since_another_look_are_told_once(batches: list[int]) -> None:
    run, told = Run(Plan(tasks=1)), []
    seen = number = 0
    for batch in batches:
        run.apply(events.Output(1, 0, str(number + n)) for n in range(batch))
        number += batch
        told += [line.text for line in run.output.since(seen)]
        seen = run.output.total
    assert told == [str(n) for n in range(number)]
    assert run.output.since(seen) == []


def test_results_beyond_the_room_are_counted() -> None:
    run = Run(Plan(tasks=3))
    half = "x" * (RESULT_CHARACTERS // 2 + 1)
    run.apply(events.TaskFinished(1, task, None, half) for task in (0, 1))
    run.apply([events.TaskFailed(1, 2, None, "E", half)])
    assert list(run.tasks.results) == [0]
    assert run.tasks.failures == {}
    assert run.counts.results == 2
    assert run.tally[Outcome.FINISHED] == 2


def test_calibration_is_kept() -> None:
    run = Run(Plan(tasks=1))
    run.apply([events.Calibrated(1, "cpu", 12.5)])
    assert run.rounds_per_s == 12.5


def test_cpu_time_is_summed_where_it_is_known() -> None:
    run = Run(Plan(tasks=3))
    run.apply(
        [
            events.TaskFinished(1, 0, 5, None),
            events.TaskFailed(1, 1, 7, "E", "T"),
            events.TaskFinished(1, 2, None, None),
        ]
    )
    assert (run.cpu, run.cpu_known) == (12, 2)
    assert list(run.tasks.cpu) == [5, 7, UNKNOWN]


def seen(worker: str, since: int, until: int, state: State) -> events.Sampled:
    spent = [0] * len(State)
    spent[state] = until - since
    return events.Sampled(until, worker, since, sparse(spent), state)


def test_samples_are_those_of_the_worker() -> None:
    run = Run(Plan(tasks=1))
    run.apply([seen("nobody", 0, 5, State.IO)])
    assert run.counts.unknown == 1
    run.apply([events.WorkerStarted(0, "w", 1, 2), seen("w", 0, 5, State.IO)])
    run.apply([seen("w", 3, 8, State.IO), seen("w", 0, 5, State.IO)])
    assert run.counts.duplicate == 2
    assert run.workers[0].states.between(0, 100)[State.IO] == 5


@pytest.mark.parametrize(("kind", "shared"), [("coroutine", True), ("thread", False)])
def test_coroutines_of_a_thread_share_its_states(kind: str, shared: bool) -> None:
    """Of two threads that have the same number, the system has given it twice."""
    run = Run(Plan(tasks=2))
    run.apply([Header(plan=run.plan, environment=ENVIRONMENT, worker_kind=WorkerKind(kind))])
    run.apply([events.WorkerStarted(0, "a", 1, 2), events.WorkerStarted(1, "b", 1, 2)])
    run.apply([events.TaskStarted(1, 0, "a"), events.TaskStarted(1, 1, "b")])
    changes = run.apply([seen("a", 0, 5, State.IO)])
    a, b = run.workers
    assert a.states.between(0, 5)[State.IO] == 5
    assert (b.states is a.states) is shared
    assert changes.workers == ({0, 1} if shared else {0})


def test_what_a_coroutine_waits_for_is_its_own() -> None:
    run = Run(Plan(tasks=2))
    run.apply([Header(plan=run.plan, environment=ENVIRONMENT, worker_kind=WorkerKind.COROUTINE)])
    early = events.Awaited(5, 1, 1, {"sleep": 4}, "running")
    run.apply([early, events.Awaited(5, 7, 1, {"sleep": 4}, "running")])
    assert run.counts.unknown == 2, "of a task that has not begun, and of one that is not there"
    run.apply([events.WorkerStarted(0, "a", 1, 2), events.WorkerStarted(1, "b", 1, 2)])
    run.apply([events.TaskStarted(1, 0, "a"), events.TaskStarted(1, 1, "b")])
    changes = run.apply([early, early])
    assert run.counts.duplicate == 1
    assert changes.workers == {1}
    assert run.workers[1].awaits.between(0, 5)[State.SLEEP] == 4
    assert not len(run.workers[0].awaits)


def test_what_kept_the_loop_is_kept() -> None:
    run = Run(Plan(tasks=2))
    run.apply([events.TaskStarted(10, 1, "s"), events.LoopBlocked(100, 1, 60)])
    run.apply([events.LoopBlocked(200, 1, 30), events.LoopBlocked(1, 7, 1)])
    assert run.tasks.kept_loop(1) == [(40, 100), (170, 200)]
    assert run.tasks.kept_loop(0) == []
    assert run.tasks.loop_keepers == [1]
    assert run.counts.unknown == 1


def test_use_of_the_machine_adds_up() -> None:
    run = Run(Plan(tasks=1))
    assert run.machine.utilisation is None
    run.apply([events.MachineSampled(100, 0, 100, 2)])
    assert [run.machine.latest, run.machine.utilisation] == [0.5, 0.5]
    run.apply([events.MachineSampled(200, 100, 200, 2)])
    assert [run.machine.latest, run.machine.utilisation] == [1.0, 0.75]
    run.apply([events.MachineSampled(210, 200, 999, 2)])
    assert [run.machine.latest, run.machine.utilisation] == [1.0, 1.0], "never more than all"
