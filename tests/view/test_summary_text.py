"""The text of the summary pane: the finding first, shares as bars of the picture's cells."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from concviz.analysis.findings import findings
from concviz.analysis.statistics import summarise
from concviz.analysis.time_breakdown import Spending
from concviz.model.moment import Moment
from concviz.model.run import Run
from concviz.trace.states import State
from concviz.view.phrases import point
from concviz.view.summary_text import LEAST_BAR, Styles, figures, progress
from tests import builders
from tests.builders import at, every_state, failed, observed, pool, under_way


def lines(run: Run, width: int = 80) -> list[str]:
    """What is said of a run that is over."""
    spent = Spending(run).of_run()
    return figures(run, summarise(run), spent, findings(run, spent), width).plain.split("\n")


def test_the_finding_comes_first_then_shares_then_answers_then_details() -> None:
    said = lines(observed())
    assert said[0] == "took 100 ms   2 finished"
    assert said[2].startswith("Threads gained nothing. The threads waited 50 % of their time")
    order = [
        next(at for at, line in enumerate(said) if line.startswith(begin))
        for begin in (
            "Threads",
            "running",
            "waiting for the GIL",
            "speedup",
            "Details",
            "By worker",
        )
    ]
    assert order == sorted(order)
    assert said[order[3] - 1] == ""


def test_of_a_run_in_which_nothing_stands_out_that_is_said() -> None:
    assert lines(builders.hundred())[2] == (
        "Nothing stands out. On average 50.0 of 100 workers were busy."
    )
    assert not any("Nothing stands out" in line for line in lines(failed()))


def test_a_headline_that_begins_the_sentence_is_said_once() -> None:
    for run in (observed(), failed(), pool()):
        for finding in findings(run):
            said = "".join(point(finding))
            assert said.count(finding.headline) == 1
            assert finding.sentence in said


@given(st.sampled_from([observed(), every_state()]), st.integers(24, 120))
def test_bars_are_as_long_as_their_shares_and_fit(run: Run, width: int) -> None:
    spent = Spending(run).of_run()
    whole = sum(spent)
    said = [line for line in lines(run, width) if re.match(r".* +\d+ % \S", line)]
    room = 0.0
    for state in State:
        for line in said:
            cells = line.count(state.glyph) if f"% {state.glyph}" in line else 0
            if cells:
                assert len(line) <= width
                share = spent[state] / whole
                room = max(room, (cells + 0.5) / share)
                assert cells >= 1
                assert cells - 0.5 <= share * room
    assert not room or room >= LEAST_BAR


def test_the_cells_of_a_bar_have_the_style_of_the_picture() -> None:
    run = observed()
    spent = Spending(run).of_run()
    asked: list[object] = []

    def style(sign: object) -> str:
        asked.append(sign)
        return "red"

    text = figures(run, summarise(run), spent, [], styles=Styles(style))
    assert {State.RUNNING, State.GIL_WAIT} == set(asked)
    assert any(span.style == "red" for span in text.spans)


def test_under_way_the_shares_so_far_are_told() -> None:
    run = under_way()
    text = progress(run, Moment(at(450)), Spending(run).of_run(at(450)), 50).plain
    assert "3 of 9 done" in text
    assert re.search(r"^not seen +\d+ % ▫+", text, re.MULTILINE)
    nothing = progress(run, Moment(at(450)), [0] * len(State), 50).plain
    assert "%" not in nothing, "of nothing there are no shares"
