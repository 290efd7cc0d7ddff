"""From what processes tell in their rings to a run."""

from __future__ import annotations

import json
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN, Outcome
from concviz.sources.lanes import Lanes
from concviz.sources.translation import MOST_SENTENCES, Translation
from concviz.trace import events
from concviz.trace.message import Message
from concviz.trace.worker_kind import WorkerKind

BEGUN = 1_000
NOW = 1 << 40
PROGRAM, CHILD = 40, 50
Line = tuple[object, ...]


def text(*lines: Line) -> bytes:
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def process(pid: int, t: int = BEGUN, parent: int = 1, name: str = "jobs.py") -> Line:
    return "process", t, pid, parent, "program" if pid == PROGRAM else "fork", name, "3.11.7"


def told(*rings: tuple[int, Sequence[Line]]) -> tuple[Run, list[Message]]:
    """The run of what processes tell, one ring after the other, and the messages of it."""
    lanes = Lanes(PROGRAM)
    translation = Translation(lanes, BEGUN)
    messages: list[Message] = [events.RunStarted(BEGUN, PROGRAM)]
    for number, (pid, lines) in enumerate(rings):
        messages += translation.translate(f"{pid}-{number}.ring", pid, text(*lines), NOW)
    run = Run()
    run.apply(messages)
    return run, messages


def test_a_pool_of_threads() -> None:
    run, _ = told(
        (
            PROGRAM,
            [
                process(PROGRAM),
                ("thread", 1_010, PROGRAM, "MainThread", False, False, None),
                ("group", 1_020, 1, "thread-pool", "pool", 3, None),
                ("submitted", 1_030, 2, 1, "fetch(1)", 1, PROGRAM),
                ("thread", 1_040, 41, "pool_0", False, False, 1),
                ("started", 1_050, 2, 41),
                ("finished", 1_090, 2, 12),
                ("collected", 1_095, 2),
                ("thread-ended", 1_100, 41),
                ("exiting", 1_110),
            ],
        )
    )
    main, thread = run.workers
    assert (main.kind, main.label, main.started) == (WorkerKind.MAIN, "main", BEGUN)
    assert (thread.kind, thread.label, thread.group) == (WorkerKind.THREAD, "pool_0", 0)
    assert (thread.started, thread.ended, thread.tid) == (1_040, 1_100, 41)
    group = run.surroundings.groups[0]
    assert (group.kind, group.label, group.workers) == ("thread-pool", "pool", 3)
    tasks = run.tasks
    assert tasks.named[0].label == "fetch(1)"
    assert tasks.named[0].by is None
    times = tasks.submitted[0], tasks.started[0], tasks.finished[0], tasks.collected[0]
    assert times == (1_030, 1_050, 1_090, 1_095)
    assert tasks.cpu[0] == 12
    assert ("", PROGRAM) in run.surroundings.exits
    assert run.counts.total == 0


PARENT = [
    process(PROGRAM),
    ("group", 1_020, "q7", "process-pool", "ProcessPoolExecutor", 2, None),
    ("submitted", 1_030, "q7:0", "q7", "square(2)", 1, PROGRAM),
    ("submitted", 1_031, "q7:1", "q7", "", 5, PROGRAM),
    ("spawned", 1_036, CHILD, 1_035),
    ("collected", 1_099, "q7:0"),
]
WORKER = [
    process(CHILD, 1_040, PROGRAM, "ForkProcess-1"),
    ("thread", 1_041, CHILD, "MainThread", False, False, "q7"),
    ("started", 1_050, "q7:0", CHILD),
    ("finished", 1_060, "q7:0", 3),
    ("label", 1_061, "q7:1", "cube(3)", 5),
    ("started", 1_062, "q7:1", CHILD),
    ("failed", 1_063, "q7:1", None, "ValueError: no"),
]


def seen(run: Run) -> object:
    """What a run is, whatever the order of its tasks and workers."""
    tasks = run.tasks
    return sorted(
        (
            tasks.named[task].label,
            tasks.named[task].items,
            run.surroundings.groups[tasks.named[task].group or 0].label,
            tasks.submitted[task],
            tasks.started[task],
            tasks.finished[task],
            tasks.collected[task],
            Outcome(tasks.outcome[task]).name,
            run.workers[tasks.worker[task]].label,
        )
        for task in range(len(tasks))
    )


def test_what_two_processes_tell_is_one_run_in_any_order() -> None:
    run, _ = told((PROGRAM, PARENT), (CHILD, WORKER))
    done = "FINISHED", "ForkProcess-1"
    assert seen(run) == [
        ("cube(3)", 5, "ProcessPoolExecutor", 1_031, 1_062, 1_063, -1, "FAILED", "ForkProcess-1"),
        ("square(2)", 1, "ProcessPoolExecutor", 1_030, 1_050, 1_060, 1_099, *done),
    ]
    other, _ = told((CHILD, WORKER), (PROGRAM, PARENT))
    assert seen(other) == seen(run)
    worker = next(worker for worker in run.workers if worker.kind is WorkerKind.PROCESS)
    assert (worker.starting, worker.started) == (1_035, 1_040)
    assert run.counts.total == other.counts.total == 0


def test_a_child_that_its_parent_ends_is_told_from_one_that_dies() -> None:
    lanes = Lanes(PROGRAM)
    translation = Translation(lanes, BEGUN)
    other = CHILD + 1
    rings: list[tuple[int, list[Line]]] = [
        (PROGRAM, [process(PROGRAM)]),
        (CHILD, [process(CHILD, 1_040, PROGRAM)]),
        (other, [process(other, 1_040, PROGRAM)]),
        (
            PROGRAM,
            [("asked", 1_050, CHILD), *(("ended", 1_060, pid, -15) for pid in (CHILD, other))],
        ),
    ]
    run = Run()
    for pid, lines in rings:
        run.apply(translation.translate(f"{pid}.ring", pid, text(*lines), NOW))
    lanes.settle(NOW)
    run.apply(lanes.take())
    ends = {w.pid: (w.exitcode, w.ended_by_strategy) for w in run.workers if w.pid != PROGRAM}
    assert ends == {CHILD: (-15, True), other: (-15, False)}


def test_a_task_that_a_task_asks_for() -> None:
    run, _ = told(
        (
            PROGRAM,
            [
                process(PROGRAM),
                ("group", 1_020, 1, "thread-pool", "pool", 3, None),
                ("submitted", 1_030, 2, 1, "outer()", 1, PROGRAM),
                ("started", 1_050, 2, 41),
                ("submitted", 1_055, 3, 1, "inner()", 1, 41),
                ("finished", 1_060, 2, None),
                ("submitted", 1_065, 4, 1, "after()", 1, 41),
            ],
        )
    )
    by = {each.label: each.by for each in run.tasks.named.values()}
    assert by == {"outer()": None, "inner()": 0, "after()": None}


def test_coroutines_have_slots_that_are_used_again() -> None:
    run, _ = told(
        (
            PROGRAM,
            [
                process(PROGRAM),
                ("group", 1_020, 1, "loop", "loop", None, None),
                *(("submitted", 1_030 + k, 2 + k, 1, "serve()", 1, PROGRAM) for k in range(3)),
                ("started", 1_040, 2, PROGRAM),
                ("started", 1_041, 3, PROGRAM),
                ("awaited", 1_050, 3, 1_041, {"running": 4, "sleep": 5}, "sleep"),
                ("finished", 1_060, 2, None),
                ("started", 1_070, 4, PROGRAM),
                ("cancelled", 1_080, 3),
                ("loop-blocked", 1_090, 4, 20),
            ],
        )
    )
    slots = [worker for worker in run.workers if worker.kind is WorkerKind.COROUTINE]
    assert [slot.label for slot in slots] == ["main · slot 1", "main · slot 2"]
    assert [list(slot.lane.tasks) for slot in slots] == [[0, 2], [1]]
    assert {slot.tid for slot in slots} == {PROGRAM}
    assert run.tasks.outcome[1] == Outcome.CANCELLED
    assert run.tasks.kept_loop(2) == [(1_070, 1_090)]
    assert run.counts.total == 0


def test_marks_and_what_is_lost() -> None:
    again = [("lost", 1_060, "The executor of this program is not seen.")] * 3
    more = [("lost", 1_070, f"{k} is not seen.") for k in range(2 * MOST_SENTENCES)]
    lines = [process(PROGRAM), ("mark", 1_050, PROGRAM, "warm"), *again, *more]
    run, _ = told((PROGRAM, lines))
    (mark,) = run.marks
    assert (mark.label, mark.worker, mark.t_ns) == ("warm", 0, 1_050)
    sentences = [said.what for said in run.not_seen]
    assert len(sentences) == len(set(sentences)) == MOST_SENTENCES + 1
    assert sentences[0] == "The executor of this program is not seen."


def test_lines_that_are_none_are_counted() -> None:
    lanes = Lanes(PROGRAM)
    translation = Translation(lanes, BEGUN)
    garbage = [
        b"no line",
        b'["unheard-of",1]',
        b'["started",1050]',
        b'["started",1050,"",40]',
        b'["started",-1,3,40]',
        b'["started",%d,3,40]' % (NOW + 1),  # of a time that has not been
        b'["started",%d,3,40]' % (BEGUN - 1),
        b"[" * 2_000,
        b'["lost",1050,"\xff\xfe"]',
    ]
    good = text(process(PROGRAM), ("started", 1_050, 3, PROGRAM))
    found = translation.translate("r", PROGRAM, b"\n".join(garbage) + b"\n" + good, NOW)
    run = Run()
    run.apply(found)
    assert run.counts.unreadable == len(garbage)
    assert run.tasks.started[0] == 1_050


keys = st.one_of(
    st.integers(0, 5),
    st.integers(0, 1 << 61),
    st.text("q:0123456789é", min_size=1, max_size=9),
    st.from_regex(r"q[0-9]{1,3}:[0-9]{1,12}", fullmatch=True),
)
times = st.integers(BEGUN, BEGUN + 50)
tids = st.integers(40, 44)
words = st.text(max_size=5)
counts = st.none() | st.integers(0, 9)
some_line = st.one_of(
    st.tuples(*map(st.just, ["process"]), times, tids, tids, words, words, words),
    st.tuples(st.just("spawned"), times, tids, times),
    st.tuples(st.just("exiting"), times),
    st.tuples(st.just("asked"), times, tids),
    st.tuples(st.just("ended"), times, tids, st.integers(-20, 300)),
    st.tuples(
        st.just("thread"), times, tids, words, st.booleans(), st.booleans(), st.none() | keys
    ),
    st.tuples(st.just("thread-ended"), times, tids),
    st.tuples(
        st.just("group"), times, keys, st.sampled_from(["loop", "pool"]), words, counts, counts
    ),
    st.tuples(st.just("submitted"), times, keys, st.none() | keys, words, st.just(2), tids),
    st.tuples(st.just("label"), times, keys, words, st.just(1)),
    st.tuples(st.just("started"), times, keys, tids),
    st.tuples(st.just("finished"), times, keys, counts),
    st.tuples(st.just("failed"), times, keys, counts, words),
    st.tuples(st.just("cancelled"), times, keys),
    st.tuples(st.just("collected"), times, keys),
    st.tuples(st.just("awaited"), times, keys, times, st.just({"sleep": 3}), st.just("sleep")),
    st.tuples(st.just("loop-blocked"), times, keys, st.integers(0, 50)),
    st.tuples(st.just("mark"), times, tids, words),
    st.tuples(st.just("lost"), times, words),
)


@settings(max_examples=150)
@given(st.lists(st.tuples(st.sampled_from([PROGRAM, CHILD]), some_line), max_size=40))
def test_whatever_is_told_makes_a_run(lines: list[tuple[int, Line]]) -> None:
    run, messages = told(*((pid, [line]) for pid, line in lines))
    told_of = {m.worker for m in messages if isinstance(m, events.WorkerTold)}
    for message in messages:  # all of them can be recorded
        assert not isinstance(message, bytes)
        (again,) = events.decode_lines(events.encode_lines([message]))
        assert again == message
        if isinstance(message, events.TaskStarted):
            assert message.worker in told_of
    assert run.counts.unreadable == 0
    assert all(run.by_key[key] < len(run.workers) for key in told_of)


@given(st.data())
def test_any_order_of_two_rings_makes_the_same_run(data: st.DataObject) -> None:
    lanes = Lanes(PROGRAM)
    translation = Translation(lanes, BEGUN)
    left = {"a": (PROGRAM, list(PARENT)), "b": (CHILD, list(WORKER))}
    run = Run()
    while any(lines for _, lines in left.values()):
        ring = data.draw(st.sampled_from([name for name, (_, lines) in left.items() if lines]))
        pid, lines = left[ring]
        number = data.draw(st.integers(1, len(lines)))
        run.apply(translation.translate(ring, pid, text(*lines[:number]), NOW))
        del lines[:number]
    whole, _ = told((PROGRAM, PARENT), (CHILD, WORKER))
    assert seen(run) == seen(whole)
    assert run.counts.total == 0
    assert UNKNOWN not in run.tasks.submitted
