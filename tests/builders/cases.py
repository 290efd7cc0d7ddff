"""Cases whose runs are made of events: what they took and what their workers did is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from concviz.analysis.comparison import Comparison, Manner
from concviz.analysis.measurement import Case, Trial
from concviz.analysis.sweep import Sweep
from concviz.model.run import Run
from concviz.trace import events
from concviz.trace.environment import Environment
from concviz.trace.header import Header
from concviz.trace.plan import Load, Plan, Traits, at_once
from concviz.trace.sparse import sparse
from concviz.trace.states import State, nothing
from concviz.trace.worker_kind import WorkerKind
from tests.builders.environments import ENVIRONMENT, LAB_ENVIRONMENT
from tests.builders.told import ZERO

S = 10**9

POOL = frozenset(("workers",))
KINDS = {
    "sequential": Traits(kind="main", options=frozenset()),
    "threads": Traits(kind="thread", options=frozenset()),
    "thread-pool": Traits(kind="thread", options=POOL),
    "asyncio": Traits(kind="coroutine", options=POOL),
    "processes": Traits(kind="process", options=frozenset()),
    "process-pool": Traits(kind="process", options=POOL),
    "dask": Traits(kind="cluster", options=POOL | {"scheduler"}),
}
COMPUTES = {"running": 1.0}
SLEEPS = {"sleep": 1.0}


def even_run(
    plan: Plan,
    traits: Traits,
    makespan_s: float,
    states: dict[str, float],
    environment: Environment = ENVIRONMENT,
    failed: int = 0,
    error: str | None = None,
    memory: int | None = None,
    keeps_loop: bool = False,
    starts_s: float = 0.0,
    hosts: int = 1,
    threads: int = 1,
) -> Run:
    """Equal tasks in rounds without a gap; every worker spends these shares of its time so.

    Where each task ``keeps_loop`` they come one after the other, however many workers there are.
    Of a cluster, which ``starts_s`` before the first task, workers may be on several ``hosts``, and
    have several ``threads`` each.
    """
    workers = 1 if keeps_loop else at_once(plan, traits) * threads
    rounds = -(-plan.tasks // workers)
    length = round((makespan_s - starts_s) * S / rounds)
    found = Run(plan)
    found.apply([Header(plan=plan, environment=environment, worker_kind=WorkerKind(traits.kind))])
    told: list[events.AnyEvent] = [events.RunStarted(ZERO)]
    for worker in range(workers):
        name = f"w{worker}"
        host = f"10.0.0.{worker % hosts + 1}" if worker % hosts else ""
        pid = 100 + worker // threads
        told.append(events.WorkerStarted(ZERO, name, pid, 200 + worker, host=host))
        for number, task in enumerate(range(worker, plan.tasks, workers)):
            begin = ZERO + round(starts_s * S) + number * length
            spent = nothing()
            for state, share in states.items():
                spent[State[state.upper()]] = round(share * length)
            spent[State.UNKNOWN] += length - sum(spent)
            cpu = spent[State.RUNNING]
            seen = max(State, key=lambda state: spent[state])
            told += [
                events.TaskSubmitted(ZERO, task),
                events.TaskStarted(begin, task, name),
                events.Sampled(begin + length, name, begin, sparse(spent), seen),
                events.TaskFailed(begin + length, task, cpu, "ValueError: no", "")
                if task < failed
                else events.TaskFinished(begin + length, task, cpu, None),
                events.TaskCollected(begin + length, task),
            ]
            if keeps_loop:
                told.append(events.LoopBlocked(begin + length, task, length))
    end = ZERO + round(makespan_s * S)
    if memory is not None:
        told.append(events.MemorySampled(end, memory))
    found.apply([*told, events.RunFinished(end, error), events.RunnerExited(end, 0)])
    return found


def _plan(strategy: str, workers: int, tasks: int) -> Plan:
    return Plan(strategy=strategy, workload="cpu", workers=workers, tasks=tasks, duration_s=0.25)


def case(
    strategy: str,
    *makespans_s: float,
    workers: int = 2,
    tasks: int = 8,
    states: dict[str, float] | None = None,
    **others: object,
) -> Case:
    """A case that took so long in each of its runs."""
    plan = _plan(strategy, workers, tasks)
    found = Case(plan, KINDS[strategy])
    for number, makespan_s in enumerate(makespans_s, start=1):
        ran = even_run(plan, found.traits, makespan_s, states or COMPUTES, **others)  # type: ignore[arg-type]
        found.add(ran, left=len(makespans_s) - number)
    return found


def exact(strategy: str, makespan_s: float) -> Case:
    """Waits that ran once, because they were exact."""
    found = case(strategy, makespan_s, states=SLEEPS)
    found.load, found.exact = Load(cores=0.0, exact=True), True
    return found


def timed(strategy: str, makespans_s: Sequence[float], *, workers: int = 2, tasks: int = 8) -> Case:
    """The same with figures alone and no run to look at: thousands of them are made in no time."""
    found = Case(_plan(strategy, workers, tasks), KINDS[strategy])
    figures = _figures(strategy, workers, tasks)
    found.trials = [replace(figures, makespan_s=took) for took in makespans_s]
    return found


@cache
def _figures(strategy: str, workers: int, tasks: int) -> Trial:
    return case(strategy, 1.0, workers=workers, tasks=tasks).trials[0]


def around(seconds: float, spread: float = 0.02) -> tuple[float, float, float]:
    """Three runs with that median and that spread."""
    return seconds, seconds * (1 - spread / 2), seconds * (1 + spread / 2)


def without_its_typical_run(strategy: str) -> Case:
    """Of so many runs that the median one, which was the first and looked fast, was let go."""
    slow, fast = [30.0 - n for n in range(20)], [1.0 + n / 100 for n in range(20)]
    return case(strategy, 5.0, *slow, *fast)


def comparison() -> Comparison:
    """Of a machine that does not exist."""
    return Comparison(
        [
            case("sequential", *around(2.0)),
            case("threads", *around(2.05), states={"running": 0.25, "gil_wait": 0.75}),
            case("process-pool", *around(1.0), memory=32_000_000),
            case("asyncio", 2.0, error="ValueError: [b]no[/b]"),
        ],
        Manner(),
        LAB_ENVIRONMENT,
    )


def sweep() -> Sweep:
    """Of a machine that does not exist."""
    cases = [
        case("process-pool", *around(t), workers=n, tasks=12)
        for n, t in ((1, 2.02), (2, 1.03), (3, 1.01), (4, 1.0))
    ]
    return Sweep(case("sequential", *around(2.0), tasks=12), cases, Manner(), LAB_ENVIRONMENT)
