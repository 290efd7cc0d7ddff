"""Made-up runs: what a runner could have sent, and the truth that the model has to find in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Literal, NamedTuple

from hypothesis import strategies as st
from msgspec.structs import replace

from concviz.model.entities import Phase
from concviz.model.run import Run
from concviz.model.tasks import Outcome
from concviz.trace import events
from concviz.trace.header import Header
from concviz.trace.plan import Plan
from concviz.trace.sparse import sparse
from concviz.trace.states import OF_THREADS, State

Message = Header | events.AnyEvent | bytes


class Span(NamedTuple):
    """What a worker did from when to when."""

    start: int
    end: int
    task: int


@dataclass
class History:
    """The events of a run, each after its causes, and what they amount to."""

    plan: Plan
    told: list[events.AnyEvent]
    """Without the last one."""
    exit: events.RunnerExited
    phase: Phase
    outcomes: list[Outcome]
    spans: dict[str, list[Span]] = field(default_factory=dict)

    @property
    def run(self) -> Run:
        """The run after all of it, as it came."""
        run = Run(self.plan)
        run.apply([*self.told, self.exit])
        return run


_GAPS = st.integers(1, 50)
_LENGTHS = st.integers(0, 60)
_ENDS = st.sampled_from(["finished", "finished", "failed", "unsendable", "missed"])


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Workers that do one task at a time; some die, some ends are never told, a stop may come."""
    tasks = draw(st.integers(1, 8))
    workers = [f"worker-{n}" for n in range(draw(st.integers(1, 3)))]
    owner = [draw(st.sampled_from(workers)) for _ in range(tasks)]
    zero = draw(st.integers(0, 10**15))
    told: list[events.AnyEvent] = [events.RunStarted(zero)]
    told += [events.TaskSubmitted(zero + task, task) for task in range(tasks)]
    for worker in workers:
        mine = [task for task in range(tasks) if owner[task] == worker]
        told += _life(draw, worker, mine, zero + tasks)
    last = max(event.t_ns for event in told)
    ending = draw(st.sampled_from(["finished", "finished", "stopped", "died"]))
    if ending == "finished":
        told.append(events.RunFinished(last + draw(_GAPS), None))
    else:
        cut = draw(st.integers(zero, last))
        told = [event for event in told if event.t_ns <= cut]
        if ending == "stopped":
            told.append(events.StopRequested(cut))
    told.sort(key=lambda event: event.t_ns)
    exited = events.RunnerExited(last + draw(st.integers(50, 100)), 0 if ending != "died" else -11)
    return History(
        plan=Plan(tasks=tasks),
        told=told,
        exit=exited,
        phase=Phase(ending),
        outcomes=_outcomes(tasks, told, Outcome.STOPPED if ending == "stopped" else Outcome.LOST),
        spans={worker: _spans(worker, told, exited.t_ns) for worker in workers},
    )


def _life(draw: st.DrawFn, worker: str, tasks: list[int], t: int) -> list[events.AnyEvent]:
    told: list[events.AnyEvent] = []
    if draw(st.booleans()):
        t += draw(_GAPS)
        told.append(events.WorkerStarting(t, worker))
    t += draw(_GAPS)
    told.append(events.WorkerStarted(t, worker, 1000, 2000))
    dies_in = draw(st.sampled_from([*tasks, None, None, None]))
    for task in tasks:
        t += draw(_GAPS)
        told.append(events.TaskStarted(t, task, worker))
        t += draw(_LENGTHS)
        if task == dies_in:
            told.append(events.WorkerDied(t, worker, -9))
            return told
        cpu = draw(st.none() | st.integers(0, 60))
        how = draw(_ENDS)
        if how in ("finished", "unsendable"):
            told.append(events.TaskFinished(t, task, cpu, f"result {task}"))
        if how == "unsendable":
            t += draw(_GAPS)
        if how in ("failed", "unsendable"):
            told.append(events.TaskFailed(t, task, cpu, "E: no", "Traceback"))
        if draw(st.booleans()):
            told.append(events.TaskCollected(t + draw(_GAPS), task))
    if draw(st.booleans()):
        told.append(events.WorkerStopped(t + draw(_GAPS), worker))
    return told


def _outcomes(tasks: int, told: list[events.AnyEvent], cut_off: Outcome) -> list[Outcome]:
    outcomes = [Outcome.NOT_STARTED] * tasks
    for event in told:
        if isinstance(event, events.TaskStarted):
            outcomes[event.task] = cut_off
    for event in told:
        if isinstance(event, events.TaskFinished):
            outcomes[event.task] = Outcome.FINISHED
    for event in told:
        if isinstance(event, events.TaskFailed):
            outcomes[event.task] = Outcome.FAILED
    return outcomes


def _spans(worker: str, told: list[events.AnyEvent], exited: int) -> list[Span]:
    """A span whose end was not told ends with the next start, the worker's end or the run's."""
    starts = [
        (e.t_ns, e.task) for e in told if isinstance(e, events.TaskStarted) and e.worker == worker
    ]
    ends: dict[int, int] = {}
    worker_end = run_end = exited
    for event in told:
        if isinstance(event, events.TaskFinished | events.TaskFailed):
            ends.setdefault(event.task, event.t_ns)
        elif isinstance(event, events.WorkerStopped | events.WorkerDied):
            if event.worker == worker:
                worker_end = event.t_ns
        elif isinstance(event, events.RunFinished):
            run_end = event.t_ns
    after = [start for start, _ in starts[1:]] + [min(worker_end, run_end)]
    # (an idle worker has no span, and the end that is left over)
    return [
        Span(start, ends.get(task, following), task)
        for (start, task), following in zip(starts, after, strict=False)
    ]


def samples(history: History, random: Random) -> list[events.AnyEvent]:
    """What an observer could have told of the workers, from their start on."""
    told: list[events.AnyEvent] = []
    for event in history.told:
        if isinstance(event, events.WorkerStarted):
            since = event.t_ns
            while since < history.exit.t_ns and random.random() < 0.95:
                until = since + random.randint(1, 20)
                spent = [0] * len(State)
                for _ in range(random.choice([1, 2])):
                    spent[random.choice(OF_THREADS)] += (until - since) // 2
                seen = random.choice(OF_THREADS)
                spent[seen] += until - since - sum(spent)
                told.append(events.Sampled(until, event.worker, since, sparse(spent), seen))
                since = until
    return sorted(told, key=lambda event: event.t_ns)


def with_awaits(history: History, random: Random) -> list[events.AnyEvent]:
    """The events, and among them what a coroutine could have told of each task while it ran."""
    told: list[events.AnyEvent] = []
    until: dict[int, int] = {}
    under_way: dict[str, int] = {}
    for event in history.told:
        for task, since in list(until.items()):
            if since < event.t_ns and random.random() < 0.5:
                until[task] = random.randint(since + 1, event.t_ns)
                told.append(awaited(task, since, until[task], random))
        if isinstance(event, events.TaskStarted):
            until.pop(under_way.get(event.worker, -1), None)  # its end was missed
            under_way[event.worker] = event.task
            until[event.task] = event.t_ns
        elif isinstance(event, events.TaskFinished | events.TaskFailed):
            until.pop(event.task, None)
        told.append(event)
    return told


_AWAITED: list[Literal["running", "io", "unknown", "sleep", "loop_wait"]] = [
    *("running", "io", "unknown", "sleep", "loop_wait"),
]


def awaited(task: int, since: int, until: int, random: Random) -> events.Awaited:
    first, second, then = random.sample(_AWAITED, 3)
    share = random.choice([0, (until - since) // 2])
    return events.Awaited(until, task, since, {first: until - since - share, second: share}, then)


def observed_run(history: History, random: Random | None) -> Run:
    """The run after all of it, with samples of its workers or none, a thousand times as slow.

    Else its nanoseconds are too short for a picture: all would be in the first cells.
    """
    told = [*history.told, *(samples(history, random) if random is not None else [])]
    run = Run(history.plan)
    run.apply(slower(event) for event in sorted(told, key=lambda event: event.t_ns))
    run.apply([slower(history.exit)])
    return run


_TIMES = ("t_ns", "since_ns", "cpu_ns", "lasted_ns", "spent")


def slower(event: events.AnyEvent) -> events.AnyEvent:
    changes = {}
    for name in _TIMES:
        time = getattr(event, name, None)
        if time is not None:
            changes[name] = _slower_states(time) if name == "spent" else 1_000 * time
    return replace(event, **changes)


def _slower_states(pairs: list[int]) -> list[int]:
    return [1_000 * value if place % 2 else value for place, value in enumerate(pairs)]


def shuffled(history: History, random: Random) -> list[events.AnyEvent]:
    """The events in another order, in which they could hardly come.

    Only the two ends of a task whose result could not be sent keep theirs: a worker's events travel
    in one line.
    """
    order = list(history.told)
    random.shuffle(order)
    for event in history.told:
        if isinstance(event, events.TaskFailed):
            failed = order.index(event)
            for at in range(failed + 1, len(order)):
                other = order[at]
                if isinstance(other, events.TaskFinished) and other.task == event.task:
                    order[failed], order[at] = other, event
    return order


def batches(messages: list[Message], random: Random) -> list[list[Message]]:
    """The same messages in batches of various sizes."""
    cut = []
    while messages:
        size = random.randint(1, 12)
        cut.append(messages[:size])
        messages = messages[size:]
    return cut
