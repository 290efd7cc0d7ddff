"""Sentences fit the page, whatever it is written to, and a number keeps its unit."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.table import Table
from rich.text import Text

from concviz.analysis.statistics import summarise
from concviz.exporters import pages
from concviz.view.prose import Prose, wrapped
from tests import builders
from tests.exporters.test_tables import comparison, drawn

SAID = "Tasks waited for the GIL 15 % of 2.004 s in a pool of 3 threads, which is 40 ms each."


def lines(prose: Prose, width: int) -> list[str]:
    return pages.plain([prose], width).splitlines()


@pytest.mark.parametrize("width", range(12, 90))
def test_a_line_ends_between_words_but_not_behind_a_number(width: int) -> None:
    found = lines(Prose(SAID), width)
    assert max(map(len, found)) <= width
    assert " ".join(found) == SAID
    assert not [line for line in found if line[-1].isdigit()]


def test_further_lines_stand_below_the_first() -> None:
    assert lines(Prose("four 4 s and five", mark="· "), 10) == ["· four 4 s", "  and five"]


def test_what_has_no_room_at_all_is_folded() -> None:
    assert lines(Prose("abcdefgh"), 3) == ["abc", "def", "gh"]


def test_styles_stay_where_they_were() -> None:
    file = io.StringIO()
    console = Console(width=20, file=file, force_terminal=True, color_system="standard")
    said = Text.assemble("all of it took ", ("2.004 s", "bold"), " and no more")
    console.print(Prose(said))
    assert file.getvalue() == "all of it took \n\x1b[1m2.004 s\x1b[0m and no more\n"


def test_in_a_table_it_fits_its_column() -> None:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column()
    table.add_row("states", Prose("running 15 % and asleep 85 %"))
    assert pages.plain([table], 20).splitlines() == [
        "states  running 15 %",
        "        and asleep",
        "        85 %",
    ]


@pytest.mark.parametrize("width", [60, 80])
def test_all_sentences_of_a_page_fit_it(width: int) -> None:
    assert max(map(len, drawn(width).splitlines())) <= width
    run = builders.observed()
    page = pages.plain(pages.of_run(run, summarise(run), True, width), width)
    assert max(map(len, page.splitlines())) <= width
    sentence = comparison().verdict().sentence
    assert sentence in " ".join(drawn(width).split()), "none of it is lost"


@given(st.text("ab 1%", max_size=60), st.integers(1, 30))
def test_wrapped_lines_fit_and_say_the_same(said: str, width: int) -> None:
    lines = wrapped(said, width)
    assert "".join("".join(lines).split()) == "".join(said.split())
    assert all(len(line) <= width for line in lines)


def test_a_number_stays_with_its_unit() -> None:
    assert wrapped("GIL 50 %, run 27 %, core 4 %", 24) == ["GIL 50 %, run 27 %, core", "4 %"]
    assert wrapped("GIL 50 %, run 27 %", 16) == ["GIL 50 %, run", "27 %"]
