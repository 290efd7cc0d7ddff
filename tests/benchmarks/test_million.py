"""A million events: how long and how much memory their fold takes, and a step of the time cursor.

``pytest tests/benchmarks/test_million.py --benchmark-only -s`` prints the figures.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest
from msgspec.structs import replace
from pytest_benchmark.fixture import BenchmarkFixture

from concviz.trace import events
from concviz.trace.environment import Observer
from concviz.trace.header import Header
from concviz.trace.sparse import sparse
from concviz.trace.states import State, nothing
from concviz.trace.worker_kind import WorkerKind
from tests.benchmarks.figures import say
from tests.builders import ENVIRONMENT, MS, at

TASKS = 200_000
WORKERS = 8
LENGTH = 40
"""Milliseconds of a task, and between two samples of a worker."""
FOLD_S = 8.0
MEMORY_MB = 600.0
STEP_S = 0.05

LOOKS = """
import json, random, resource, sys, time
from concviz.analysis.statistics import makespan, summarise
from concviz.analysis.time_breakdown import of_run, of_task, of_worker
from concviz.model.run import Run
from concviz.trace import events
from concviz.trace.header import Header
from concviz.view.segments import queue_depths, worker_row
from concviz.view.state_segments import by_state
from concviz.view.viewport import Viewport

def look(run, t_ns, view):
    run = run.as_of(t_ns)
    spent = of_run(run, t_ns)
    rows = [by_state(run, w, worker_row(run, w, view, t_ns), view) for w in run.workers[:40]]
    task = max(range(0, len(run.tasks), 997), default=0)
    told = of_task(run, task, t_ns), of_worker(run, run.workers[0], t_ns)
    queued = queue_depths(run, view, t_ns), len(run.submits) - len(run.starts)
    said = makespan(run, t_ns), summarise(run, spent=spent), run.tally, run.counts, list(run.output)
    return rows, told, queued, said

run, rest, clock = Run(), b"", time.process_time
begun = clock()
with open(sys.argv[1], "rb") as file:
    run.apply([Header.decode(file.readline())])
    while block := file.read(1 << 18):
        block = rest + block
        whole = block.rfind(b"\\n") + 1
        rest = block[whole:]
        run.apply(events.decode_lines(block[:whole]))
fold = clock() - begun
begun = clock()
of_run(run)
states = clock() - begun
steps, chance = [], random.Random(1)
for _ in range(40):
    t_ns = chance.randint(run.started, run.finished - 1)
    about = chance.choice([run.finished - run.started, 10**11, 10**9])
    view = Viewport.fit(about, 120).showing(t_ns - run.started)
    begun = clock()
    look(run, t_ns, view)
    steps.append(clock() - begun)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
print(json.dumps([len(run.starts), fold, states, peak, steps]))
"""


def lines() -> list[bytes]:
    """Those of a run without a plan, in the order of their times."""
    observer = Observer(hz=25, cpu=True, blocking=True, gil=True)
    environment = replace(ENVIRONMENT, observer=observer)
    told: list[events.AnyEvent] = [events.RunStarted(at(0), 100)]
    told += [events.WorkerStarted(at(0), f"w{w}", 100, 200 + w) for w in range(WORKERS)]
    for task in range(TASKS):
        turn, worker = divmod(task, WORKERS)
        begin, name = turn * LENGTH, f"w{worker}"
        busy = nothing()
        busy[State.RUNNING] = (7 + task % 11) * MS
        busy[State.GIL_WAIT if turn % 3 else State.IO] = (LENGTH - 7 - task % 11) * MS
        told += [
            events.TaskSubmitted(at(0) + task, task),
            events.TaskStarted(at(begin) + 1_000, task, name),
            events.TaskFinished(at(begin + LENGTH) - 9_000, task, 8 * MS, task),
            events.TaskCollected(at(begin + LENGTH) - 2_000, task),
            events.Sampled(at(begin + LENGTH), name, at(begin), sparse(busy), State.RUNNING),
        ]
    end = at(TASKS // WORKERS * LENGTH + 1)
    told += [events.RunFinished(end, None), events.RunnerExited(end + 1, 0)]
    told.sort(key=lambda event: event.t_ns)
    header = Header(environment=environment, worker_kind=WorkerKind.THREAD)
    return [header.encode(), events.encode_lines(told)]


@pytest.mark.alone
def test_a_million_events(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    recording = tmp_path / "million.jsonl"
    recording.write_bytes(b"".join(lines()))
    found = subprocess.run(
        [sys.executable, "-c", LOOKS, str(recording)], stdout=subprocess.PIPE, check=True
    )
    started, fold, states, peak, steps = json.loads(found.stdout)
    say(
        benchmark,
        f"{5 * TASKS:,} events folded in {fold:.1f} s, their states in {states:.1f} s, "
        f"{peak:.0f} MB at most; a step of the cursor {median(steps) * 1e3:.0f} ms "
        f"(median of {len(steps)}), {max(steps) * 1e3:.0f} ms at most",
    )
    assert started == TASKS
    assert fold + states < FOLD_S
    assert peak < MEMORY_MB
    assert max(steps) < STEP_S
