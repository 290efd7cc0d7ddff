"""What to run: the plan, the limits of the machine, and what is wrong with a plan."""

from __future__ import annotations

import math
from typing import Annotated

import msgspec

from concviz.trace import scheduler_address

MAX_TASKS = 100_000
MAX_WORKERS = 1_000
MAX_DURATION_S = 3_600.0
REFERS = ":"
"""Between a module or a file and what it has: in the reference of a function."""
START_METHODS = ("fork", "forkserver", "spawn")


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that decides a run; two equal plans do the same work."""

    strategy: str = "thread-pool"
    """How the tasks are run: its id."""
    workload: str = "sleep"
    """What a task does: its id, or the reference of a function (see ``calls``)."""
    workers: int = 3
    """How many workers at once; strategies with one worker per task do not look at it."""
    tasks: Annotated[int, msgspec.Meta(ge=1, le=MAX_TASKS)] = 5
    """How many there are. A plan that is read with another number is refused: a run makes room."""
    duration_s: float = 1.0
    """How long one task lasts when it has all it needs, in seconds."""
    start_method: str | None = None
    """How processes are created; None is the platform's default."""
    chunksize: int = 1
    """Tasks handed to a process pool's worker at a time."""
    rounds_per_s: float | None = None
    """Calibration of a CPU workload from an earlier run, so that both do the same work."""
    inputs: tuple[str, ...] = ()
    """What a function of somebody's own is called with, as it was asked for: each is a value or
    says where values are, for example "range:20". No other workload has any."""

    scheduler: str = ""
    """Address of the scheduler of a cluster that is there, for example "tcp://host:8786"; "": a
    strategy that needs a cluster starts one of its own, on this machine."""

    @property
    def calls(self) -> bool:
        """Whether it calls a function of somebody's own: "jobs.py:resize", "package.module:fetch".

        No name of a workload has a colon. How long a task lasts is not asked then: it is measured.
        """
        return REFERS in self.workload

    @property
    def work(self) -> tuple[object, ...]:
        """What is done, by whichever strategy."""
        numbers = self.tasks, self.duration_s, self.workers
        return (self.workload, self.inputs, *numbers, self.start_method, self.chunksize)


class Traits(msgspec.Struct, frozen=True, kw_only=True):
    """What the model needs to know of a strategy to judge a plan."""

    kind: str
    """What its workers are: "main", "thread", "process", "coroutine", "interpreter", "cluster"."""
    options: frozenset[str]
    """The plan's options that it uses: "workers", "start_method", "chunksize", "scheduler"."""


def at_once(plan: Plan, traits: Traits) -> int:
    """How many of the tasks are under way at once, at most: one for each worker."""
    if traits.kind == "main":
        return 1
    return min(plan.workers, plan.tasks) if "workers" in traits.options else plan.tasks


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """What must be known of a workload to foresee how long its tasks take together."""

    cores: float | None = None
    """The share of a task's duration for which it needs a core; None: not known."""
    holds_gil: bool = False
    """It computes with the GIL held."""
    exact: bool = False
    """A task is a wait of the asked duration and nothing else."""


def expected_s(plan: Plan, traits: Traits) -> float:
    """How long the plan takes if nothing delays a task: so many rounds of its duration."""
    return -(-plan.tasks // at_once(plan, traits)) * plan.duration_s


def contended_s(plan: Plan, traits: Traits, load: Load, cores: float, gil: bool) -> float:
    """The same where tasks compete for cores and, in threads, for the GIL, as far as is known."""
    alone = traits.kind in ("main", "coroutine") or (
        traits.kind == "thread" and load.holds_gil and gil
    )
    computing = plan.tasks * plan.duration_s * (load.cores or 0.0) / (1 if alone else max(1, cores))
    return max(expected_s(plan, traits), computing)


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much the machine allows, and what sets each limit, in words."""

    threads: int = MAX_WORKERS
    threads_reason: str = "limit of concviz"
    processes: int = 500
    processes_reason: str = "limit of concviz"
    cluster: int | None = None
    """Workers of the cluster that a plan names; None: that is not known, or it names none."""
    start_methods: tuple[str, ...] = START_METHODS


class Problem(msgspec.Struct, frozen=True):
    """Why a plan cannot run: the field at fault and one sentence with the allowed range."""

    field: str
    sentence: str


def check(plan: Plan, traits: Traits, limits: Limits) -> list[Problem]:
    """All that is wrong with the plan, most important first; empty when it can run."""
    problems = []

    def out_of_range(field: str, value: float, lowest: float, highest: float, why: str) -> None:
        if not lowest <= value <= highest:  # also true of nan
            name = field.removesuffix("_s")
            unit = " s" if field.endswith("_s") else ""
            problems.append(
                Problem(
                    field,
                    f"{name} is {_plain(value)}{unit}: it must be from {_plain(lowest)} to "
                    f"{_plain(highest)}{unit}{f' ({why})' if why else ''}.",
                )
            )

    most, reason = {
        "thread": (limits.threads, limits.threads_reason),
        "interpreter": (min(limits.threads, 250), "each is a whole interpreter"),
        "process": (limits.processes, limits.processes_reason),
        "cluster": _of_a_cluster(plan, limits),
    }.get(traits.kind, (MAX_WORKERS, ""))
    if "workers" in traits.options:
        out_of_range("workers", plan.workers, 1, most, reason)
        out_of_range("tasks", plan.tasks, 1, MAX_TASKS, "")
    elif traits.kind in ("thread", "process"):
        out_of_range("tasks", plan.tasks, 1, most, f"one {traits.kind} each; {reason}")
    else:
        out_of_range("tasks", plan.tasks, 1, MAX_TASKS, "")
    out_of_range("duration_s", plan.duration_s, 0, MAX_DURATION_S, "")
    if "chunksize" in traits.options:
        out_of_range("chunksize", plan.chunksize, 1, MAX_TASKS, "")
    if (
        "start_method" in traits.options
        and plan.start_method is not None
        and plan.start_method not in limits.start_methods
    ):
        problems.append(
            Problem(
                "start_method",
                f"start method is {plan.start_method!r}: this system has "
                f"{', '.join(limits.start_methods)}.",
            )
        )
    if "scheduler" in traits.options and plan.scheduler:
        wrong = scheduler_address.wrong_with(plan.scheduler)
        if wrong is not None:
            problems.append(Problem("scheduler", wrong))
    return problems


def _of_a_cluster(plan: Plan, limits: Limits) -> tuple[int, str]:
    """How many workers there may be, and why."""
    if not plan.scheduler:
        return limits.processes, limits.processes_reason
    if limits.cluster is None:
        return MAX_WORKERS, "limit of concviz"
    there = "worker" if limits.cluster == 1 else "workers"
    return min(limits.cluster, MAX_WORKERS), f"the cluster has {limits.cluster:,} {there}"


def _plain(value: float) -> str:
    if isinstance(value, int) or (math.isfinite(value) and value.is_integer() and value < 1e15):
        return f"{int(value):,}"
    return f"{value:g}"
