"""What is said of a scene, how long it is shown, and which lines are lit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from concviz.model.run import Run
from concviz.tour.lit import SEEN_NS, lit, now_done
from concviz.tour.pace import Pace
from concviz.tour.scene import When
from concviz.tour.telling import account, noticed, outcome, said, score
from concviz.tour.walk import Stage, Walk
from concviz.trace import events
from concviz.trace.plan import Plan
from tests import builders
from tests.builders import MS, ZERO, at
from tests.tour.test_walk import seen, stopped
from tests.tour.walking import LOOP, SCENES


def test_what_came_of_a_guess() -> None:
    assert outcome(seen(Walk(SCENES), guess=0)) == "You guessed it: 5 s."
    assert outcome(seen(Walk(SCENES), guess=1)) == "You guessed for ever. The answer: 5 s."
    assert outcome(seen(Walk(SCENES))) == "The answer: 5 s."
    assert outcome(seen(Walk(SCENES, 1), 1)) == "Which answer is right, this run does not tell."
    assert outcome(Walk(SCENES)) == ""
    half = Walk(SCENES).go_on().run().began(stopped()).ended()
    assert outcome(half) == "Stopped, so nothing follows from it: run it again."
    late = Walk(SCENES, 1).go_on().choose(0).began(builders.pool()).ended(asked=True)
    assert outcome(late) == outcome(half)
    assert outcome(Walk(SCENES).go_on().run().failed("Why not.")) == "Why not."


def test_what_there_is_to_notice_has_a_number_where_it_is_seen() -> None:
    runs = (builders.pool(),)
    assert [(each.text, each.number) for each in noticed(LOOP, runs)] == [
        ("1 ran, with 5 tasks.", 1),
        ("Nowhere to be seen.", None),
    ]
    assert noticed(LOOP, ())[0].text == "Nowhere to be seen."


def test_the_account_is_of_what_was_seen_to_its_end() -> None:
    walk = seen(seen(Walk(SCENES), guess=1).go_on(), guess=0)
    assert [told.mark + told.text for told in account(walk)] == [
        " 1. One after the other: took 200 ms.",
        "    How long do 2 tasks take? You guessed for ever. The answer: 2 s.",
        "    - 1 ran, with 5 tasks.",
        "    - Nowhere to be seen.",
        " 2. Threads and a pool: Threads took 200 ms; A pool took 200 ms.",
        "    How long do 2 tasks take? Which answer is right, this run does not tell.",
        "    - 2 ran, with 5 tasks.",
        "You guessed 0 of 1 right.",
    ]
    assert list(account(Walk(SCENES).skip())) == []
    assert score(seen(Walk(SCENES))) == ""


@given(st.sampled_from(Stage))
def test_there_is_something_to_read_but_while_it_runs(stage: Stage) -> None:
    walk = Walk(SCENES)
    ways = {
        Stage.READING: walk,
        Stage.PREDICTING: walk.go_on(),
        Stage.RUNNING: walk.run(),
        Stage.NOTICING: seen(walk),
        Stage.OVER: seen(walk).skip().skip(),
    }
    assert ways[stage].stage is stage
    assert bool(said(ways[stage])) == (stage is not Stage.RUNNING)
    assert said(walk.skip().skip()), "nothing was seen to its end"
    assert said(walk.run().failed("why")), "nothing was run"


def test_who_reads_slowly_has_more_time_and_at_the_fast_pace_nobody_reads() -> None:
    text = "word " * 40
    slow, normal, fast = (pace.stays_s(text) for pace in (Pace.SLOW, Pace.NORMAL, Pace.FAST))
    assert slow > normal > 10 > fast == Pace.FAST.stays_s("")
    assert Pace.NORMAL.stays_s(text) > Pace.NORMAL.stays_s("word")


def under_way(*told: events.AnyEvent, tasks: int = 2) -> Run:
    run = Run(Plan(tasks=tasks))
    run.apply([events.RunStarted(ZERO), *told])
    return run


def test_lines_are_lit_while_they_run() -> None:
    submits = [events.TaskSubmitted(at(0), 0), events.TaskSubmitted(at(10), 1)]
    start = events.TaskStarted(at(20), 0, "a")
    every = frozenset((When.HANDING_OUT, When.WORKING, When.COLLECTING))
    assert now_done(Run(Plan(tasks=2)), ZERO) == frozenset()
    assert now_done(under_way(), at(5)) == frozenset()
    assert now_done(under_way(submits[0]), at(5)) == {When.HANDING_OUT}
    assert now_done(under_way(*submits, start), at(30)) == every
    later = at(10) + SEEN_NS + MS
    assert now_done(under_way(*submits, start), later) == {When.WORKING, When.COLLECTING}
    assert now_done(under_way(submits[0], start), later) == {When.WORKING}
    ended = under_way(*submits, start, events.TaskFinished(at(40), 0, MS, None))
    assert now_done(ended, later) == {When.ENDING, When.COLLECTING}
    assert now_done(ended, at(40) + SEEN_NS + MS) == {When.COLLECTING}
    dead = under_way(*submits, start, events.WorkerDied(at(40), "a", -11))
    assert When.DYING in now_done(dead, at(50))
    assert When.DYING not in now_done(dead, at(40) + SEEN_NS + MS)
    assert now_done(builders.pool(), at(200)) == frozenset()
    lines = LOOP.parts[0].lines
    assert lit(lines, frozenset((When.WORKING,))) == ("call(item)",)
    assert lit(lines, every) == ("call(item)", "for item in items")
