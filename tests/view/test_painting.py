"""Painted rows: every glyph is one cell wide, labels stand only where they fit."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style as RichStyle

from concviz.trace.states import State
from concviz.view.faces import LOOKS, Face, ansi_of, style_of
from concviz.view.painting import (
    DEPTHS,
    TIME_LINE,
    Painted,
    blank,
    paint_depths,
    paint_lane,
    paint_row,
    paint_ruler,
    with_lines,
)
from concviz.view.roles import Role
from concviz.view.segment import MANY, Segment
from concviz.view.signs import SIGNS, Kind, Mark, Shown, role_of

WIDTH = 60
BARS = (Kind.BUSY, Kind.FAILED, Kind.LOST, Kind.CANCELLED, Kind.UNSEEN, *State)
WORSE = (Kind.FAILED, Kind.LOST, Kind.CANCELLED)
SELECTABLE = (*BARS, Kind.PARTLY, Kind.RETURNING)


@st.composite
def rows(draw: st.DrawFn, width: int = WIDTH) -> list[Segment]:
    """Segments in order, with gaps."""
    edges = sorted(draw(st.sets(st.integers(0, width), max_size=12)))
    segments = []
    for begin, end in pairwise(edges):
        if draw(st.booleans()):
            kind: Shown = draw(st.sampled_from([*Kind, *State]))
            task = draw(st.sampled_from([MANY, 0, 1, 7, 42, 1234, 99_999]))
            segments.append(Segment(begin, end, kind, task))
    return segments


def bars(segments: list[Segment]) -> list[list[Segment]]:
    """Segments that are parts of one task's bar, together."""
    found: list[list[Segment]] = []
    for segment in segments:
        if segment.kind not in BARS or segment.task == MANY:
            continue
        if found and found[-1][-1].task == segment.task and found[-1][-1].end == segment.begin:
            found[-1].append(segment)
        else:
            found.append([segment])
    return found


painted = st.builds(
    lambda cells: Painted("".join(glyph for glyph, _ in cells), bytes(style for _, style in cells)),
    st.lists(
        st.tuples(st.sampled_from("ab░█"), st.sampled_from([0, 1, 2])), min_size=1, max_size=30
    ),
)


HEIGHTS = st.integers(1, 4)


@given(rows(), st.sampled_from([None, 0, 7, 42]), HEIGHTS)
def test_a_row_has_a_glyph_and_a_style_for_every_cell(
    segments: list[Segment], selected: int | None, height: int
) -> None:
    lane = paint_lane(segments, WIDTH, height, selected)
    assert len(lane) == height
    for row in lane:
        assert len(row.text) == len(row.styles) == cell_len(row.text) == WIDTH
        assert all(cell_len(glyph) == 1 for glyph in row.text)
        assert max(row.styles) < len(LOOKS)


@given(rows(), HEIGHTS)
def test_cells_that_no_segment_has_are_empty(segments: list[Segment], height: int) -> None:
    covered = {cell for begin, end, *_ in segments for cell in range(begin, end)}
    for row in paint_lane(segments, WIDTH, height):
        for cell in set(range(WIDTH)) - covered:
            assert row.text[cell] == " "
            assert row.styles[cell] == Role.IDLE


@given(rows(), HEIGHTS)
def test_every_cell_shows_what_it_is_of_unless_a_mark_or_a_name_is_on_it(
    segments: list[Segment], height: int
) -> None:
    """By its glyph, and by the colour under the words."""
    lane = paint_lane(segments, WIDTH, height)
    glyphs, names = lane[min(1, height - 1)], lane[0]
    begins = {parts[0].begin for parts in bars(segments)}
    for begin, end, kind, task in segments:
        for cell in range(begin, end):
            role, face = LOOKS[glyphs.styles[cell]]
            assert role in (role_of(kind), Role.ODD)
            assert (face is Face.PLAIN) == (kind not in BARS)
            named = LOOKS[names.styles[cell]]
            if kind in BARS:
                assert named[0] is role, "what is above belongs to it"
            if glyphs.text[cell] != kind.glyph:
                started = cell in begins and glyphs.text[cell] == Mark.START.glyph
                assert started or (height == 1 and named[1] in (Face.NAME, Face.SOLID_NAME))
                assert task != MANY


@given(rows(), HEIGHTS)
def test_a_label_stands_inside_its_bar_and_is_whole(segments: list[Segment], height: int) -> None:
    row = paint_lane(segments, WIDTH, height)[0]
    for parts in bars(segments):
        begin, end, task = parts[0].begin, parts[-1].end, parts[0].task
        named = [
            cell
            for cell in range(begin, end)
            if LOOKS[row.styles[cell]][1] in (Face.NAME, Face.SOLID_NAME)
        ]
        label = "".join(row.text[cell] for cell in named)
        wanted = (n for n in (f"task {task}", f"{task}") if len(n) + 3 <= end - begin)
        assert label == next(wanted, "")
        assert named == list(range(begin + 1, begin + 1 + len(label)))


@given(rows(), HEIGHTS)
def test_every_bar_begins_with_a_mark_and_has_no_other(
    segments: list[Segment], height: int
) -> None:
    row = paint_lane(segments, WIDTH, height)[0]
    marks = {cell for cell, glyph in enumerate(row.text) if glyph == Mark.START.glyph}
    begun = [parts[0] for parts in bars(segments)]
    worse = {s.begin for s in begun if s.kind in WORSE and s.end - s.begin == 1 and height == 1}
    assert marks == {s.begin for s in begun} - worse


@given(rows(), HEIGHTS)
def test_a_bar_that_began_out_of_view_has_no_mark(segments: list[Segment], height: int) -> None:
    lane = paint_lane(segments, WIDTH, height, began=lambda task: -5)
    assert not any(Mark.START.glyph in row.text for row in lane)


@given(rows())
def test_the_glyph_of_a_bar_of_one_cell_is_seen_where_rows_are_high(
    segments: list[Segment],
) -> None:
    short = [s._replace(end=s.begin + 1) for s in segments]
    glyphs = paint_lane(short, WIDTH, 2)[1]
    assert all(glyphs.text[s.begin] == s.kind.glyph for s in short)
    assert not glyphs.covered


@given(rows(), HEIGHTS, st.sampled_from([None, 0, 7]))
def test_all_that_a_row_shows_is_in_its_cells_or_told_as_covered(
    segments: list[Segment], height: int, selected: int | None
) -> None:
    lane = paint_lane(segments, WIDTH, height, selected)
    glyphs = set("".join(row.text for row in lane))
    covered = frozenset().union(*(row.covered for row in lane))
    kinds = {segment.kind for segment in segments}
    assert {kind for kind in kinds if kind.glyph not in glyphs} <= covered <= kinds


@given(rows(), HEIGHTS)
def test_what_belongs_to_many_tasks_has_no_label_and_no_mark(
    segments: list[Segment], height: int
) -> None:
    lane = paint_lane([segment._replace(task=MANY) for segment in segments], WIDTH, height)
    for row in lane:
        assert {LOOKS[style][1] for style in row.styles} <= {Face.PLAIN, Face.FILL, Face.SOLID}
        assert Mark.START.glyph not in row.text


@pytest.mark.parametrize("length", range(1, 12))
def test_labels_by_length(length: int) -> None:
    row = paint_row([Segment(2, 2 + length, Kind.BUSY, 42)], 20)
    label = "task 42" if length >= 10 else "42" if length >= 5 else ""
    assert row.text[2 : 2 + length] == f"▌{label}".ljust(length, "█")


def test_a_row_of_every_height() -> None:
    """Names above glyphs; from three cells on nothing is below them."""
    segments = [Segment(0, 9, State.SLEEP, 1), Segment(9, 14, State.RUNNING, 1)]
    assert [row.text for row in paint_lane(segments, 16, 1)] == ["▌task 1──▇▇▇▇▇  "]
    assert [row.text for row in paint_lane(segments, 16, 3)] == [
        "▌task 1  ▇▇▇▇▇  ",
        "▌────────▇▇▇▇▇  ",
        "                ",
    ]


@given(rows(), st.integers(0, 50), HEIGHTS)
def test_the_selected_task_stands_out_and_nothing_else_changes(
    segments: list[Segment], task: int, height: int
) -> None:
    segments = [Segment(b, e, k, n) for n, (b, e, k, _) in enumerate(segments)]
    lane, plain = (paint_lane(segments, WIDTH, height, chosen) for chosen in (task, None))
    own = [s for s in segments if s.task == task and s.kind in SELECTABLE]
    last = min(height, 2) - 1
    for line, (row, was) in enumerate(zip(lane[:2], plain[:2], strict=True)):
        seen = own if line == last else [s for s in own if s.kind in BARS]  # others are low
        selected = {cell for begin, end, *_ in seen for cell in range(begin, end)}
        for cell in range(WIDTH):
            role, face = LOOKS[row.styles[cell]]
            stands_out = role is Role.SELECTED or face >= Face.CHOSEN
            assert stands_out == (cell in selected)
            if cell not in selected:
                assert (row.text[cell], row.styles[cell]) == (was.text[cell], was.styles[cell])
    chosen = [cell for cell, glyph in enumerate(lane[0].text) if glyph == Mark.SELECTED.glyph]
    assert chosen == [s.begin for s in own if s.kind in BARS], "without colour, too"


@given(painted, painted)
def test_what_changed_covers_all_that_differs(before: Painted, after: Painted) -> None:
    changed = after.changed(before)
    if len(before.text) != len(after.text):
        assert changed == (0, len(after.text))
        return
    cells = range(len(after.text))
    differing = [
        cell
        for cell in cells
        if (before.text[cell], before.styles[cell]) != (after.text[cell], after.styles[cell])
    ]
    assert changed == ((differing[0], differing[-1] + 1) if differing else None)


@given(painted, st.integers(0, 35), st.integers(0, 35))
def test_runs_are_the_cells_in_pieces_of_one_style(row: Painted, first: int, last: int) -> None:
    pieces = row.runs(first, last)
    assert "".join(text for text, _ in pieces) == row.text[first:last]
    assert bytes(s for text, s in pieces for _ in text) == row.styles[first:last]
    assert all(a[1] != b[1] for a, b in pairwise(pieces))


@given(st.lists(st.integers(0, 10**5), max_size=WIDTH + 10), st.integers(0, 10**5))
def test_the_queue_is_as_high_as_it_was_deep(depths: list[int], more: int) -> None:
    deepest = max(depths, default=0) + more
    row = paint_depths(depths, WIDTH, deepest)
    assert len(row.text) == len(row.styles) == cell_len(row.text) == WIDTH
    for depth, glyph in zip(depths, row.text, strict=False):
        assert (glyph == " ") == (depth == 0), "a queue of one is seen"
        assert (glyph == DEPTHS[-1]) >= (depth == deepest > 0)


@given(st.lists(st.tuples(st.integers(-5, WIDTH + 5), st.sampled_from(["0", "0.5 s", "20 ms"]))))
def test_the_ruler_has_whole_labels_in_their_places(ticks: list[tuple[int, str]]) -> None:
    ticks = sorted(tick for tick in ticks if tick[0] >= 0)
    row = paint_ruler(ticks, WIDTH)
    assert len(row.text) == len(row.styles) == cell_len(row.text) == WIDTH
    rest = row.text
    for cell, _ in ticks:
        if rest[cell : cell + 1] == TIME_LINE:
            marks = [f"{TIME_LINE}{text}" for at, text in ticks if at == cell]
            mark = next(m for m in marks if rest.startswith(m, cell))
            assert rest[cell + len(mark) : cell + len(mark) + 1] in ("", " ")
            rest = rest[:cell] + " " * len(mark) + rest[cell + len(mark) :]
    assert rest.strip() == "", "and nothing else"


def test_a_blank_row() -> None:
    assert blank(4) == Painted("    ", bytes(4))


def test_every_sign_has_a_glyph_of_its_own_and_a_role() -> None:
    assert all(cell_len(sign.glyph) == 1 for sign in (*Kind, *State))
    assert len({sign.glyph for sign in SIGNS}) == len(SIGNS) == len([*Kind, *State, *Mark])
    assert all(isinstance(role_of(sign), Role) for sign in SIGNS)


def test_every_style_of_a_cell_fits_in_a_byte_and_can_be_said_in_text() -> None:
    assert len(LOOKS) == len(set(LOOKS)) <= 256
    for style, (role, face) in enumerate(LOOKS):
        assert style_of(role, face) == style
        said = RichStyle.parse(ansi_of(style) or "none")
        assert (said == RichStyle.null()) == (style == Role.IDLE), "each differs from nothing"


def test_bars_alternate_by_their_turn_in_the_row() -> None:
    segments = [Segment(4 * n, 4 * n + 4, Kind.BUSY, 2 * n) for n in range(3)]
    row = paint_row(segments, 12, turn=lambda task: task // 2)
    assert [LOOKS[row.styles[cell]][0] for cell in (1, 5, 9)] == [Role.EVEN, Role.ODD, Role.EVEN]
    row = paint_row(segments, 12)
    assert {LOOKS[row.styles[cell]][0] for cell in (1, 5, 9)} == {Role.EVEN}


@given(rows(), st.lists(st.integers(0, WIDTH - 1), max_size=8))
def test_lines_of_time_stand_where_nothing_else_does(
    segments: list[Segment], cells: list[int]
) -> None:
    row = paint_row(segments, WIDTH)
    lined = with_lines(row, cells)
    for cell in range(WIDTH):
        was = row.text[cell], row.styles[cell]
        free = was == (" ", Role.IDLE) and cell in cells
        assert (lined.text[cell], lined.styles[cell]) == ((TIME_LINE, Role.GRID) if free else was)


@given(painted, st.integers(0, 40), st.text("xyz", max_size=5))
def test_a_note_covers_its_cells_and_no_other(row: Painted, at: int, note: str) -> None:
    noted = row.with_note(at, note, Role.RULER)
    assert len(noted.text) == len(noted.styles) == len(row.text)
    for cell in range(len(row.text)):
        if at <= cell < at + len(note):
            assert (noted.text[cell], noted.styles[cell]) == (note[cell - at], Role.RULER)
        else:
            assert (noted.text[cell], noted.styles[cell]) == (row.text[cell], row.styles[cell])
