"""Comparisons and sweeps as tables: columns, cells, and what is said below them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich import box
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from concviz.analysis.comparison import Manner, Row
from concviz.analysis.measurement import Case
from concviz.analysis.scaling_laws import Fit
from concviz.analysis.sweep import Point, Sweep
from concviz.analysis.thresholds import NEGLIGIBLE
from concviz.analysis.wording import count, duration, listed, percent, size, spoken, times
from concviz.model.tasks import Outcome
from concviz.trace.environment import Environment
from concviz.trace.sanitize import sanitize
from concviz.trace.states import State

GAP = 1
NOTHING = "–"
"""Stands where there is no figure."""


class Column(NamedTuple):
    """A column, what it means, and how soon it goes where there is no room for all (0: never)."""

    name: str
    meaning: str
    goes: int = 0


COLUMNS = (
    Column("strategy", "how the tasks were run"),
    Column("workers", "tasks at once, at most", 10),
    Column("took", "makespan: the median of its runs"),
    Column("from–to", "its fastest and its slowest run", 9),
    Column("speedup", "median makespan of the baseline (sequential) ÷ this one's"),
    Column("97 %", "interval of the speedup, true of 97 comparisons in 100", 6),
    Column("eff.", "efficiency: speedup ÷ workers", 5),
    Column("CPU", "share of the usable cores in use, by whatever ran", 4),
    Column("GIL", "share of task time spent waiting for the GIL", 1),
    Column("core", "share of task time spent waiting for a core", 2),
    Column("start-up", "from start() on a worker to its first line, on average", 7),
    Column("per task", "start-up and gaps of the workers, divided by the tasks", 3),
    Column("memory", "most that the runner and all it started were seen to hold", 8),
    Column("tasks", "how many of them finished", 11),
)
POINTS = (
    Column("strategy", "how the tasks were run"),
    Column("workers", "how many"),
    Column("took", "makespan: the median of its runs"),
    Column("from–to", "its fastest and its slowest run", 3),
    Column("speedup", "median makespan of the baseline (sequential) ÷ this one's"),
    Column("97 %", "interval of the speedup, true of 97 comparisons in 100", 1),
    Column("eff.", "efficiency: speedup ÷ workers", 2),
)


def cells(row: Row) -> list[str]:
    """What stands in the columns of a strategy."""
    figures = [
        _seconds(row.makespan_s),
        _range(row.makespan_runs_s),
        _times(row.speedup),
        _interval(row.speedup_low, row.speedup_high),
        _share(row.efficiency),
        _share(row.machine_utilisation),
        _state(row, State.GIL_WAIT),
        _state(row, State.CORE_WAIT),
        _seconds(row.startup_mean_s),
        _seconds(row.overhead_per_task_s),
        NOTHING if row.peak_memory_bytes is None else size(row.peak_memory_bytes),
    ]
    done = NOTHING
    if row.counts is not None:
        done = f"{row.counts[Outcome.FINISHED]:,}/{sum(row.counts):,}"
    return [spoken(row.strategy), f"{row.workers:,}", *figures, done]


def notes(row: Row) -> list[str]:
    """What should be known of a strategy besides its figures, in a line each."""
    said = []
    if row.reason is not None:
        said.append(row.reason if row.available else f"not available: {row.reason}")
    if row.counts is not None and row.counts[Outcome.FINISHED] < sum(row.counts):
        said.append(", ".join(f"{row.counts[o]:,} {o.word}" for o in Outcome if row.counts[o]))
    return [sanitize(f"{spoken(row.strategy)}: {words}") for words in [*said, *row.remarks]]


def sweep_notes(found: Sweep) -> list[str]:
    """The same of a sweep: of it as a whole, then of each point."""
    tasks = found.baseline.plan.tasks
    asked = {case.plan.workers for case in found.cases if case.trials}
    idle = sorted(workers for workers in asked if workers > tasks)
    said = []
    if idle:
        counts = listed([f"{workers:,}" for workers in idle])
        said.append(f"Of {counts} workers only {tasks:,} had something to do, a task each.")
    costs = [case.typical.cluster for case in found.cases if case.trials]
    hosts = max((cost.hosts for cost in costs if cost is not None), default=1)
    if hosts > 1:
        said.append(f"Workers are on up to {hosts:,} machines; the laws take all for equal.")
    return said + [note for case in (found.baseline, *found.cases) for note in _point_notes(case)]


def _point_notes(case: Case) -> list[str]:
    said = [] if case.reason is None else [case.reason]
    name = spoken(case.strategy)
    name = f"{name} with {case.workers:,}" if case.workers > 1 else name
    return [sanitize(f"{name}: {words}") for words in [*said, *case.remarks()]]


def point_cells(point: Point) -> list[str]:
    """What stands in the columns of a point."""
    return [
        spoken(point.strategy),
        f"{point.workers:,}",
        _seconds(point.makespan_s),
        _range(point.makespan_runs_s),
        _times(point.speedup),
        _interval(point.speedup_low, point.speedup_high),
        _share(point.efficiency),
    ]


def _seconds(seconds: float | None) -> str:
    return NOTHING if seconds is None else duration(seconds)


def _range(runs: Sequence[float]) -> str:
    if len(runs) < 2:
        return "1 run" if runs else NOTHING
    low, high = duration(min(runs)), duration(max(runs))
    number, _, unit = low.partition(" ")
    return f"{number if high.endswith(' ' + unit) else low}–{high}"


def _times(factor: float | None) -> str:
    return NOTHING if factor is None else times(factor)


def _interval(low: float | None, high: float | None) -> str:
    return NOTHING if low is None or high is None else f"{low:.2f}–{high:.2f}"


def _share(share: float | None) -> str:
    return NOTHING if share is None else percent(share)


def _state(row: Row, state: State) -> str:
    """None at all is said only where it would have been seen."""
    whole = sum(row.spent) if row.spent is not None else 0
    if row.spent is None or not whole:
        return NOTHING
    unsure = state in row.observer.unseen or row.spent[State.UNKNOWN] >= NEGLIGIBLE * whole
    said = percent(row.spent[state] / whole)
    return NOTHING if unsure and said == percent(0) else said


def fitting(
    columns: Sequence[Column], lines: Sequence[Sequence[str]], width: int, gap: int = GAP
) -> list[int]:
    """The columns that have room with such a gap between two of them; some stay whatever room."""
    widths = [
        max(cell_len(text) for text in (column.name, *(line[at] for line in lines)))
        for at, column in enumerate(columns)
    ]
    shown = list(range(len(columns)))
    while sum(widths[at] + gap for at in shown) - gap > width:
        droppable = [at for at in shown if columns[at].goes]
        if not droppable:
            break
        shown.remove(max(droppable, key=lambda at: columns[at].goes))
    return shown


def table(
    columns: Sequence[Column], lines: Sequence[Sequence[str]], best: int | None, width: int
) -> tuple[Table, list[str]]:
    """For a terminal, and the names of the columns for which it is too narrow.

    The line of index ``best`` stands out.
    """
    shown = fitting(columns, lines, width)
    drawn = Table(box=box.SIMPLE_HEAD, padding=0, pad_edge=False, show_edge=False)
    for at in shown:
        drawn.add_column(columns[at].name, justify="right" if at else "left", no_wrap=True)
    for index, line in enumerate(lines):
        style = "bold green" if index == best else None
        drawn.add_row(*(Text(line[at]) for at in shown), style=style)
    return drawn, [column.name for at, column in enumerate(columns) if at not in shown]


def where(environment: Environment | None, manner: Manner, cases: Sequence[Case]) -> str:
    """The line that says where and how it was measured."""
    parts = [_runs(manner, cases), count(manner.warmup, "warm-up")]
    if environment is not None:
        machine = f"{environment.platform} {environment.machine}"
        own = [environment.python_text, environment.cores_text, machine]
        if (observer := environment.observer) is not None and not observer.complete:
            own.append(observer.text)
        parts = [*own, f"concviz {environment.concviz}", *parts]
    return sanitize(" · ".join(parts))


def _runs(manner: Manner, cases: Sequence[Case]) -> str:
    measured = [case for case in cases if case.trials]
    exact = [case for case in measured if case.exact]
    if exact and len(exact) == len(measured):
        return "1 run each: waits are exact"
    once = ", 1 where waits are exact" if exact else ""
    return f"{count(manner.repeat, 'run')} each{once}, {manner.order}"


def laws(found: Sweep, of: str | None = None) -> list[str]:
    """The laws of a sweep in a line each, with the strategy's name where there are several.

    ``of``: only those of that strategy.
    """
    several = len(found.strategies) > 1 and of is None
    return [
        f"{spoken(strategy)}, {words}" if several else words
        for strategy in found.strategies
        for words in (_law(fit, found.most(strategy)) for fit in found.fits(strategy))
        if of in (None, strategy)
    ]


def _law(fit: Fit, most: int) -> str:
    """Of the workers that were measured, ``most`` at most, the points tell, and not the law."""
    if fit.law == "amdahl":
        parts = [f"Amdahl: serial fraction {fit.contention:.3f}"]
    else:
        parts = [f"USL: contention {fit.contention:.3f}, coherency {fit.coherency:.4f}"]
    if (knee := fit.expected_knee(most)) is not None:
        parts.append(f"knee expected at {knee:.1f} workers")
    parts.append(f"residual {percent(fit.residual, 1)}{' (poor)' if fit.poor else ''}")
    return ", ".join(parts)
