"""Painted rows: every glyph is one cell wide, labels stand only where they fit."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style as RichStyle

from concviz.trace.states import State
from concviz.view.painting import (
    DEPTHS,
    Painted,
    blank,
    paint_depths,
    paint_row,
    paint_ruler,
)
from concviz.view.roles import LABEL, UNDERLINED, Role, ansi_of
from concviz.view.segments import MANY, Segment
from concviz.view.signs import SIGNS, Kind, Mark, Shown, role_of

WIDTH = 60
SOLID = (Kind.BUSY, Kind.FAILED, Kind.LOST)
BARS = (*SOLID, Kind.UNSEEN, *State)
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


@given(rows(), st.sampled_from([None, 0, 7, 42]))
def test_a_row_has_a_glyph_and_a_style_for_every_cell(
    segments: list[Segment], selected: int | None
) -> None:
    row = paint_row(segments, WIDTH, selected)
    assert len(row.text) == len(row.styles) == cell_len(row.text) == WIDTH
    assert all(cell_len(glyph) == 1 for glyph in row.text)
    assert max(row.styles) < 3 * len(Role)


@given(rows())
def test_cells_that_no_segment_has_are_empty(segments: list[Segment]) -> None:
    row = paint_row(segments, WIDTH)
    covered = {cell for begin, end, *_ in segments for cell in range(begin, end)}
    for cell in set(range(WIDTH)) - covered:
        assert row.text[cell] == " "
        assert row.styles[cell] == Role.IDLE
    for begin, end, kind, _ in segments:
        if kind not in BARS:
            assert row.text[begin:end] == kind.glyph * (end - begin)


@given(rows())
def test_a_label_stands_inside_its_bar_and_is_whole(segments: list[Segment]) -> None:
    row = paint_row(segments, WIDTH)
    for parts in bars(segments):
        begin, end, task = parts[0].begin, parts[-1].end, parts[0].task
        plain = "".join(kind.glyph * (e - b) for b, e, kind, _ in parts)
        differing = [cell for cell in range(begin, end) if row.styles[cell] >= LABEL]
        label = "".join(row.text[cell] for cell in differing)
        wanted = (n for n in (f"task {task}", f"{task}") if len(n) + 3 <= end - begin)
        assert label == next(wanted, "")
        assert differing == list(range(begin + 1, begin + 1 + len(label)))
        for cell in set(range(begin, end)) - set(differing):
            assert row.text[cell] in (plain[cell - begin], Mark.BAR_END.glyph)
        for first, last, kind, _ in parts:
            if kind in SOLID and last - first >= 3 and last - 1 not in differing:
                assert row.text[last - 1] == Mark.BAR_END.glyph, "neighbours are told apart"


@given(rows())
def test_what_belongs_to_many_tasks_has_no_label(segments: list[Segment]) -> None:
    row = paint_row([segment._replace(task=MANY) for segment in segments], WIDTH)
    assert max(row.styles) < LABEL


@pytest.mark.parametrize("length", range(1, 12))
def test_labels_by_length(length: int) -> None:
    row = paint_row([Segment(2, 2 + length, Kind.BUSY, 42)], 20)
    label = "task 42" if length >= 10 else "42" if length >= 5 else ""
    assert row.text[2 : 2 + length].strip("█▊") == label


@given(rows(), st.integers(0, 50))
def test_the_selected_task_stands_out_and_nothing_else_changes(
    segments: list[Segment], task: int
) -> None:
    segments = [Segment(b, e, k, n) for n, (b, e, k, _) in enumerate(segments)]
    row, plain = paint_row(segments, WIDTH, task), paint_row(segments, WIDTH)
    own = [s for s in segments if s.task == task and s.kind in SELECTABLE]
    selected = {cell for begin, end, *_ in own for cell in range(begin, end)}
    for cell in range(WIDTH):
        if row.text[cell] == Mark.SELECTED.glyph:
            assert cell in selected, "it stands out without colour, too"
        style = row.styles[cell]
        is_selected = style in (Role.SELECTED, Role.SELECTED + LABEL) or style >= UNDERLINED
        assert is_selected == (cell in selected)
        if cell not in selected:
            assert (row.text[cell], row.styles[cell]) == (plain.text[cell], plain.styles[cell])


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
        if rest[cell : cell + 1] == "╵":
            marks = [f"╵{text}" for at, text in ticks if at == cell]
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
    assert len({role.component for role in Role}) == len(Role)


def test_every_style_of_a_cell_can_be_said_in_text() -> None:
    for style in range(3 * LABEL):
        said = RichStyle.parse(ansi_of(style) or "none")
        assert (said == RichStyle.null()) == (style == Role.IDLE), "each differs from nothing"


def test_bars_alternate_by_their_turn_in_the_row() -> None:
    segments = [Segment(4 * n, 4 * n + 4, Kind.BUSY, 2 * n) for n in range(3)]
    row = paint_row(segments, 12, turn=lambda task: task // 2)
    assert [row.styles[cell] for cell in (0, 4, 8)] == [Role.EVEN, Role.ODD, Role.EVEN]
    row = paint_row(segments, 12)
    assert {row.styles[cell] for cell in (0, 4, 8)} == {Role.EVEN}


@given(painted, st.integers(0, 40), st.text("xyz", max_size=5))
def test_a_note_covers_its_cells_and_no_other(row: Painted, at: int, note: str) -> None:
    noted = row.with_note(at, note, Role.RULER)
    assert len(noted.text) == len(noted.styles) == len(row.text)
    for cell in range(len(row.text)):
        if at <= cell < at + len(note):
            assert (noted.text[cell], noted.styles[cell]) == (note[cell - at], Role.RULER)
        else:
            assert (noted.text[cell], noted.styles[cell]) == (row.text[cell], row.styles[cell])
