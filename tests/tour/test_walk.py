"""A walk goes from scene to scene, whatever is done in whatever order."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.model.run import Run
from concviz.tour.walk import MOST, NUMBERS, Stage, Walk, find
from concviz.trace import events
from concviz.trace.plan import Plan
from tests import builders
from tests.builders import ZERO
from tests.tour.walking import LOOP, SCENES, TWO


def ran() -> Run:
    return builders.pool()


def stopped() -> Run:
    run = Run(Plan(tasks=1))
    run.apply([events.RunStarted(ZERO), events.StopRequested(ZERO + 1)])
    run.apply([events.RunnerExited(ZERO + 2, -9)])
    return run


def seen(walk: Walk, guess: int | None = None) -> Walk:
    """The scene at hand, run to its end."""
    walk = walk.go_on() if walk.stage is Stage.READING else walk
    walk = walk.run() if guess is None else walk.choose(guess)
    for _ in walk.scene.parts:
        walk = walk.began(ran()).ended()
    return walk


def test_from_the_first_scene_to_the_end() -> None:
    walk = Walk(SCENES)
    stages = [walk.stage]
    walk = walk.go_on()
    stages.append(walk.stage)
    walk = walk.choose(2)
    stages.append(walk.stage)
    assert walk.go_on() == walk, "a run is waited for"
    assert walk.run() == walk, "it is under way"
    walk = walk.began(ran()).ended()
    stages.append(walk.stage)
    assert stages == [Stage.READING, Stage.PREDICTING, Stage.RUNNING, Stage.NOTICING]
    assert walk.guess == walk.visits[0].guess == 2
    walk = walk.go_on()
    assert (walk.scene, walk.stage, walk.guess, walk.runs) == (TWO, Stage.READING, None, ())
    walk = walk.go_on().go_on().began(ran()).ended()
    assert (walk.stage, walk.part) == (Stage.RUNNING, 0), "there is another part"
    walk = walk.began(ran())
    assert walk.part == 1
    walk = walk.ended().go_on()
    assert walk.stage is Stage.OVER
    assert [visit.guess for visit in walk.visits.values()] == [2, None]
    assert walk.go_on() == walk
    assert walk.run() == walk


def test_back_leads_to_the_beginning_of_the_scene_and_then_to_the_one_before() -> None:
    walk = seen(Walk(SCENES)).go_on().go_on()
    assert (walk.at, walk.stage) == (1, Stage.PREDICTING)
    walk = walk.back()
    assert (walk.at, walk.stage) == (1, Stage.READING)
    walk = walk.back()
    assert (walk.at, walk.stage) == (0, Stage.READING)
    assert walk.back() == walk
    assert 0 in walk.visits, "what was seen stays"


def test_the_first_guess_counts_and_a_run_that_was_stopped_does_not() -> None:
    walk = Walk(SCENES).go_on().choose(1).began(stopped()).ended()
    assert (walk.stage, dict(walk.visits)) == (Stage.NOTICING, {})
    walk = seen(walk.back(), guess=0)
    assert walk.visits[0].guess == 0
    assert seen(walk.back(), guess=2).visits[0].guess == 0
    two = walk.go_on().go_on().run().began(stopped()).ended()
    assert two.stage is Stage.NOTICING, "no other part follows"
    assert two.stopped


def test_a_stop_that_came_too_late_for_a_part_ends_the_scene_all_the_same() -> None:
    first = Walk(SCENES, 1).go_on().run().began(ran())
    late = first.ended(asked=True)
    assert (late.stage, late.stopped, dict(late.visits)) == (Stage.NOTICING, True, {})
    assert late.run().stage is Stage.RUNNING
    last = first.ended().began(ran())
    assert not last.stopped
    whole = last.ended(asked=True)
    assert (whole.stopped, list(whole.visits)) == (False, [1]), "all of it was seen"


def test_what_is_changed_is_asked_anew_and_is_no_visit() -> None:
    walk = seen(Walk(SCENES), guess=1)
    visits = walk.visits
    assert walk.changeable == ("tasks",)
    assert walk.change("workers", 1) == walk
    walk = walk.change("tasks", 1)
    assert (walk.number("tasks"), walk.scene.parts[0].plan.tasks) == (3, 2)
    assert walk.question.text == "How long do 3 tasks take?"
    walk = walk.run()
    assert (walk.stage, walk.guess, walk.runs) == (Stage.PREDICTING, None, ())
    walk = walk.run()
    assert walk.stage is Stage.RUNNING
    assert walk.plan(0).tasks == 3
    walk = walk.began(ran()).ended()
    assert walk.visits == visits
    assert walk.run().stage is Stage.RUNNING, "again, with the same numbers"
    assert not walk.change("tasks", -1).changed, "the scene's own again"
    assert not walk.go_on().changed


def test_both_numbers_of_both_parts_within_bounds() -> None:
    walk = seen(Walk(SCENES, 1))
    for name in NUMBERS:
        assert walk.change(name, 1000).number(name) == MOST[name]
        assert walk.change(name, -1000).number(name) == 1
    walk = walk.change("tasks", 1).change("workers", 2)
    assert [(walk.plan(part).tasks, walk.plan(part).workers) for part in (0, 1)] == [(3, 5)] * 2


def test_a_run_that_cannot_be_started() -> None:
    walk = Walk(SCENES).go_on().run().failed("No more processes.")
    assert (walk.stage, walk.trouble, dict(walk.visits)) == (
        Stage.NOTICING,
        "No more processes.",
        {},
    )
    assert walk.run().trouble == ""
    assert walk.go_on().scene is TWO


DONE: list[Callable[[Walk], Walk]] = [
    Walk.go_on,
    Walk.skip,
    Walk.back,
    Walk.run,
    Walk.ended,
    lambda walk: walk.choose(0),
    lambda walk: walk.choose(7),
    lambda walk: walk.change("tasks", 1),
    lambda walk: walk.change("workers", -1),
    lambda walk: walk.failed("why") if walk.stage is Stage.RUNNING else walk,
    lambda walk: (
        walk.began(ran())
        if walk.stage is Stage.RUNNING and len(walk.runs) < len(walk.scene.parts)
        else walk
    ),
]


@given(st.lists(st.sampled_from(DONE), max_size=40))
def test_whatever_is_done_there_is_a_scene_a_question_and_a_way_on(
    done: list[Callable[[Walk], Walk]],
) -> None:
    walk = Walk(SCENES)
    for do in done:
        before, walk = walk, do(walk)
        assert walk.scene in SCENES
        assert len(walk.answers) == 3
        assert len(walk.runs) <= len(walk.scene.parts)
        assert walk.guess is None or walk.stage not in (Stage.READING, Stage.PREDICTING)
        assert len(walk.visits) >= len(before.visits)
        assert walk.stage is Stage.NOTICING or not walk.changeable
    while walk.stage is not Stage.OVER:
        walk = walk.skip()


def test_a_scene_is_found_by_number_or_name() -> None:
    assert find(SCENES, "2") == find(SCENES, "two") == 1
    assert find(SCENES, "1") == find(SCENES, LOOP.name) == 0
    for wrong in ("9" * 5000, "0", "3", "-1", "", "tw", "²", "٣"):
        with pytest.raises(ValueError, match="choose 1 loop, 2 two"):
            find(SCENES, wrong)
