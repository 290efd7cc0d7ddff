"""The stacked timelines of a comparison as text: one legend for all of them."""

from __future__ import annotations

from concviz.analysis.comparison import Comparison, Manner
from concviz.view.picture import stack
from tests.builders import ENVIRONMENT, case


def lines(*cases: tuple[str, str]) -> list[str]:
    found = Comparison(
        [case(strategy, 1.0, states={state: 1.0}) for strategy, state in cases],
        Manner(repeat=1),
        ENVIRONMENT,
    )
    return [line.plain for line in stack(found, 100)]


def test_the_legend_has_the_glyphs_of_all_rows_and_no_other() -> None:
    said = lines(("sequential", "running"), ("threads", "gil_wait"), ("processes", "core_wait"))
    gap = said.index("")
    assert " ".join(said[gap + 1 :]) == (
        "▇▇ running  ▄▄ waiting for a core  ≡≡ waiting for the GIL  ▌ start of a task  "
        "│ end of the run"
    )


def test_what_coroutines_mean_by_a_glyph_is_said_beside_what_threads_do() -> None:
    said = lines(("sequential", "other"), ("asyncio", "other"))
    assert any("▪ blocked, other / waiting for something else" in line for line in said)
    alone = lines(("sequential", "running"), ("asyncio", "other"))
    assert any("▪ waiting for something else" in line for line in alone)
    assert not any("blocked" in line for line in alone)
