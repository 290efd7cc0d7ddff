"""Scenes as data: they fit, ask what can be answered, and say nothing that is not in their runs."""

from __future__ import annotations

from itertools import cycle, product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from concviz.model.run import Run
from concviz.runner import catalogue
from concviz.tour.scene import Scene, Spot
from concviz.tour.scenes import SCENES
from concviz.trace import events
from concviz.trace.header import Header
from concviz.trace.plan import Limits, Plan, check
from concviz.trace.worker_kind import WorkerKind
from concviz.view.code_lines import brief
from concviz.view.glyphs import ASCII
from concviz.view.prose import wrapped
from tests.builders import ENVIRONMENT, UNOBSERVED, ZERO, History, histories, samples

WIDTH, LINES = 76, 5
"""Of a scene's text on a terminal of 80 columns."""
each_scene = pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)


def test_names_tell_scenes_apart() -> None:
    names = [scene.name for scene in SCENES]
    assert len(set(names)) == len(names)
    assert all(name == name.lower() and not name.isdigit() and " " not in name for name in names)


@each_scene
def test_texts_are_short(scene: Scene) -> None:
    assert len(wrapped(scene.text, WIDTH)) <= LINES
    assert len(scene.title) <= 40
    assert all(len(part.caption) <= 40 for part in scene.parts)


@each_scene
def test_what_is_written_can_be_written_in_ascii(scene: Scene) -> None:
    question = scene.prediction.ask([part.plan for part in scene.parts])
    written = [scene.title, scene.text, *(part.caption for part in scene.parts)]
    written += [question.text, *question.answers]
    for text in written:
        assert all(character.isascii() or character in ASCII for character in text), text


@each_scene
def test_each_line_that_matters_is_one_of_the_code(scene: Scene) -> None:
    for part in scene.parts:
        strategy = catalogue.strategy(part.plan.strategy).facts
        workload = catalogue.workload(part.plan.workload).facts
        assert strategy is not None
        assert workload is not None
        of_a_coroutine = strategy.traits.kind == "coroutine"
        task = (of_a_coroutine and workload.coroutine) or workload.source
        lines = [*brief(strategy.source).text.splitlines(), *brief(task).text.splitlines()]
        assert part.lines
        for line in part.lines:
            assert sum(line.code in text for text in lines) == 1, line.code


@each_scene
def test_what_can_be_changed_is_what_its_strategies_look_at(scene: Scene) -> None:
    options = [catalogue.strategy(part.plan.strategy).traits.options for part in scene.parts]
    assert ("workers" in scene.change) == any("workers" in found for found in options)
    assert "tasks" in scene.change


@each_scene
def test_questions_have_answers_whatever_is_changed(scene: Scene) -> None:
    for tasks, workers in product((1, 2, 3, 5, 8, 40), (1, 2, 3, 8)):
        plans = [changed(scene, part, tasks, workers) for part in range(len(scene.parts))]
        for plan in plans:
            assert not check(plan, catalogue.strategy(plan.strategy).traits, Limits())
        question = scene.prediction.ask(plans)
        assert question.text.endswith("?")
        assert 2 <= len(question.answers) <= 4
        assert len(set(question.answers)) == len(question.answers)


def changed(scene: Scene, part: int, tasks: int, workers: int) -> Plan:
    plan = scene.parts[part].plan
    if "tasks" in scene.change:
        plan = replace(plan, tasks=tasks)
    return replace(plan, workers=workers) if "workers" in scene.change else plan


@each_scene
@settings(max_examples=20)
@given(st.data())
def test_of_whatever_run_something_is_said_or_nothing(scene: Scene, data: st.DataObject) -> None:
    """Also of those that failed, died, were stopped, or of which much was missed."""
    drawn = data.draw(st.lists(histories(), min_size=1, max_size=2))
    random = data.draw(st.randoms() | st.none())
    parts = scene.parts[: data.draw(st.integers(0, len(scene.parts)))]
    runs = [
        told(history, part.plan, random) for part, history in zip(parts, cycle(drawn), strict=False)
    ]
    answers = scene.prediction.ask([part.plan for part in scene.parts]).answers
    plans = [run.plan for run in runs if run.plan is not None]
    if len(plans) == len(scene.parts):
        answers = scene.prediction.ask(plans).answers
    right = scene.prediction.right(runs)
    assert right is None or 0 <= right < len(answers)
    for remark in scene.remarks:
        text, spot = remark.text(runs), remark.points_at(runs)
        assert text is None or (text.endswith((".", ")")) and text.isprintable())
        assert spot is None or seen(spot, runs)


def told(history: History, plan: Plan, random: Random | None) -> Run:
    """A run of those events as one of that plan, with its kind of workers."""
    run = Run(replace(plan, tasks=history.plan.tasks))
    kind = WorkerKind(catalogue.strategy(plan.strategy).traits.kind)
    run.apply([Header(plan=run.plan, environment=ENVIRONMENT, worker_kind=kind)])
    all_: list[events.AnyEvent] = [*history.told]
    all_ += samples(history, random) if random is not None else []
    all_.sort(key=lambda event: event.t_ns)
    run.apply(all_)
    run.apply([history.exit])
    return run


def seen(spot: Spot, runs: list[Run]) -> bool:
    run = runs[spot.part]
    return 0 <= spot.worker < len(run.workers) and run.started <= spot.t_ns <= run.finished


def under_way(scene: Scene, part: int) -> Run:
    """The run of a part that has begun, and nothing else has happened yet."""
    plan = scene.parts[part].plan
    run = Run(plan)
    run.apply([Header(plan=plan, environment=UNOBSERVED), events.RunStarted(ZERO, 1234)])
    return run


def stopped(scene: Scene, part: int) -> Run:
    run = under_way(scene, part)
    run.apply([events.TaskSubmitted(ZERO, 0), events.TaskStarted(ZERO, 0, "w")])
    run.apply([events.StopRequested(ZERO + 5), events.RunnerExited(ZERO + 9, -9)])
    return run


@each_scene
def test_of_runs_that_did_not_come_to_an_end_nothing_is_said(scene: Scene) -> None:
    parts = range(len(scene.parts))
    not_begun = [Run(part.plan) for part in scene.parts]
    begun, ended = [under_way(scene, n) for n in parts], [stopped(scene, n) for n in parts]
    for runs in ([], not_begun, begun, ended):
        assert scene.prediction.right(runs) is None
        assert [remark.text(runs) for remark in scene.remarks] == [None] * len(scene.remarks)
