"""A run as of a time is the fold of what had happened by then, in every figure that is shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from random import Random
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from concviz.analysis import lock_waits
from concviz.analysis.deaths import cause
from concviz.analysis.findings import findings
from concviz.analysis.statistics import makespan, summarise
from concviz.analysis.time_breakdown import Spending, of_task, of_worker
from concviz.exporters.registry import EXPORTERS
from concviz.model.entities import Worker
from concviz.model.lanes import Lane
from concviz.model.run import Run
from concviz.model.samples import States
from concviz.model.tasks import Outcome
from concviz.trace import events
from concviz.trace.header import Header
from concviz.trace.plan import Plan
from concviz.trace.sparse import sparse
from concviz.trace.states import OF_THREADS, State, nothing
from concviz.trace.worker_kind import WorkerKind
from concviz.view import phrases
from concviz.view.others_row import others_row
from concviz.view.segments import queue_depths, task_row, worker_row
from concviz.view.state_segments import by_state
from concviz.view.viewport import Viewport
from tests.builders import ENVIRONMENT
from tests.builders.history import (
    History,
    Message,
    histories,
    samples,
    shuffled,
    slower,
    with_awaits,
)

UNDER_WAY = [
    o for o in Outcome if o.word in ("waiting", "running", "finished", "failed", "cancelled")
]
"""Outcomes that a task can have while its run goes on."""
KINDS = [WorkerKind.THREAD, WorkerKind.PROCESS, WorkerKind.COROUTINE, WorkerKind.CLUSTER]
MEMORY = [None, 0, 1, 1_000]


def told_by_everybody(history: History, kind: WorkerKind, random: Random) -> list[events.AnyEvent]:
    """What all who tell of a run could have told of this one, in the order of its times."""
    if random.random() < 0.5:
        history = replace(history, told=some_cancelled(history.told, random))
    told = list(history.told)
    if kind is WorkerKind.COROUTINE:
        told = with_awaits(history, random)
    seen = samples(history, random)
    if kind is WorkerKind.COROUTINE:  # the first one in a thread stands for all
        first = next((e.worker for e in told if isinstance(e, events.WorkerStarted)), None)
        seen = [e for e in seen if isinstance(e, events.Sampled) and e.worker == first]
    told += [with_lock(event, random) for event in seen]
    begin, end = history.told[0].t_ns, history.exit.t_ns
    told += functions(seen, random)
    told += machine(begin, end, random) + others(begin, end, random)
    for event in history.told:
        if isinstance(event, events.TaskFinished):
            if random.random() < 0.3:
                told.append(events.LoopBlocked(event.t_ns, event.task, random.randint(1, 9)))
            if random.random() < 0.3:
                told.append(events.TaskReturned(event.t_ns, event.task, 10, 1, 2))
        elif isinstance(event, events.TaskStarted):
            told.append(events.Output(event.t_ns, event.task, f"line of {event.task}"))
    if random.random() < 0.5:
        told.append(random.choice(told))  # comes twice
    told += of_a_program(history, kind, random)
    if kind is WorkerKind.CLUSTER or random.random() < 0.2:
        told = some_lost(told, random)
        told += of_a_cluster(history, random)
    told.append(events.LeftOut(random.randint(begin, end), None, 5))
    told.append(events.Unread(random.randint(begin, end), 5))
    told.append(events.Calibrated(begin, "cpu", 2.0))
    told.append(events.Preparing(begin, "one thing"))
    return sorted([e for e in told if e.t_ns < end], key=lambda event: event.t_ns)


def of_a_program(history: History, kind: WorkerKind, random: Random) -> list[events.AnyEvent]:
    """What a program that nobody planned could tell besides."""
    begin, end = history.told[0].t_ns, history.exit.t_ns
    workers = [e for e in history.told if isinstance(e, events.WorkerStarted)]
    told: list[events.AnyEvent] = [
        *(events.Group(begin + n, n, "thread-pool", f"pool {n}") for n in range(2)),
        events.Process(begin, 1000, None, made="program", name="[b]x"),
        events.ProcessExiting(random.randint(begin, end), 1000),
        events.ProcessEnded(random.randint(begin, end), 1000, 0),
        events.NotSeen(random.randint(begin, end), "something"),
        events.NotTold(random.randint(begin, end), 3),
    ]
    for each in workers:
        for _ in range(random.randint(0, 2)):
            kind = random.choice(KINDS[:2]) if kind in KINDS[:2] else kind
            group = random.choice([None, 0, 1])
            when, label = random.randint(each.t_ns, end), random.choice(["", "one", "two"])
            told.append(events.WorkerTold(when, each.worker, kind, group, label, True))
        told.append(events.Marked(random.randint(each.t_ns, end), each.worker, "here"))
    for task in range(len(history.outcomes)):
        if random.random() < 0.7:
            told.append(events.TaskTold(begin, task, random.choice([None, 0, 1])))
        for _ in range(random.randint(0, 2)):
            label = random.choice(["", f"do({task})"])
            told.append(events.TaskTold(random.randint(begin, end), task, None, label))
    return told


def some_cancelled(told: list[events.AnyEvent], random: Random) -> list[events.AnyEvent]:
    """Of some tasks the end is that they were called off, also before they began."""
    chosen = {e.task for e in told if isinstance(e, events.TaskSubmitted) and random.random() < 0.3}
    first: dict[int, int] = {}
    for event in told:
        if isinstance(event, events.TaskFinished | events.TaskFailed) and event.task in chosen:
            first[event.task] = min(event.t_ns, first.get(event.task, event.t_ns))
    gone = (events.TaskFinished, events.TaskFailed, events.TaskReturned, events.TaskCollected)
    kept = [e for e in told if not (isinstance(e, gone) and e.task in chosen)]
    begun = {e.task for e in told if isinstance(e, events.TaskStarted)}
    for task in chosen - first.keys() - begun:
        first[task] = told[-1].t_ns
    kept += [events.TaskCancelled(t_ns, task) for task, t_ns in first.items()]
    return sorted(kept, key=lambda event: event.t_ns)


def some_lost(told: list[events.AnyEvent], random: Random) -> list[events.AnyEvent]:
    """Of some tasks the worker is gone: while they ran, before they began, or when they had ended.

    One that was called off, or failed, is not lost.
    """
    off = (events.TaskCancelled, events.TaskFailed)
    kept = {e.task for e in told if isinstance(e, off)}
    chosen = {e.task for e in told if isinstance(e, events.TaskSubmitted) and random.random() < 0.4}
    ends = {e.task: e.t_ns for e in told if isinstance(e, events.TaskFinished)}
    gone: set[int] = set()
    for task in sorted(chosen - kept):
        begun = any(isinstance(e, events.TaskStarted) and e.task == task for e in told)
        if task in ends and (not begun or random.random() < 0.5):
            when = ends[task] + random.randint(1, 30)
        else:
            gone.add(task)
            when = ends.get(task, told[-1].t_ns)
        told = [*told, events.TaskLost(when, task, "[b]gone[/b]")]
    after = (events.TaskFinished, events.TaskReturned, events.LoopBlocked)
    left = [e for e in told if not (isinstance(e, after) and e.task in gone)]
    return sorted(left, key=lambda event: event.t_ns)


def of_a_cluster(history: History, random: Random) -> list[events.AnyEvent]:
    """Where tasks waited, for which data, who did them again; and memory, and other people."""
    begin, end = history.told[0].t_ns, history.exit.t_ns
    last = max(e.t_ns for e in history.told)
    tasks = len(history.outcomes)
    told: list[events.AnyEvent] = []

    def when() -> int:
        return random.randint(begin, end)

    for task in range(tasks):
        places = random.choices([1, 2], k=random.randint(0, 2))
        told += [events.TaskArrived(when(), task, pid, "far") for pid in places]
        if random.random() < 0.3:
            told.append(events.TaskStolen(when(), task, 1, "far"))
        for _ in range(random.choice([0, 0, 1, 2])):
            until, size = when(), random.randint(0, 99)
            since = max(0, until - random.randint(0, 20_000))
            told.append(events.TaskFetched(until, task, since, size, 2))
    workers = [e.worker for e in history.told if isinstance(e, events.WorkerStarted)]
    for number in range(tasks, tasks + random.randint(0, 3)):
        of = random.randrange(number)
        told.append(events.TaskTold(when(), number, None, f"{of} again", again=of))
        told.append(events.TaskSubmitted(when(), number))
        if workers and random.random() < 0.5:
            told.append(events.TaskStarted(last + 1, number, random.choice(workers)))
            if random.random() < 0.5:
                told.append(events.TaskFinished(last + 2, number, None, number))
    for _ in range(random.randint(0, 3)):
        held, managed, spilled, limit = random.choices(MEMORY, k=4)
        pid = random.choice([1, 2])
        told.append(events.ProcessMemory(when(), pid, held, managed, spilled, limit, "far"))
        told.append(events.OthersTasks(when(), random.randint(0, 9), random.randint(0, 9)))
        told.append(events.Host(when(), "far", random.randint(-9, 9), random.randint(0, 9)))
    return told


def with_lock(event: events.AnyEvent, random: Random) -> events.AnyEvent:
    """It waited for one of two locks, perhaps."""
    if isinstance(event, events.Sampled) and random.random() < 0.5:
        spent = nothing()
        spent[State.LOCK] = event.t_ns - event.since_ns
        lock = random.choice(["1", "2"])
        return msgspec.structs.replace(event, spent=sparse(spent), seen=State.LOCK, lock=lock)
    return event


def functions(seen: Iterable[events.AnyEvent], random: Random) -> list[events.AnyEvent]:
    """Sometimes where the thread was."""
    return [
        events.FunctionSeen(event.t_ns, event.worker, random.choice("fgh"), "a.py", "main")
        for event in seen
        if isinstance(event, events.Sampled) and random.random() < 0.3
    ]


def machine(begin: int, end: int, random: Random) -> list[events.AnyEvent]:
    told: list[events.AnyEvent] = []
    while begin < end:
        until = begin + random.randint(10, 60)
        told.append(events.MachineSampled(until, begin, random.randint(0, until - begin), 2))
        told.append(events.MemorySampled(until, random.randint(1, 1000)))
        begin = until
    return told


def others(begin: int, end: int, random: Random) -> list[events.AnyEvent]:
    told: list[events.AnyEvent] = []
    while begin < end:
        since, until = begin, begin + random.randint(5, 30)
        spent = nothing()
        for state in random.choices(OF_THREADS, k=random.randint(0, 2)):
            spent[state] += random.randint(1, 60)
        counts = (random.randint(0, 5), random.randint(0, 5), random.randint(0, 5))
        children = random.randint(0, spent[State.RUNNING])
        most = (children, *counts, random.randint(0, 5))
        told.append(events.OthersSampled(until, 1000, since, sparse(spent), *most))
        begin = until + random.choice([0, 0, 9])
    return told


def as_they_come(told: list[events.AnyEvent], random: Random) -> list[events.AnyEvent]:
    """In an order in which they could come: those of one worker, or one who looks, in theirs."""
    owner = {e.task: e.worker for e in told if isinstance(e, events.TaskStarted)}
    lines: dict[object, list[events.AnyEvent]] = {}
    for event in told:
        worker = getattr(event, "worker", None) or owner.get(getattr(event, "task", None) or 0)
        of_runner = events.TaskSubmitted | events.TaskCollected | events.WorkerStarting
        line = "runner" if isinstance(event, of_runner) else worker or type(event)
        lines.setdefault(line, []).append(event)
    order: list[events.AnyEvent] = []
    while waiting := [line for line in lines.values() if line]:
        line, number = random.choice(waiting), random.randint(1, 6)
        order += line[:number]
        del line[:number]
    return order


def run_of(messages: Iterable[Message], kind: WorkerKind, plan: Plan | None) -> Run:
    run = Run()
    run.apply([Header(plan=plan, environment=ENVIRONMENT, worker_kind=kind)])
    run.apply(messages)
    return run


def of_states(states: States) -> dict[str, object]:
    found = {"times": [*states.times], "firsts": [*states.firsts], "seen": [*states.seen]}
    return {
        **found,
        "sums": {State(state): [*sums] for state, sums in states.sums.items()},
        "step": states.step,
        "ticks": [*states.ticks],
    }


def of_lane(lane: Lane, times: list[int]) -> dict[str, object]:
    return {
        "spans": [*zip(lane.starts, lane.ends, lane.tasks, strict=True)],
        "sums": [*lane.sums],
        "open": sorted(lane.open_tasks),
        "busy": [lane.busy(a, b) for a in times for b in times],
        "nested": lane.nested,
    }


def of_a_worker(run: Run, worker: Worker, view: Viewport, now: int) -> dict[str, object]:
    row = worker_row(run, worker, view, now)
    return {
        "label": run.label(worker),
        **{
            name: getattr(worker, name)
            for name in (
                *("index", "key", "kind", "pid", "tid", "starting", "started", "ended"),
                *("arguments", "exitcode", "ended_by_strategy", "observed", "begins", "seen_in"),
                *("group", "helper", "daemon", "host"),
            )
        },
        "lane": of_lane(worker.lane, [run.started, now - 9, now, now + 9]),
        "states": of_states(worker.states),
        "awaits": of_states(worker.awaits),
        "row": row,
        "by state": by_state(run, worker, row, view),
        "spent": of_worker(run, worker, now),
    }


def of_a_task(run: Run, task: int, view: Viewport, now: int) -> dict[str, object]:
    tasks, spent = run.tasks, of_task(run, task, now)
    failure = tasks.failures.get(task)
    return {
        "times": [
            column[task]
            for column in (tasks.submitted, tasks.started, tasks.finished, tasks.collected)
        ],
        "cpu": tasks.cpu[task],
        "worker": tasks.worker[task],
        "outcome": tasks.outcome[task],
        "result": tasks.results.get(task),
        "failure": failure and (failure.error, failure.traceback),
        "returned": tasks.returned.get(task),
        "told": tasks.told.get(task),
        "named": tasks.named.get(task),
        "of group": (group := run.group_of(task)) and sorted(group.tasks),
        "kept": tasks.kept_loop(task),
        "in hand": tasks.in_hand(task),
        "lost": tasks.lost.get(task),
        "again": (tasks.first_of(task), tasks.attempts_at(task)),
        "arrived": (run.cluster.arrived_at(task), run.cluster.arrivals(task)),
        "moved": (run.cluster.thefts(task), run.cluster.fetches(task), run.cluster.fetching(task)),
        "spent": spent,
        "locks": spent and lock_waits.of_task(run, task, spent[State.LOCK]),
        "row": task_row(run, task, view, now),
    }


def everything(run: Run, view: Viewport, now: int) -> dict[str, Any]:
    """All that any pane, text or object says of a run."""
    now = run.finished if run.ended else now
    spent = Spending(run).of_run(now)
    made: dict[str, Any] = {
        name: getattr(run, name)
        for name in (
            *("phase", "preparing", "started", "finished", "error", "exitcode", "tally", "busy"),
            *("stop_requested", "rounds_per_s", "cpu", "cpu_known", "waits", "latest", "unread"),
            *("counts", "peak_memory", "expected_tasks", "kind", "pid"),
        )
    }
    return {
        **made,
        "submits": [*run.submits],
        "starts": [*run.starts],
        "output": [*run.output],
        "dropped": run.output.dropped,
        "results": dict(run.tasks.results),
        "failures": sorted(run.tasks.failures),
        "loop keepers": sorted(run.tasks.loop_keepers),
        "machine": (run.machine.utilisation, run.machine.latest),
        "around": (run.surroundings.processes.keys(), run.surroundings.threads.keys()),
        "of a program": (
            run.surroundings.groups,
            run.surroundings.exits,
            run.surroundings.ends,
            run.marks,
            run.not_seen,
        ),
        "groups": {
            number: (
                [*group.tasks],
                [group.depth(t_ns) for t_ns in (run.started, now - 9, now, now + 9)],
                *([group.count(o) for o in UNDER_WAY] if not run.ended else []),
            )
            for number, group in run.by_group.items()
        },
        "queued": run.queued,
        "different": run.different_tasks,
        "cluster": (run.cluster.memory, run.cluster.others, run.cluster.transfers),
        "hosts": run.surroundings.hosts,
        "ready": [run.cluster.ready(t_ns) for t_ns in (run.started, now - 9, now, now + 9)],
        "thefts": run.cluster.thefts_in_all,
        "others": {
            place: (
                of_states(each.states),
                *([*each.begins], [*each.ends], each.spent, each.threads, each.processes),
                *(each.competing, each.cpu, run.label_of(each), others_row(run, each, view)),
            )
            for place, each in run.others.items()
        },
        "queue": queue_depths(run, view, now),
        "workers": [of_a_worker(run, worker, view, now) for worker in run.workers],
        "tasks": [of_a_task(run, task, view, now) for task in range(len(run.tasks))],
        "spent": spent,
        "makespan": makespan(run, now),
        "summary": summarise(run, spent=spent),
        "findings": findings(run, spent),
        "locks": lock_waits.of_run(run, spent[State.LOCK]),
        "words": (phrases.outcomes(run), phrases.left_out(run), cause(run)),
        "report": EXPORTERS.load("json").write(run),
    }


def check(
    order: list[events.AnyEvent], history: History, kind: WorkerKind, t_ns: int, planned: bool
) -> None:
    plan = history.plan if planned else None
    whole = run_of([*order, history.exit], kind, plan)
    happened = [event for event in [*order, history.exit] if event.t_ns <= t_ns]
    expected = run_of(happened, kind, plan)
    zero = history.told[0].t_ns
    view = Viewport.fit(max(1, whole.finished - zero), 60)
    told, fold = everything(whole.as_of(t_ns), view, t_ns), everything(expected, view, t_ns)
    for name, value in fold.items():
        assert told[name] == value, name
    assert everything(whole.as_of(t_ns).as_of(t_ns + 99), view, t_ns) == told


@st.composite
def moments(draw: st.DrawFn, history: History) -> int:
    begin, end = history.told[0].t_ns, history.exit.t_ns
    times = [event.t_ns + late for event in history.told for late in (-1, 0, 1)]
    return draw(st.sampled_from([*times, end - 1, end]) | st.integers(begin - 2, end + 5))


def slowly(history: History) -> History:
    """A thousand times as slow: else all is in the first cells of a picture."""
    exited = slower(history.exit)
    assert isinstance(exited, events.RunnerExited)
    return replace(history, told=[slower(event) for event in history.told], exit=exited)


@settings(max_examples=150)
@given(
    histories(),
    st.sampled_from(KINDS),
    st.randoms(use_true_random=False),
    st.data(),
    st.booleans(),
    st.booleans(),
)
def test_as_of_a_time_is_the_fold_of_what_had_happened(
    history: History,
    kind: WorkerKind,
    random: Random,
    data: st.DataObject,
    in_order: bool,
    planned: bool,
) -> None:
    told = [slower(event) for event in told_by_everybody(history, kind, random)]
    history = slowly(history)
    t_ns = data.draw(moments(history))
    order = told if in_order or kind is WorkerKind.COROUTINE else as_they_come(told, random)
    check(order, history, kind, t_ns, planned)


@given(histories(), st.sampled_from(KINDS), st.randoms(use_true_random=False), st.data())
def test_what_comes_later_does_not_show_in_what_was_taken_before(
    history: History, kind: WorkerKind, random: Random, data: st.DataObject
) -> None:
    told = [slower(event) for event in told_by_everybody(history, kind, random)]
    history = slowly(history)
    t_ns = data.draw(moments(history))
    order = [*told, history.exit]
    run = run_of([event for event in order if event.t_ns <= t_ns], kind, history.plan)
    if run.ended:
        return
    past = run.as_of(t_ns)
    view = Viewport.fit(max(1, history.exit.t_ns - history.told[0].t_ns), 60)
    before = everything(past, view, t_ns)
    run.apply([event for event in order if event.t_ns > t_ns])
    after = everything(past, view, t_ns)
    for name in ("workers", "others", "locks", "queue"):
        assert after[name] == before[name], name


@given(
    histories(),
    st.sampled_from([WorkerKind.THREAD, WorkerKind.CLUSTER]),
    st.randoms(use_true_random=False),
    st.data(),
    st.booleans(),
)
def test_the_order_in_which_it_came_does_not_matter(
    history: History, kind: WorkerKind, random: Random, data: st.DataObject, planned: bool
) -> None:
    t_ns = data.draw(moments(history))
    told = some_cancelled(history.told, random)
    told += of_a_program(history, WorkerKind.THREAD, random)
    if kind is WorkerKind.CLUSTER:
        told = some_lost(told, random) + of_a_cluster(history, random)
    told = [event for event in told if event.t_ns < history.exit.t_ns]
    order = shuffled(replace(history, told=told), random)
    check(order, history, kind, t_ns, planned)
