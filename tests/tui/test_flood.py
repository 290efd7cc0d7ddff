"""More happens than can be read: the screen says so, shows what it knows, and answers keys."""

from __future__ import annotations

import re

import pytest

from concviz.model.entities import Phase
from concviz.model.moment import Moment
from concviz.model.run import Run
from concviz.model.tasks import Outcome
from concviz.trace import events
from concviz.trace.plan import Plan
from concviz.trace.states import nothing
from concviz.view.summary_text import progress
from tests.tui.driving import Driver, opened

FLOOD = Plan(strategy="thread-pool", workload="number", workers=64, tasks=100_000, duration_s=0)
SECOND = 1_000_000_000


def under_way() -> Run:
    run = Run(FLOOD)
    run.apply([events.RunStarted(SECOND), events.TaskSubmitted(SECOND, 0)])
    return run


def told(run: Run, moment: Moment) -> str:
    """What the summary says of it while it is under way."""
    return progress(run, moment, nothing()).plain


def test_a_lag_is_said_with_its_length_beside_the_time_that_is_shown() -> None:
    said = told(under_way(), Moment(3 * SECOND, 3.3))
    assert "2.0 s   0 of 100,000 done" in said
    assert "reading lags 3.3 s behind" in said
    assert "lags" not in told(under_way(), Moment(3 * SECOND, 0.1))


def test_stopping_is_said_before_the_run_says_so() -> None:
    assert "Stopping… 2.0 s" in told(under_way(), Moment(3 * SECOND, 0, True))
    assert "Stopping…" in told(Run(FLOOD), Moment(0, 0, True))


def queued(lab: Driver) -> tuple[int, int]:
    """How many tasks wait, by the summary and by the timeline."""
    figures = []
    for where, pattern in (("#summary-text", r"([\d,]+) queued"), ("#queue-label", r"([\d,]+)")):
        found = re.search(pattern, lab.static(where))
        figures.append(int(found[1].replace(",", "")) if found else 0)
    return figures[0], figures[1]


@pytest.mark.alone
async def test_in_a_flood_panes_agree_and_x_is_answered_at_once() -> None:
    async with opened(FLOOD) as lab:
        await lab.press("r")
        seen = set()

        def agreed() -> bool:
            summary, timeline = queued(lab)
            assert summary == timeline
            seen.add(summary)
            return lab.run.unread > 0 and len(seen) > 3

        await lab.until(agreed)
        lab.lab.action_stop()
        assert lab.running
        assert "Stopping…" in lab.static("#summary-text"), "in the same turn, whatever waits"
        await lab.until(lambda: not lab.running)
        run = lab.run
        assert run.phase is Phase.STOPPED
        said = f"{run.counts.unread:,} events dropped at the end"
        await lab.until(lambda: "stopped after" in lab.static("#summary-text"))
        summary = " ".join(lab.static("#summary-text").split())
        assert (said in summary) == (run.counts.unread > 0)
        assert run.count(Outcome.NOT_STARTED)
