"""What scenes say of runs that have ended, as far as it happened: figures, orders, places."""

from __future__ import annotations

from concviz.analysis.statistics import NS, makespan
from concviz.analysis.time_breakdown import of_run
from concviz.analysis.wording import listed
from concviz.model.entities import Phase
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN, Outcome
from concviz.tour.scene import Runs, Spot
from concviz.trace.sanitize import sanitize
from concviz.trace.states import State

TURNS = 1.1
"""So many tasks compute at a time on average, at most, where they take turns."""
MOST_LISTED = 8
"""Names of a list that are still read by anybody."""


def ended(runs: Runs, part: int = 0) -> Run | None:
    """The run of a part that has ended in some way, and not because somebody stopped it."""
    run = runs[part] if part < len(runs) else None
    if run is None or run.phase not in (Phase.FINISHED, Phase.DIED) or run.started == UNKNOWN:
        return None
    return run


def whole(runs: Runs, part: int = 0) -> Run | None:
    """The run of a part that did all of its tasks, and nothing went wrong."""
    run = ended(runs, part)
    if run is None or run.error is not None or run.phase is not Phase.FINISHED:
        return None
    tasks = run.tasks
    done = 0 < len(tasks) == run.count(Outcome.FINISHED)
    return run if done and UNKNOWN not in tasks.started and UNKNOWN not in tasks.finished else None


def took(run: Run) -> float:
    """How long it took, in seconds."""
    return makespan(run) or 0.0


def mean_s(run: Run) -> float:
    """How long a task lasted, on average, in seconds."""
    return run.busy / NS / len(run.tasks)


def share(run: Run, *states: State) -> float | None:
    """The share of the tasks' time that was spent in these; None where they cannot be seen."""
    spent = of_run(run)
    if not sum(spent) or run.observer.unseen.intersection(states):
        return None
    return sum(spent[state] for state in states) / sum(spent)


def at_a_time(run: Run) -> float | None:
    """How many tasks computed at a time, on average; None where that cannot be told."""
    if run.cpu_known != len(run.tasks) or not took(run):
        return None
    return run.cpu / NS / took(run)


def order_of_ends(run: Run) -> list[int]:
    """Tasks in the order in which they ended."""
    return sorted(range(len(run.tasks)), key=lambda task: run.tasks.finished[task])


def order_of_results(run: Run) -> list[int]:
    """Tasks in the order in which their results were in hand; empty where that is not known."""
    collected = run.tasks.collected
    if UNKNOWN in collected:
        return []
    return sorted(range(len(run.tasks)), key=lambda task: collected[task])


def startups_s(run: Run) -> list[float]:
    """How long each worker took from start() to its first line of Python, where that is known."""
    return [
        (worker.started - worker.starting) / NS
        for worker in run.workers
        if UNKNOWN not in (worker.started, worker.starting)
    ]


def pids(run: Run) -> list[int]:
    """Of the processes that the workers are in, each once, in the order of the workers."""
    return list(dict.fromkeys(worker.pid for worker in run.workers if worker.pid is not None))


def some(names: list[str], most: int = MOST_LISTED) -> str:
    """Some names in a sentence: the first ones, if there are many."""
    if len(names) <= most:
        return listed(names)
    return f"{', '.join(names[: most - 1])} and {len(names) - most + 1:,} more"


def results(run: Run) -> list[str]:
    """Of all tasks, in their order, as they can be shown."""
    return [sanitize(str(run.tasks.results.get(task))) for task in range(len(run.tasks))]


def start_of(runs: Runs, task: int, part: int = 0) -> Spot | None:
    """Where a task begins in the picture."""
    run = runs[part] if part < len(runs) else None
    if run is None or task >= len(run.tasks) or run.tasks.started[task] == UNKNOWN:
        return None
    return Spot(run.tasks.worker[task], run.tasks.started[task], part)


def middle_of(runs: Runs, task: int, part: int = 0) -> Spot | None:
    """The middle of a task in the picture."""
    spot = start_of(runs, task, part)
    if spot is None or (end := runs[part].tasks.finished[task]) == UNKNOWN:
        return None
    return Spot(spot.worker, (spot.t_ns + end) // 2, part)


def end_of_the_last(runs: Runs, part: int = 0) -> Spot | None:
    """Where the task that ended last ends in the picture."""
    run = whole(runs, part)
    if run is None:
        return None
    last = order_of_ends(run)[-1]
    return Spot(run.tasks.worker[last], run.tasks.finished[last], part)
