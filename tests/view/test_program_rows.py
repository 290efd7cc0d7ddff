"""Rows of a program: by process and thread, what threads did without a task, labels, marks."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.trace import events
from concviz.trace.header import Header
from concviz.trace.states import State
from concviz.trace.worker_kind import WorkerKind
from concviz.view.bars import outside_pieces
from concviz.view.lanes import Lanes
from concviz.view.legend import WEAKER, legend, signs
from concviz.view.names import lane_name, on_bar, task_name
from concviz.view.row_cache import Rows
from concviz.view.row_order import in_order, rows_of
from concviz.view.segment import MANY, OUTSIDE, Segment
from concviz.view.segments import worker_row
from concviz.view.signs import SIGNS, Kind, Mark, Shown
from concviz.view.viewport import Viewport
from tests.builders import (
    FIVE_SCENES_MS,
    PID,
    SERVER_MS,
    ZERO,
    at,
    five_scenes,
    made,
    server,
)

FIVE = five_scenes().run(FIVE_SCENES_MS)
SERVER = server().run(SERVER_MS, 1)


def names(run: Run, unfolded: bool = False) -> list[str]:
    return [row.name(run) for row in rows_of(run, unfolded=unfolded)]


def whole(run: Run, width: int = 100) -> Viewport:
    return Viewport.fit(run.finished - run.started, width)


# -- which rows, in which order --


def test_the_main_thread_is_first_then_its_threads_then_other_processes() -> None:
    assert names(FIVE) == [
        "main",
        *(f"Thread-{n} (fetch)" for n in range(1, 6)),
        "queue ThreadPoolExecutor, 3 workers",
        *(f"ThreadPoolExecutor-0_{n}" for n in range(3)),
        *(f"Process-{n}" for n in range(1, 6)),
        "queue ProcessPoolExecutor, 3 workers",
        *(f"ForkProcess-{n}" for n in range(6, 9)),
        "2 helper threads",
    ]


def test_coroutines_stand_below_the_thread_of_their_loop_and_nobody_is_left_out() -> None:
    assert names(SERVER) == [
        "main",
        *(f"slot {n}" for n in range(1, 8)),
        *("asyncio_0", "asyncio_1"),
        *("SpawnProcess-1", "SpawnProcess-1 · Thread-1", "4709 · thread 4710"),
        "1 helper thread",
    ]


def test_helpers_have_a_row_each_behind_their_process_when_somebody_wants_that() -> None:
    unfolded = names(FIVE, unfolded=True)
    at_end = unfolded.index("ThreadPoolExecutor-0_2")
    assert unfolded[at_end + 1 : at_end + 3] == ["Thread-6", "QueueFeederThread"]
    assert "2 helper threads" not in unfolded


def test_threads_of_a_child_follow_its_main_thread_whoever_was_heard_of_first() -> None:
    told = made("x.py")
    told.thread(1, PID + 5, PID + 6, "Child · Thread-1")
    told.process(2, PID + 5, "Child", PID)
    told.process(3)
    told.thread(4, PID, PID + 1, "Thread-1")
    assert names(told.run(10)) == ["main", "Thread-1", "Child", "Child · Thread-1"]


def test_a_slot_belongs_to_the_thread_that_has_its_number_then() -> None:
    told = made("x.py")
    told.process(0)
    group = told.group(0, "loop", "loop")
    for start, label in ((10, "first"), (30, "second")):
        key = f"{PID}:77#{label}"
        told.told += [
            events.WorkerTold(at(start), key, WorkerKind.THREAD, None, label),
            events.WorkerStarted(at(start), key, PID, 77),
            events.WorkerTold(at(start + 1), f"{key}/1", WorkerKind.COROUTINE, group, f"{label}/1"),
            events.WorkerStarted(at(start + 1), f"{key}/1", PID, 77),
        ]
    assert names(told.run(50)) == ["main", "first", "first/1", "second", "second/1"]


@settings(max_examples=30)
@given(st.integers(0, FIVE_SCENES_MS), st.integers(0, FIVE_SCENES_MS))
def test_the_order_never_changes_while_more_come(one: int, other: int) -> None:
    earlier, later = (
        [worker.key for worker in in_order(FIVE.as_of(at(ms)))] for ms in sorted((one, other))
    )
    assert [key for key in later if key in set(earlier)] == earlier


def test_a_queue_has_a_row_where_more_than_one_pool_had_one() -> None:
    told = made("x.py")
    told.process(0)
    pools = [told.group(0, "thread-pool", f"pool {n}") for n in range(2)]
    lanes = [told.thread(1, PID, PID + 1 + n, f"w{n}", group=pools[n]) for n in range(2)]
    told.task(pools[0], "a", lanes[0], 1, 2, 60)
    told.task(pools[0], "b", lanes[0], 1, 60, 70)
    assert [name for name in names(told.run(80)) if "queue" in name] == []
    told.task(pools[1], "never", None, 1)
    assert [name for name in names(told.run(80)) if "queue" in name] == [
        *("queue pool 0", "queue pool 1"),
    ]


# -- what is drawn --


def row_named(run: Run, name: str) -> int:
    return names(run).index(name)


def test_what_a_thread_did_without_a_task_is_drawn_weaker_and_its_tasks_are_not() -> None:
    lanes, view = Lanes(FIVE, by_task=False, states=True), whole(FIVE)
    segments = lanes.segments(row_named(FIVE, "ThreadPoolExecutor-0_2"), view, FIVE.finished)
    assert [(each.kind, each.task >= 0) for each in segments] == [
        (State.SLEEP, True),
        (State.LOCK, False),
    ]
    assert segments[-1].task == OUTSIDE
    painted = lanes.paint(row_named(FIVE, "main"), view, FIVE.finished)[0]
    assert painted.outside
    assert WEAKER in legend({}, 200, outside=True)[0]


def test_threads_of_a_program_without_tasks_are_drawn_as_tasks_are() -> None:
    told = made("x.py", how="attached")
    told.does(told.process(0), 0, 1_000, running=1)
    run = told.run(1_000)
    (segment,) = Lanes(run, by_task=False, states=True).segments(0, whole(run), run.finished)
    assert (segment.kind, segment.task) == (State.RUNNING, MANY)


def test_bars_by_task_show_nothing_but_tasks() -> None:
    lanes, view = Lanes(FIVE, by_task=False, states=False), whole(FIVE)
    assert lanes.segments(0, view, FIVE.finished) == []


@given(st.sampled_from([FIVE, SERVER]), st.integers(1, 200), st.data())
def test_no_two_segments_of_a_row_share_a_cell(run: Run, width: int, data: st.DataObject) -> None:
    lanes, view = Lanes(run, by_task=False, states=True), whole(run, width)
    row = data.draw(st.integers(0, lanes.own - 1))
    segments = lanes.segments(row, view, run.finished)
    edges = [edge for segment in segments for edge in segment[:2]]
    assert edges == sorted(edges)
    assert all(0 <= each.begin < each.end <= width for each in segments)


STREAMS = (
    (five_scenes().messages(), FIVE_SCENES_MS),
    (server().messages(), SERVER_MS),
)


@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize("seed", range(4))
def test_a_row_that_grows_is_the_row_that_is_drawn_anew(
    stream: tuple[list[Header | events.AnyEvent], int], seed: int
) -> None:
    random, (messages, end) = Random(seed), stream
    view = Viewport.fit(end * 10**6, random.choice([20, 77, 140]))
    run = Run()
    rows, left, now = Rows(run, by_state=True), messages[2:], ZERO
    run.apply(messages[:2])
    while left:
        size = random.randint(1, 400)
        run.apply(left[:size])
        left = left[size:]
        now = max(now, run.latest)
        for worker in random.sample(run.workers, min(4, len(run.workers))):
            fresh = Rows(run, by_state=True).row(worker, view, now)
            assert cells(rows.row(worker, view, now)) == cells(fresh), worker.key


def cells(segments: list[Segment]) -> dict[int, tuple[Shown, int]]:
    return {
        cell: (each.kind, each.task) for each in segments for cell in range(each.begin, each.end)
    }


def test_exact_pieces_between_tasks_do_not_reach_into_them() -> None:
    for worker in FIVE.workers:
        lane = worker.lane
        for piece in outside_pieces(FIVE, worker, 1_000_000, FIVE.finished):
            begin, end = FIVE.started + piece.begin, FIVE.started + piece.end
            assert lane.busy(begin, end) == 0


def test_what_was_cancelled_says_so_whether_it_had_begun_or_not() -> None:
    lanes, view = Lanes(SERVER, by_task=True, states=True), whole(SERVER)
    cancelled = sorted(SERVER.tasks.cancelled)
    rows = [lanes.segments(lanes.row_of(task) or 0, view, SERVER.finished) for task in cancelled]
    assert [row[-1].kind for row in rows] == [Kind.CANCELLED, Kind.CANCELLED]
    assert [row[0].kind for row in rows] == [State.IO, Kind.QUEUED]


def test_rows_by_task_stand_below_their_groups() -> None:
    lanes = Lanes(FIVE, by_task=True, states=True)
    assert lanes.own == 24
    assert lanes.names(range(7)) == ["", *(f"fetch({n}, 1)" for n in range(5)), ""]
    painted = lanes.paint(6, whole(FIVE), FIVE.finished)[0]
    assert painted.text.startswith("ThreadPoolExecutor, 3 workers · 5 tasks")
    for row in range(lanes.own):
        task = lanes.tasks.task(row)
        assert task is None or lanes.row_of(task) == row
    assert lanes.tasks.beside(4, 1) == 5
    assert lanes.tasks.beside(5, -1) == 4


def test_marks_stand_on_the_ruler_and_on_their_lane() -> None:
    lanes, view = Lanes(SERVER, by_task=False, states=True), whole(SERVER)
    for name, ms in (("main", 180), ("asyncio_0", 1_900)):
        painted = lanes.paint(row_named(SERVER, name), view, SERVER.finished)[0]
        assert painted.text[view.cell(ms * 10**6)] == Mark.MARKED.glyph
        assert painted.text.count(Mark.MARKED.glyph) == 1


def test_glyphs_of_a_queue_are_no_signs_of_others() -> None:
    lanes, view = Lanes(FIVE, by_task=False, states=True), whole(FIVE)
    row = lanes.paint(row_named(FIVE, "queue ThreadPoolExecutor, 3 workers"), view, FIVE.finished)
    assert signs(row) == []


# -- names --


@given(st.text(max_size=40), st.integers(1, 40))
def test_a_label_on_a_bar_has_a_cell_for_each_character_and_no_glyph_of_ours(
    label: str, room: int
) -> None:
    said = on_bar(label, room)
    assert len(said) <= room
    assert all(cell_len(character) == 1 for character in said)
    assert not set(said) & {glyph for sign in SIGNS for glyph in sign.glyph}


@pytest.mark.parametrize(
    ("label", "room", "said"),
    [
        ("fetch(3, 'a')", 20, "fetch(3, 'a')"),
        ("fetch(3, 'a')", 8, "(3, 'a')"),
        ("fetch(3, 'a')", 7, "fetch(…"),
        ("fetch()", 5, ""),
        ("work(0) ×500", 12, "work(0) x500"),
    ],
)
def test_arguments_say_more_than_the_beginning(label: str, room: int, said: str) -> None:
    assert on_bar(label, room) == said


@given(st.text(max_size=60), st.integers(1, 40))
def test_a_name_fits_and_is_whole_where_it_can_be(name: str, room: int) -> None:
    said = lane_name(name, room)
    assert cell_len(said) <= room
    assert said == lane_name(said, 1_000)


@pytest.mark.parametrize(
    ("name", "room", "said"),
    [
        ("SpawnProcess-12 · Thread-3", 16, "SpawnPro…hread-3"),
        ("Thread-12 (download_all)", 12, "Thread-12"),
        ("[b]x[/b]\x1b[31m", 30, "[b]x[/b]␛[31m"),
    ],
)
def test_names_are_cut_in_the_middle(name: str, room: int, said: str) -> None:
    assert lane_name(name, room) == said


def test_a_chunk_says_how_many_it_is() -> None:
    task = next(t for t, told in SERVER.tasks.named.items() if told.items > 1)
    assert task_name(SERVER, task) == "thumbnails ×500"


def test_what_nobody_has_collected_yet_is_not_shown_as_returning() -> None:
    told = made("jobs.py")
    told.process(0, name="jobs.py")
    lane = told.thread(0, PID, PID + 1, "Thread-1 (fetch)")
    task = told.task(told.group(0, "threads", "fetch"), "fetch(0)", lane, 0, 1, 500)
    over = told.run(2_000)
    run = over.as_of(at(1_000))
    assert not run.ended
    assert run.tasks.collected[task] == UNKNOWN
    (worker,) = [worker for worker in run.workers if worker.label.startswith("Thread-1")]
    kinds = {segment.kind for segment in worker_row(run, worker, whole(over), at(1_000))}
    assert Kind.BUSY in kinds
    assert Kind.RETURNING not in kinds
