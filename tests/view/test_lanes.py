"""The rows of a timeline: as high as there is room, each with its name and its cells."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from concviz.model.run import Run
from concviz.view.ghost import Ghost
from concviz.view.lanes import Lanes
from concviz.view.row_heights import HIGHEST, cells_of, height_for
from concviz.view.segment import OUTSIDE
from concviz.view.signs import Mark
from concviz.view.viewport import Viewport
from tests import builders

RUNS = (
    *(builders.pool_of_threads(), builders.failed(), builders.many(200), builders.observed()),
    builders.five_scenes().run(builders.FIVE_SCENES_MS),
    builders.server().run(builders.SERVER_MS, 1),
)


@given(st.integers(0, 300), st.integers(0, 100))
def test_rows_are_as_high_as_there_is_room_for_all(rows: int, room: int) -> None:
    height = height_for(rows, room)
    assert 1 <= height <= HIGHEST
    assert height == 1 or cells_of(rows, height) <= room
    assert height == HIGHEST or cells_of(rows, height + 1) > room
    assert cells_of(rows, height) >= rows


def whole(run: Run, width: int) -> Viewport:
    return Viewport.fit(run.finished - run.started, width)


@given(
    st.sampled_from(RUNS),
    st.sampled_from(RUNS),
    st.booleans(),
    st.booleans(),
    st.integers(1, HIGHEST),
    st.integers(5, 90),
)
def test_every_row_has_a_name_and_cells_in_every_height(
    run: Run, behind: Run, by_task: bool, states: bool, height: int, width: int
) -> None:
    lanes, view = Lanes(run, by_task, states, Ghost(behind, "before")), whole(run, width)
    names = lanes.names(range(lanes.count))
    assert len(names) == lanes.count >= lanes.own
    for row in range(0, lanes.count, 7):
        painted = lanes.paint(row, view, run.finished, height)
        assert [len(line.text) for line in painted] == [width] * height
        if row >= lanes.own:
            drawn = set("".join(line.text for line in painted)) - {" "}
            assert drawn <= {Mark.GHOST.glyph, Mark.GHOST_END.glyph}


@given(st.sampled_from(RUNS), st.integers(5, 90), st.data())
def test_the_task_under_a_cell_is_one_that_ran_in_it(
    run: Run, width: int, data: st.DataObject
) -> None:
    lanes, view = Lanes(run, by_task=False, states=True), whole(run, width)
    row = data.draw(st.integers(0, lanes.count - 1))
    cell = data.draw(st.integers(0, width - 1))
    task = lanes.task_at(row, cell, view, run.finished)
    shown = {
        segment.task
        for segment in lanes.segments(row, view, run.finished)
        if segment.begin <= cell < segment.end and segment.task != OUTSIDE
    }
    worker = lanes.worker(row)
    if worker is None:
        assert task is None
        return
    assert (task is None) == (not shown)
    if task is not None:
        assert run.tasks.worker[task] == worker.index
        assert shown in ({task}, {-1})


def test_with_rows_by_task_a_row_is_its_task() -> None:
    run = builders.pool_of_threads()
    lanes, view = Lanes(run, by_task=True, states=True), whole(run, 40)
    assert [lanes.task_at(row, 0, view, run.finished) for row in (0, 4, 5)] == [0, 4, None]
