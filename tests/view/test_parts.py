"""Runs below each other with captions and pins: all in view where there is room for them."""

from __future__ import annotations

import pytest

from concviz.model.run import Run
from concviz.trace.plan import Plan
from concviz.view.lanes import Lanes
from concviz.view.parts import Part, Pin, height_in, lines_of, paint_parts, wanted_lines
from concviz.view.signs import Mark
from concviz.view.stack import Block, one_axis
from tests import builders
from tests.builders import MS, at

WIDTH = 41


def part(run: Run, caption: str = "", *pins: Pin) -> Part:
    return Part(Block("", "", run, ""), Lanes(run, by_task=False, states=True), caption, pins)


VIEW = one_axis(200 * MS, WIDTH)


def test_a_pin_stands_in_its_row_at_its_time() -> None:
    pool = builders.pool()
    picture = paint_parts([part(pool, "", Pin(1, 2, at(50)), Pin(2, 0, at(199)))], VIEW, 3)
    assert picture.names == ["worker 1", "worker 2", "worker 3"]
    assert picture.lines[2].text.index("(1)") == VIEW.cell(50 * MS)
    assert picture.lines[0].text.rstrip().endswith("(2)"), "as much to the right as there is room"
    assert "(" not in picture.lines[1].text
    high = paint_parts([part(pool, "", Pin(1, 1, at(0)))], VIEW, 6).lines
    assert [row for row, line in enumerate(high) if "(1)" in line.text] == [3], "below the names"
    crowd = [Pin(number, 0, at(199)) for number in (1, 2)] + [Pin(3, 0, at(60)), Pin(4, 0, at(60))]
    (crowded,) = paint_parts([part(builders.observed(), "", *crowd)], VIEW, 1).lines[:1]
    assert "(2)(1)" in crowded.text
    assert "(3)" in crowded.text
    assert "(4)" in crowded.text
    out_of_view = paint_parts([part(pool, "", Pin(1, 9, at(0)), Pin(2, 0, at(500)))], VIEW, 3)
    assert not any("(" in line.text for line in out_of_view.lines)


def test_parts_have_captions_and_one_axis() -> None:
    pool, short = builders.pool(), builders.finished(100, builders.task(0, "a", 0, 100))
    picture = paint_parts([part(pool, "Slow × 5"), part(short, "Quick")], VIEW, 6)
    assert [line.text.strip() for line in picture.lines[::4]] == ["Slow × 5", "Quick"]
    assert picture.names == ["", "worker 1", "worker 2", "worker 3", "", "worker 1"]
    end = Mark.RUN_END.glyph
    assert [picture.lines[row].text.index(end) for row in (1, 5)] == [40, 20]
    assert "×" not in {sign.glyph for sign in picture.used}, "words are no signs"


@pytest.mark.parametrize("room", range(1, 40))
def test_rows_are_as_high_as_there_is_room_for(room: int) -> None:
    parts = [part(builders.pool(), "A"), part(builders.pool(), "B", Pin(1, 2, at(50)))]
    sizes = [(3, True), (3, True)]
    picture = paint_parts(parts, VIEW, room)
    assert len(picture.lines) == len(picture.names)
    assert len(picture.lines) <= max(room, 4), "one row of each at least"
    assert picture.names.count("worker 3") == (2 if room >= 8 else 1), "that with the pin stays"
    assert sum("(1)" in line.text for line in picture.lines) == 1
    text = "".join(line.text for line in picture.lines)
    assert ("of 3 rows" in text) == (room < 8)
    alone = paint_parts([part(builders.pool())], VIEW, min(room, 3)).lines
    assert ("more" in alone[-1].text) == (room < 3)
    if room >= 8:
        assert len(picture.lines) == lines_of(sizes, height_in(sizes, room))
        assert wanted_lines(sizes, room) == len(picture.lines)


def test_before_anything_has_come_there_is_a_row() -> None:
    run = Run(Plan())
    run.apply([])
    assert paint_parts([], VIEW, 5).lines == []
    assert lines_of([(0, False)], 1) == 1
