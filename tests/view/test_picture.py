"""The picture of a run: what a row shows, its width, and how one bar is told from the next."""

from __future__ import annotations

import io
import re
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from concviz.model.run import Run
from concviz.trace import events
from concviz.trace.plan import Plan
from concviz.view.faces import is_bar
from concviz.view.glyphs import drawable
from concviz.view.picture import MOST_ROWS, timeline
from concviz.view.signs import SIGNS, Mark
from tests import builders
from tests.builders import History, histories, observed_run


def plain(run: Run, width: int = 51) -> list[str]:
    return [line.plain.rstrip() for line in timeline(run, width)]


def test_the_picture_of_a_known_run() -> None:
    assert plain(builders.pool()) == [
        "          ╵0        ╵50 ms    ╵100 ms   ╵150 ms",
        " queue 2  ███████████████████",
        "worker 1  ▌0██████████████████▌3██████████████████",
        "worker 2  ▌1██████████████████▌4██████████████████",
        "worker 3  ▌2██████████████████",
        "",
        "██ busy  ▌ start of a task",
        "▁█ queued tasks; number: the most",
    ]


def test_without_a_queue_there_is_no_row_for_it() -> None:
    run = builders.finished(100, builders.task(0, "w", 0, 100))
    assert not any("queue" in line for line in plain(run))


def test_a_run_that_never_started_has_no_picture() -> None:
    run = Run(Plan())
    run.apply([events.RunnerExited(5, 1)])
    assert timeline(run, 80) == []


def test_bars_that_touch_are_told_apart_without_and_with_colour() -> None:
    run = builders.finished(90, *[builders.task(n, "w", 30 * n, 30 * n + 30) for n in range(3)])
    row = next(line for line in timeline(run, 54) if line.plain.startswith("worker 1"))
    starts = [cell for cell, glyph in enumerate(row.plain) if glyph == "▌"]
    assert len(starts) == 3
    colours = [
        next(str(span.style) for span in row.spans if span.start <= cell + 5 < span.end)
        for cell in starts
    ]
    assert colours[0] == colours[2] != colours[1]


def test_a_number_stands_only_in_a_bar_with_room_for_it() -> None:
    wide, narrow = builders.task(0, "w", 0, 95), builders.task(1, "w", 95, 100)
    lines = plain(builders.finished(100, wide, narrow))
    assert "worker 1  ▌0" + "█" * 36 + "▌█" in lines


def test_failed_lost_and_dead_are_seen_and_explained() -> None:
    told = [
        *builders.task(0, "a", 0, 50),
        events.TaskSubmitted(builders.at(0), 1),
        events.TaskStarted(builders.at(0), 1, "b"),
        events.TaskFailed(builders.at(50), 1, 0, "ValueError", ""),
        events.TaskSubmitted(builders.at(0), 2),
        events.TaskStarted(builders.at(50), 2, "b"),
        events.WorkerDied(builders.at(100), "b", -11),
    ]
    lines = plain(builders.finished(100, told))
    row = next(line for line in lines if line.startswith("worker 2"))
    assert row.startswith("worker 2  ▌1▓")
    assert "▌2▒" in row
    assert row.endswith("×"), "a death at the very end of the run is still seen"
    legend = lines[lines.index("") + 1 :]
    for words in ("█ busy", "▓ failed", "▒ lost or stopped", "× worker died"):
        assert any(words in line for line in legend)
    assert not any("starting up" in line for line in legend)


@pytest.mark.parametrize(
    ("workers", "last"), [(40, None), (41, "… 1 more worker"), (100, "… 60 more workers")]
)
def test_at_most_forty_rows(workers: int, last: str | None) -> None:
    run = builders.finished(10, *[builders.task(n, f"w{n}", 0, 10) for n in range(workers)])
    lines = plain(run)
    assert sum(line.lstrip().startswith("worker ") for line in lines) == MOST_ROWS
    assert [line for line in lines if line.startswith("…")] == ([last] if last else [])


def glyphs(text: str) -> set[str]:
    return {each for each in text if not each.isdigit() and each != " "}


@given(
    histories(),
    st.randoms(use_true_random=False),
    st.booleans(),
    st.integers(10, 150),
    st.sampled_from(["utf-8", "ascii"]),
)
def test_the_legend_has_every_glyph_of_the_picture_and_no_other(
    history: History, random: Random, seen: bool, width: int, encoding: str
) -> None:
    run = observed_run(history, random if seen else None)
    lines = [drawable(line.plain, encoding) for line in timeline(run, width)]
    gap = lines.index("") if lines else 0
    rows = [line.lstrip().partition("  ")[2] for line in lines[1:gap] if "worker" in line]
    entries = [entry for line in lines[gap + 1 :] for entry in re.split("  +", line)]
    said = {entry[0] for entry in entries if "queued tasks" not in entry}
    drawn, start = glyphs("".join(rows)), drawable(Mark.START.glyph, encoding)
    bars = {drawable(sign.glyph, encoding) for sign in SIGNS if is_bar(sign)}
    assert drawn <= said
    assert said - drawn <= (bars if start in drawn else set()), "colours under the marks"


@given(histories(), st.integers(1, 150))
def test_no_line_is_wider_than_asked(history: History, width: int) -> None:
    run = history.run
    for line in timeline(run, width):
        assert line.cell_len <= max(width, 75), "at least ten cells, and whole legend entries"


@given(histories())
def test_colours_can_be_switched_off(history: History) -> None:
    page = io.StringIO()
    console = Console(file=page, force_terminal=True, no_color=True, width=80)
    for line in timeline(history.run, 80):
        console.print(line)
    codes = {
        code
        for found in re.findall(r"\x1b\[([\d;]*)m", page.getvalue())
        for code in found.split(";")
    }
    assert codes <= {"0", "1", "2", "7"}, "bold, dim and reverse are no colours"


def test_an_observed_run_shows_what_its_workers_did() -> None:
    """At 100 ms in 50 cells a cell is shorter than two samples of 20 ms."""
    assert plain(builders.observed(), 61)[1:3] == [
        "thread 1  ▌0▇▇▇▇▇▇▇▇≡≡≡≡≡≡≡≡≡≡▇▇▇▇▇▇▇▇▇▇≡≡≡≡≡≡≡≡≡≡▇▇▇▇▇▇▇▇▇▇",
        "thread 2  ▌1≡≡≡≡≡≡≡≡▇▇▇▇▇▇▇▇▇▇≡≡≡≡≡≡≡≡≡≡▇▇▇▇▇▇▇▇▇▇≡≡≡≡≡≡≡≡≡≡",
    ]
    assert "▇▇ running  ≡≡ waiting for the GIL" in " ".join(plain(builders.observed(), 61)[-2:])


def test_cells_longer_than_two_samples_show_the_state_that_took_most_of_their_time() -> None:
    """The two take turns; 12 of every 20 ms the one, 8 ms the other."""
    assert plain(builders.observed(most=12), 21)[1:3] == [
        "thread 1  ▌0▇▇▇▇▇▇▇▇",
        "thread 2  ▌1≡≡≡≡≡≡≡≡",
    ]
