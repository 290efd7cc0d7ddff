"""The page's script draws what ``view.bars`` draws: asked in Node, of runs of all kinds."""

from __future__ import annotations

import json
import shutil
import subprocess
from importlib import resources
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concviz.exporters.viewer.data import run_data
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.trace import events
from concviz.trace.header import Header
from concviz.trace.sparse import sparse
from concviz.trace.states import State, nothing
from concviz.trace.worker_kind import WorkerKind
from concviz.view.bars import bars, others_pieces
from concviz.view.signs import Kind, Shown
from tests.builders import (
    ENVIRONMENT,
    MS,
    History,
    at,
    finished,
    histories,
    samples,
    submitted,
    task,
    with_awaits,
)

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="the script of a page is run by Node")
RUNS = 100


def drawn_by_node(asked: list[tuple[Run, list[int]]]) -> Any:
    assert NODE is not None
    cases = [
        {"run": run_data(run, "", "", 100, end_of(run)), "leasts": leasts} for run, leasts in asked
    ]
    told = json.dumps({"unknown": int(State.UNKNOWN), "asked": cases})
    script = Path(__file__).with_name("timeline.js")
    folder = resources.files("concviz.exporters.viewer")
    done = subprocess.run(
        [NODE, str(script), str(folder)], input=told, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def end_of(run: Run) -> int:
    return run.finished if run.finished != UNKNOWN else run.latest


def drawn_here(run: Run, least: int) -> list[Any]:
    return [
        [
            [
                *(bar.begin, bar.end, bar.kind.name.lower(), bar.task, bar.tasks),
                [[p.begin, p.end, number(p.shown)] for p in bar.pieces],
            ]
            for bar in bars(run, worker, least, end_of(run))
        ]
        for worker in run.workers
    ]


def number(shown: Shown) -> int | str:
    """Of a state; what was not seen is -1."""
    if isinstance(shown, State):
        return int(shown)
    return -1 if shown is Kind.UNSEEN else shown.name.lower()


def test_bars_and_states_are_those_of_the_picture() -> None:
    asked: list[tuple[Run, list[int]]] = []

    @settings(max_examples=RUNS, database=None)
    @given(histories(), st.randoms(use_true_random=False))
    def collect(history: History, random: Random) -> None:
        run = Run(history.plan)
        told = [*history.told, *samples(history, random)]
        told.sort(key=lambda event: event.t_ns)
        run.apply([*told, history.exit])
        if run.started != UNKNOWN:
            asked.append((run, [1, random.randint(2, 30), random.randint(30, 200)]))

    collect()  # Node is started once, for all of them
    assert asked
    for (run, leasts), answers in zip(asked, drawn_by_node(asked), strict=True):
        for least, answer in zip(leasts, answers, strict=True):
            assert answer == drawn_here(run, least)


def test_so_are_many_tasks() -> None:
    for each_us in (300, 800):
        tiny = [task(n, "w", n, n + each_us / 1000) for n in range(500)]
        run = finished(600, submitted(501), *tiny, task(500, "w", 520, 560))
        leasts = [100, 10**6, 3 * 10**6, 10**7]
        ((*answers,),) = drawn_by_node([(run, leasts)])
        assert answers == [drawn_here(run, least) for least in leasts]


def test_so_is_what_tasks_started() -> None:
    told: list[events.AnyEvent] = []
    for k in (0, 1, 2, 5, 6):
        spent = nothing()
        spent[State.RUNNING], spent[State.IO] = 7 * MS, (k % 3) * 5 * MS
        ended, begun = at(10 * k + 10), at(10 * k)
        told.append(events.OthersSampled(ended, 7, begun, sparse(spent), 0, 1, 1, 1, 0))
    run = finished(100, submitted(1), task(0, "w", 0, 100), told)
    (others,) = run.others_seen
    leasts = [1, 4 * MS, 15 * MS, 40 * MS]
    ((*answers,),) = drawn_by_node([(run, leasts)])
    for least, (_, drawn) in zip(leasts, answers, strict=True):
        assert drawn == [[p.begin, p.end, int(p.shown)] for p in others_pieces(run, others, least)]  # type: ignore[arg-type]


@settings(max_examples=25)
@given(histories(), st.randoms(use_true_random=False))
def test_coroutines_are_told_to_it_as_they_are_drawn(history: History, random: Random) -> None:
    run = Run(history.plan)
    header = Header(plan=history.plan, environment=ENVIRONMENT, worker_kind=WorkerKind.COROUTINE)
    run.apply([header, *with_awaits(history, random), history.exit])
    if run.started == UNKNOWN:
        return
    rows = run_data(run, "", "", 100, end_of(run))["rows"]
    for worker, row in zip(run.workers, rows, strict=True):
        if not worker.observed:
            continue
        spent: dict[int, int] = {}
        for bar in bars(run, worker, 1, end_of(run)):
            for piece in bar.pieces:
                state = piece.shown if isinstance(piece.shown, State) else State.UNKNOWN
                spent[state] = spent.get(state, 0) + piece.end - piece.begin
        told = row["samples"]["spent"]
        assert {state: sum(parts) for state, parts in told.items()} == spent
        assert all(step is None or step >= 0 for step in row["samples"]["times"])
