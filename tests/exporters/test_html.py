"""The page of a run, a comparison, a sweep: it needs no network, and says what was measured."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import example, given, settings

from concviz.analysis.comparison import Comparison
from concviz.analysis.statistics import NS
from concviz.analysis.sweep import Sweep
from concviz.analysis.time_breakdown import of_task, of_worker
from concviz.analysis.wording import duration
from concviz.exporters.viewer import data as page_data
from concviz.exporters.viewer import sections
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN, Outcome
from concviz.trace.sanitize import sanitize
from concviz.trace.states import State
from concviz.trace.worker_kind import WorkerKind
from concviz.view.tables import laws
from tests.builders import (
    ALL_PIECES,
    TEXTS,
    comparison,
    finished,
    hostile_comparison,
    hostile_run,
    hostile_sweep,
    observed,
    pool,
    submitted,
    sweep,
    task,
)
from tests.exporters.html_page import Page, hashed, times
from tests.view.test_bars import runs

EVIL = "</script><script>x</script><!-- --> ]]> \" onerror='x' <img src=x> &amp;"
ALL: dict[str, Callable[[], Run | Comparison | Sweep]] = {
    "run": pool,
    "compare": comparison,
    "sweep": sweep,
    "hostile": lambda: hostile_comparison("x"),
}


@cache
def page_of(name: str) -> Page:
    """Read by several tests, and written when the first of them is run."""
    return Page(ALL[name]())


@pytest.mark.parametrize("name", ["run", "compare", "sweep"])
def test_it_asks_for_nothing_and_runs_nothing_but_its_own_script(name: str) -> None:
    page = page_of(name)
    assert "://" not in page.written
    for tag, attributes in page.tags:
        assert not {"src", "href", "style", "srcset", "data", "action"} & set(attributes), tag
        assert not [name for name in attributes if name.startswith("on")], tag
    _, script = page.inside["script"]
    (style,) = page.inside["style"]
    assert "default-src 'none'" in page.policy
    assert f"script-src '{hashed(script)}'" in page.policy
    assert f"style-src '{hashed(style)}'" in page.policy
    assert "url(" not in style
    assert "@import" not in style


@pytest.mark.parametrize("name", ["run", "compare", "sweep"])
def test_it_can_be_read_without_script_and_without_seeing(name: str) -> None:
    page = page_of(name)
    tags = [tag for tag, _ in page.tags]
    assert ("html", {"lang": "en"}) in page.tags
    assert tags.count("h1") == 1
    assert tags.count("main") == 1
    assert "svg" in tags, "the picture, still"
    assert all(attributes.get("scope") for tag, attributes in page.tags if tag == "th")
    assert all("role" in attributes for tag, attributes in page.tags if tag == "svg")


@settings(max_examples=25)
@given(runs())
def test_the_times_of_all_tasks_are_in_it_exactly(run: Run) -> None:
    page = Page(run)
    if run.started == UNKNOWN:
        assert page.data["runs"] == []
        assert "before the first task" in page.text
        return
    (told,) = page.data["runs"]
    now = run.finished if run.finished != UNKNOWN else run.latest
    assert told["length"] == max(1, now - run.started)
    for worker, row in zip(run.workers, told["rows"], strict=True):
        lane = worker.lane
        assert row["name"] == run.label(worker)
        assert times(row["starts"]) == [start - run.started for start in lane.starts]
        assert times(row["tasks"]) == list(lane.tasks)
        limit = run.end_of(worker, now)
        assert row["lengths"] == [
            max(0, min(lane.end(i), limit) - start) for i, start in enumerate(lane.starts)
        ]
    tasks, given_ = run.tasks, told["tasks"]
    assert given_["outcome"] == "".join(map(str, tasks.outcome))
    assert times(given_["submitted"]) == [
        None if time == UNKNOWN else time - run.started for time in tasks.submitted
    ]
    for number in range(len(tasks)):
        cpu, got, end = tasks.cpu[number], tasks.collected[number], tasks.finished[number]
        assert given_["cpu"][number] == (None if cpu == UNKNOWN else cpu)
        assert given_["collected"][number] == (None if UNKNOWN in (got, end) else got - end)
        spent = of_task(run, number, now)
        pairs = given_["spent"][number]
        seen = spent is not None and run.workers[tasks.worker[number]].observed
        states = {State(state): time for state, time in zip(pairs[::2], pairs[1::2], strict=True)}
        assert states == ({s: spent[s] for s in State if spent[s]} if seen and spent else {})


@settings(max_examples=25)
@given(runs())
def test_the_samples_are_in_it_with_all_their_time(run: Run) -> None:
    if run.started == UNKNOWN:
        return
    (told,) = Page(run).data["runs"]
    for worker, row in zip(run.workers, told["rows"], strict=True):
        if not worker.observed or worker.kind is WorkerKind.COROUTINE:
            continue
        states, given_ = worker.states, row["samples"]
        assert times(given_["times"]) == [time - run.started for time in states.times]
        assert given_["seen"] == "".join(page_data.STATE_LETTERS[s] for s in states.seen)
        for state, parts_ in given_["spent"].items():
            assert sum(parts_) == states.sums[int(state)][-1]


def test_it_says_what_the_lab_says() -> None:
    run = observed()
    text = Page(run).text
    assert "waiting for the GIL 50 % (100 ms)" in text
    assert "2 finished" in text
    for number in range(2):
        start, end = run.tasks.started[number], run.tasks.finished[number]
        assert f"{(start - run.started) / NS:.4f} s" in text
        assert duration((end - start) / NS) in text
        assert Outcome(run.tasks.outcome[number]).word in text
    words = page_of("compare").text
    assert comparison().verdict().sentence in words
    assert "1.67×" not in words
    assert "2.00×" in words
    words = page_of("sweep").text
    assert sweep().recommendation().sentence in words
    assert all(law in words for law in laws(sweep()))


@settings(max_examples=10)
@given(text=TEXTS)
@example(text=ALL_PIECES)
@example(text=EVIL)
def test_texts_are_data(text: str) -> None:
    plain, made = Page(hostile_run("x")), Page(hostile_run(text))
    assert [tag for tag, _ in made.tags if tag in ("script", "style", "img", "iframe")] == [
        tag for tag, _ in plain.tags if tag in ("script", "style")
    ]
    for page in (made, Page(hostile_run(text, finished=False))):
        assert page.inside["script"][1:] == plain.inside["script"][1:]
        assert not [a for _, a in page.tags if {"onerror", "src", "href"} & set(a)]
    (told,) = made.data["runs"]
    assert told["tasks"]["errors"]["1"] == sanitize(text[:301])
    for other in (hostile_comparison(text), hostile_sweep(text)):
        page = Page(other)
        assert {tag for tag, _ in page.tags} <= {
            tag for name in ALL for tag, _ in page_of(name).tags
        }


def test_many_tasks_are_put_together_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_data, "MOST_SPANS", 1000)
    monkeypatch.setattr(page_data, "MERGED_PARTS", 100)
    tiny = [task(n, "w", n / 20, n / 20 + 0.04) for n in range(2000)]
    run = finished(100, submitted(2000), *tiny)
    page = Page(run)
    (told,) = page.data["runs"]
    (row,) = told["rows"]
    assert sum(row["counts"]) == 2000
    assert len(row["kinds"]) == len(row["starts"])
    assert sum(row["busy"]) == sum(of_worker(run, run.workers[0]))
    assert "tasks" not in told
    assert "There are 2,000 tasks: those shorter than 1 ms are put together" in page.text


def test_of_many_samples_none_of_the_time_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_data, "MOST_SAMPLES", 4)
    run = observed()
    page = Page(run)
    (told,) = page.data["runs"]
    for worker, row in zip(run.workers, told["rows"], strict=True):
        given_ = row["samples"]
        assert len(given_["times"]) < len(worker.states)
        assert sum(given_["times"]) == worker.states.end - run.started
        spent = {int(state): sum(parts_) for state, parts_ in given_["spent"].items()}
        assert spent == {state: sums[-1] for state, sums in worker.states.sums.items()}
    assert "samples those that follow each other are put together" in page.text


def test_what_is_not_listed_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sections, "MOST_TASKS", 3)
    assert "… 2 more tasks" in Page(pool()).text
    many = finished(100, submitted(500), *[task(n, f"w{n}", 0, 100) for n in range(500)])
    assert "… 100 more rows." in Page(many).text


def test_both_themes_have_all_colours() -> None:
    (style,) = Page(pool()).inside["style"]
    used = set(re.findall(r"var\((--[a-z-]+)\)", style))
    light, *dark = re.findall(r"\{(--[^}]*)\}", style)
    for block in (light, *dark):
        assert used <= set(re.findall(r"(--[a-z-]+):", block))
    assert len(dark) == 2, "where the system says so, and where a person does"
