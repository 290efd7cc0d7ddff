"""The SVG of a run, read back: what is drawn is what was measured, and texts are data."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from concviz.analysis.time_breakdown import Spending, shares
from concviz.analysis.wording import percent
from concviz.exporters.drawing.axis import LEAST_PX
from concviz.exporters.drawing.fills import CELL, colours, key
from concviz.exporters.drawing.palette import VARIABLES, contrast, palette
from concviz.exporters.exporter import Look
from concviz.exporters.registry import EXPORTERS
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.trace.states import State
from concviz.view.roles import Role
from concviz.view.signs import role_of
from concviz.view.words import state_word
from tests.builders import (
    ALL_PIECES,
    MS,
    TEXTS,
    finished,
    hostile_run,
    observed,
    pool,
    submitted,
    task,
)
from tests.view.test_bars import now_of, runs

NAMESPACE = "{http://www.w3.org/2000/svg}"
NEAR = 0.002
"""Pixels: coordinates are written to a thousandth."""


def drawn(run: Run, columns: int | None = None, dark: bool = True) -> ElementTree.Element:
    written = EXPORTERS.load("svg").write(run, Look(columns, dark))
    return ElementTree.fromstring(written)


def said(picture: ElementTree.Element) -> list[str]:
    """Its texts, but for those of patterns."""
    found = picture.findall(f"./{NAMESPACE}text") + picture.findall(
        f"./{NAMESPACE}g//{NAMESPACE}text"
    )
    return [each.text or "" for each in found]


def boxes(picture: ElementTree.Element) -> Iterator[tuple[int, tuple[float, float]]]:
    """Each task that has a title, where it begins and ends in pixels of the time axis."""
    for group in picture.iter(f"{NAMESPACE}g"):
        if (number := group.get("data-task")) is not None:
            pieces = [(float(r.get("x", 0)), float(r.get("width", 0))) for r in rectangles(group)]
            yield int(number), (min(x for x, _ in pieces), max(x + width for x, width in pieces))


def tasks(picture: ElementTree.Element) -> dict[int, tuple[float, float]]:
    """The same of one run."""
    return dict(boxes(picture))


def rectangles(group: ElementTree.Element) -> Iterator[ElementTree.Element]:
    return group.iter(f"{NAMESPACE}rect")


def scale_of(picture: ElementTree.Element) -> int:
    """Nanoseconds of a pixel."""
    (ruler,) = (g for g in picture.iter(f"{NAMESPACE}g") if g.get("class") == "ruler")
    return int(ruler.get("data-ns-per-px", 0))


@settings(max_examples=50)
@given(runs(), st.integers(20, 200))
def test_a_task_is_drawn_from_its_start_to_its_end(run: Run, columns: int) -> None:
    picture = drawn(run, columns)
    if run.started == UNKNOWN:
        assert tasks(picture) == {}
        return
    scale = scale_of(picture)
    found = tasks(picture)
    for number, (begin, end) in found.items():
        started, ended = run.tasks.started[number], run.tasks.finished[number]
        assert begin == pytest.approx((started - run.started) / scale, abs=NEAR)
        worker = run.workers[run.tasks.worker[number]]
        last = worker.lane.end(worker.lane.find(number, started))
        last = min(last, run.end_of(worker, now_of(run)))
        if ended == UNKNOWN or last == ended:
            there = (last - run.started) / scale
            assert end == pytest.approx(there, abs=LEAST_PX), "seen, however short it was"
    wide = [
        number
        for number, (start, end) in enumerate(
            zip(run.tasks.started, run.tasks.finished, strict=True)
        )
        if UNKNOWN not in (start, end) and end - start > 4 * scale
    ]
    assert set(wide) <= set(found)


def test_five_tasks_in_a_pool_of_three() -> None:
    picture = drawn(pool(), 100)
    half, whole = 100 * MS / scale_of(picture), 200 * MS / scale_of(picture)
    assert tasks(picture) == {
        number: pytest.approx((0, half) if number < 3 else (half, whole), abs=NEAR)
        for number in range(5)
    }
    assert {"task 0", "task 4", "0"} <= set(said(picture))


def test_each_state_has_its_time_in_its_colour_and_glyph() -> None:
    run = observed()
    picture = drawn(run, 100)
    scale = scale_of(picture)
    for state, share in ((State.RUNNING, 0.5), (State.GIL_WAIT, 0.5)):
        role = key(role_of(state))
        widths = [
            float(rect.get("width", 0))
            for group in picture.iter(f"{NAMESPACE}g")
            if group.get("data-task") is not None
            for rect in rectangles(group)
            if rect.get("class") in (f"c-{role}", f"h-{role}") and rect.get("height") == "27"
        ]
        assert sum(widths) * scale == pytest.approx(share * 200 * MS, rel=0.001)
    patterns = {p.get("id"): p[0].text for p in picture.iter(f"{NAMESPACE}pattern")}
    assert patterns["p-gil-wait-27"] == State.GIL_WAIT.glyph


@settings(max_examples=50)
@given(runs())
def test_the_legend_has_the_shares_of_the_run(run: Run) -> None:
    words = " ".join(said(drawn(run, 200)))
    if run.started == UNKNOWN:
        assert "before the first task" in words
        return
    now = run.finished if run.finished != UNKNOWN else run.latest
    for state, share in shares(Spending(run).of_run(now)):
        assert f"{state_word(run, state)} {percent(share)}" in words


def test_rows_beyond_what_can_be_read_are_counted() -> None:
    many = finished(100, submitted(136), *[task(n, f"w{n}", 0, 100) for n in range(136)])
    picture = drawn(many)
    assert "… 96 more rows" in said(picture)
    assert len(tasks(picture)) == 40


def test_short_tasks_are_drawn_together_and_that_is_said() -> None:
    tiny = [task(n, "w", n / 20, n / 20 + 0.04) for n in range(2000)]
    picture = drawn(finished(100, submitted(2000), *tiny), 80)
    assert tasks(picture) == {}
    words = " ".join(said(picture))
    assert "2,000 tasks are too short to be drawn alone" in words
    assert len(list(rectangles(picture))) < 10


@settings(max_examples=40)
@given(text=TEXTS)
@example(text=ALL_PIECES)
@example(text="</title></svg><script>x</script> \"' & ]]> <!--")
def test_texts_are_data(text: str) -> None:
    for picture in (drawn(hostile_run(text)), drawn(hostile_run(text, finished=False))):
        names = {each.tag.removeprefix(NAMESPACE) for each in picture.iter()}
        assert names <= {"svg", "title", "style", "defs", "pattern", "text", "rect", "g", "path"}


@pytest.mark.parametrize("columns", [1, 20, 40, 120, 100_000])
def test_any_width_is_drawn(columns: int) -> None:
    width = float(drawn(pool(), columns).get("width", 0))
    assert width == round(min(max(columns, 20), 1000) * CELL + 32)


@pytest.mark.parametrize("dark", [True, False])
def test_colours_can_be_told_from_the_ground(dark: bool) -> None:
    of = palette(dark)
    assert contrast(of.words, of.ground) >= 4.5
    assert contrast(of.faint, of.ground) >= 4.5
    for role in Role:
        assert contrast(of.of(role), of.ground) >= 3, role.name
        assert contrast(of.on(role), of.of(role)) >= 4.5, role.name
        assert contrast(of.words, of.shade(role)) >= 4.5, role.name
    assert set(colours(of).values()) >= {of.of(role) for role in Role}


def test_roles_name_only_variables_that_have_a_colour_here() -> None:
    named = {role.theme.split()[0] for role in Role if not role.dark}
    assert named == set(VARIABLES)
