"""The page and the summary pane say the same words for the same thing."""

from __future__ import annotations

import io
import re
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from concviz.analysis.findings import findings
from concviz.analysis.statistics import summarise
from concviz.analysis.time_breakdown import Spending
from concviz.model.run import Run
from concviz.trace import events
from concviz.trace.sanitize import sanitize
from concviz.view import run_page
from concviz.view import summary_text as pane
from concviz.view.summary import Summed, summed
from tests.builders import History, at, finished, histories, observed, observed_run, pool, task

WIDE = 10_000
"""No line is wrapped."""


def words_of(known: Summed) -> list[str]:
    """What both must say, whatever else they do."""
    lines = [known.took, *known.speedup, *known.locks, *known.others]
    parts = [word for part in known.states for word in (part.word, part.share, part.time)]
    return [*(sanitize(line.said) for line in lines), *(said for said, _ in known.outcomes), *parts]


def both(run: Run) -> tuple[Summed, str, str]:
    """The figures, the page and the pane."""
    summary, spent = summarise(run), Spending(run).of_run()
    page = io.StringIO()
    Console(file=page, width=WIDE).print(run_page.figures(run, summary))
    return (
        summed(run, summary, spent),
        page.getvalue(),
        pane.figures(run, summary, spent, findings(run, spent), WIDE).plain,
    )


@given(histories(), st.none() | st.randoms(use_true_random=False))
def test_page_and_pane_say_the_same(history: History, random: Random | None) -> None:
    known, page, shown = both(observed_run(history, random))
    for words in words_of(known):
        assert words in page
        assert words in shown


def test_both_say_of_a_good_run_what_it_took() -> None:
    for run in (pool(), observed()):
        known, page, shown = both(run)
        assert re.search(rf"took +{re.escape(known.took.said)}", page)
        assert f"took {known.took.said}" in shown
        assert not known.trouble


def test_both_say_what_went_wrong() -> None:
    told = [
        *task(0, "a", 0, 5),
        events.TaskSubmitted(at(0), 1),
        events.TaskStarted(at(5), 1, "b"),
        events.WorkerDied(at(7), "b", -11),
    ]
    known, page, shown = both(finished(10, told, error="BrokenPool: \x1b[2J"))
    died, error = known.trouble
    assert died.said == "worker 2 died (killed by SIGSEGV in task 1)"
    for words in (died.said[1:], sanitize(error.said)):
        assert words in page
        assert words in shown
    assert "\x1b" not in page + shown


def test_what_is_not_known_is_said_and_is_no_figure() -> None:
    run = Run(pool().plan)
    known, page, shown = both(run)
    assert known.took.said.endswith("before the first task")
    assert "0 µs" not in known.took.said
    assert known.took.said in page
    assert known.took.said in shown
