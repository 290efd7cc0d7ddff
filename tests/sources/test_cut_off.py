"""A run that is stopped in the middle: what was seen until then counts, in pictures and in sums."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from concviz.analysis.time_breakdown import Spending
from concviz.model.entities import Phase
from concviz.model.run import Run
from concviz.model.tasks import Outcome
from concviz.observer.probe import look
from concviz.trace.plan import Plan
from concviz.trace.states import State
from concviz.view.segments import worker_row
from concviz.view.signs import Shown
from concviz.view.state_segments import by_state
from concviz.view.viewport import Viewport
from tests.running import Live

SEES = look(50)
pytestmark = [
    pytest.mark.usefixtures("nothing_left"),
    pytest.mark.skipif(not SEES.complete, reason=f"not seen here: {SEES.text}"),
]
SLEPT_S = 0.8


@pytest.mark.parametrize("method", ["fork", "spawn"])
@pytest.mark.parametrize("strategy", ["processes", "process-pool", "threads"])
def test_sleeps_that_are_cut_off_are_sleeps(strategy: str, method: str) -> None:
    plan = Plan(
        strategy=strategy, workload="sleep", tasks=4, workers=4, duration_s=60, start_method=method
    )
    with Live(plan) as live:
        live.until(lambda run: run.count(Outcome.RUNNING) == 4, "all sleep")
        time.sleep(SLEPT_S)
        live.session.stop()
        run = live.to_the_end()
    assert run.phase is Phase.STOPPED
    spent = Spending(run).of_run()
    whole = sum(spent)
    assert whole >= 4 * SLEPT_S * 1e9
    assert spent[State.SLEEP] >= 0.9 * whole, spent
    assert spent[State.UNKNOWN] <= 0.05 * whole, "a sample or two of each"
    cells = drawn(run)
    assert cells[State.SLEEP] >= 0.9 * sum(cells.values()), cells


def drawn(run: Run) -> Counter[Shown]:
    """The cells of all bars, 200 for the run."""
    view = Viewport.fit(run.finished - run.started, 200)
    cells: Counter[Shown] = Counter()
    for worker in run.workers:
        row = by_state(run, worker, worker_row(run, worker, view, run.finished), view)
        for begin, end, kind, task in row:
            cells[kind] += (end - begin) * (task >= 0)
    return cells
