"""The tour's screen: read, guess, watch, notice, change it; by keys, by mouse and by itself."""

from __future__ import annotations

import errno
from dataclasses import replace

import pytest

from concviz.tour.pace import Pace
from concviz.tour.scene import Line, Part, Scene, When
from concviz.tour.walk import Stage
from concviz.trace.plan import Plan
from concviz.tui.screens.help import HelpScreen
from concviz.tui.screens.tour import TourScreen
from concviz.tui.widgets.lit_code import LitCode
from concviz.tui.widgets.scene_words import SceneWords
from tests.builders import LAB_ENVIRONMENT
from tests.tour.walking import SCENES, TWO
from tests.tui.driving import FULL, LARGE, SHORT, Driver, opened, settle

LONG = Plan(strategy="threads", workload="sleep", tasks=2, duration_s=60)


async def begin(
    lab: Driver, *, scenes: tuple[Scene, ...] = SCENES, autoplay: bool = False
) -> TourScreen:
    """Open a tour of these scenes with its key."""
    tour = TourScreen(scenes, LAB_ENVIRONMENT, 50, pace=Pace.FAST, autoplay=autoplay)
    lab.lab.tour = tour
    lab.app.install_screen(tour, "tour")
    await lab.press("t")
    await lab.until(lambda: lab.app.screen is tour and lab.app.focused is not None)
    await settle(lab.pilot)
    return tour


def words(tour: TourScreen) -> str:
    return " ".join(tour.query_one(SceneWords).text.split())


async def test_a_walk_through_two_scenes() -> None:
    async with opened(size=SHORT) as lab:
        tour = await begin(lab)
        assert "tour: scene 1 of 2" in lab.text("EnvironmentBar")
        assert "Words of the [b]first[/b] scene." in lab.words("#words")
        assert "def sequential" in lab.text("#scene-code")
        assert "b Back" not in lab.text("KeyBar")
        await lab.press("1")
        assert tour.walk.stage is Stage.READING, "there is nothing to guess yet"

        await lab.press("enter")
        assert "How long do 2 tasks take?" in lab.text("#words")
        assert "2  for ever" in lab.text("#words")
        assert "123 Guess" in lab.text("KeyBar")
        await lab.press("down", "enter")
        assert tour.walk.guess == 1
        await lab.until(lambda: tour.walk.stage is Stage.NOTICING)
        await settle(lab.pilot)
        assert "You guessed for ever. The answer: 2 s." in words(tour)
        assert "(1) 1 ran, with 2 tasks. · Nowhere to be seen." in words(tour)
        assert "(1)" in lab.text("#picture"), "where the words say"
        assert "main thread" in lab.text("#picture")
        assert "took" in lab.text("#picture")

        await lab.press("+")
        assert "tasks [3]" in words(tour)
        await lab.press("r")
        assert "How long do 3 tasks take?" in words(tour)
        await lab.click("#scene-answers", (3, 0))
        await lab.until(lambda: tour.walk.stage is Stage.NOTICING)
        await settle(lab.pilot)
        assert len(tour.walk.runs[0].tasks) == 3
        assert "You guessed it: 3 s." in words(tour)

        await lab.press("n", "b")
        assert (tour.walk.at, tour.walk.stage) == (0, Stage.READING), "one scene back"
        await lab.press("s")
        await lab.press("n", "3")
        await lab.until(lambda: tour.walk.stage is Stage.NOTICING)
        await settle(lab.pilot)
        picture = lab.text("#picture")
        for said in ("Threads", "A pool", "thread 1", "thread 2"):
            assert said in picture
        assert "2 ran, with 2 tasks." in words(tour)
        await lab.press("c", "-", "-")
        assert "tasks 2, workers [1]" in words(tour)

        await lab.press("question_mark")
        await lab.until(lambda: isinstance(lab.app.screen, HelpScreen))
        assert "really run" in lab.text()
        await lab.press("escape")
        titles = [command.title for command in lab.app.get_system_commands(lab.app.screen)]
        assert {"Scene 2: Threads and a pool", "Skip", "Stop the run"} - set(titles) == {
            "Stop the run"
        }
        await lab.press("n")
        assert "That was the tour." in lab.text()
        assert "You guessed 0 of 1 right." in words(tour)
        await lab.press("q")
        assert lab.app.screen is lab.lab
        await lab.press("t")
        assert (tour.walk.at, tour.walk.stage) == (0, Stage.READING), "it begins anew"


async def test_the_answers_are_in_view_in_every_size() -> None:
    long = replace(SCENES[0], text="Many words about it. " * 20)
    async with opened(size=FULL) as lab:
        await begin(lab, scenes=(long,))
        await lab.press("enter")
        for size in (FULL, (60, 16), (80, 24), (61, 17), LARGE, (60, 16)):
            await lab.resize(*size)
            assert "3  nobody knows" in lab.text("#words"), size
            assert "def sequential" in lab.text("#scene-code"), size


async def test_a_run_under_way_is_stopped_left_and_begun_again() -> None:
    lines = Line("time.sleep(seconds)", When.WORKING), Line("thread.join()", When.COLLECTING)
    scene = replace(TWO, parts=(Part(LONG, "Long", lines), TWO.parts[1]))
    async with opened(size=SHORT) as lab:
        tour = await begin(lab, scenes=(scene,))
        code = tour.query_one(LitCode)
        await lab.press("enter", "2")
        await lab.until(lambda: code.lit == ["thread.join()", "time.sleep(seconds)"])
        marked = [line for line in lab.text("#scene-code").split("\n") if "►" in line]
        assert len(marked) == 2
        await lab.until(lambda: "thread 2" in lab.text("#picture"))
        assert "your guess: for ever" in lab.text("#picture")
        assert not lab.text("#words"), "code and picture have its room"
        await lab.press("d")
        assert "Your guess: for ever." in lab.text("#words")
        assert not lab.text("#scene-code")
        await lab.resize(*FULL)
        assert "Your guess: for ever." in lab.text("#words")
        assert "►" in lab.text("#scene-code")
        await lab.resize(50, 12)
        assert "too small for the tour" in lab.text()
        assert not lab.text("#picture")
        await lab.resize(*FULL)
        before = tour.walk
        await lab.press("enter")
        assert tour.walk is before, "a run is waited for"
        await lab.press("x")
        await lab.until(lambda: tour.walk.stage is Stage.NOTICING)
        assert "Stopped" in words(tour)
        assert code.lit == []
        await lab.press("r")
        await lab.until(lambda: tour.view.live and tour.view.whole is tour.walk.runs[-1])
        await lab.press("escape")
        assert lab.app.screen is lab.lab
        await lab.until(lambda: not tour.view.live)
        assert tour.walk.stage is Stage.READING
        await lab.press("t", "r")
        await lab.until(lambda: tour.view.live)
        await lab.press("ctrl+c")
        await lab.until(lambda: tour.walk.stage is Stage.NOTICING)
        assert lab.app.is_running


async def test_by_itself_to_the_end_unless_somebody_takes_over() -> None:
    long = replace(TWO, parts=(Part(LONG, "Long"), TWO.parts[1]))
    async with opened(size=LARGE) as lab:
        tour = await begin(lab, scenes=(SCENES[0], long), autoplay=True)
        await lab.until(lambda: tour.walk.at == 1 and tour.view.live)
        await lab.press("a")
        await lab.until(lambda: any("a lets it go on" in notice for notice in lab.notices))
        await lab.press("x")
        await lab.until(lambda: tour.walk.stage is Stage.NOTICING)
        assert tour.walk.at == 1
        await lab.press("a")
        await lab.until(lambda: tour.walk.stage is Stage.OVER)
        assert lab.app.is_running, "somebody is there"
    async with opened(size=(60, 16)) as lab:
        tour = await begin(lab, scenes=SCENES[:1], autoplay=True)
        await lab.until(lambda: not lab.app.is_running)
        assert lab.app.return_code == 0
        assert list(tour.walk.visits) == [0]


async def test_what_cannot_be_started_is_told_and_the_tour_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_more(*_: object, **__: object) -> None:
        raise OSError(errno.EAGAIN, "no more processes")

    monkeypatch.setattr("concviz.sources.local_run.LocalRun", no_more)
    async with opened(size=SHORT) as lab:
        tour = await begin(lab)
        await lab.press("r")
        assert tour.walk.stage is Stage.NOTICING
        assert words(tour).startswith("It could not be started: no more processes.")
        await lab.press("s", "s", "escape")
        assert lab.app.screen is lab.lab
        assert tour.troubles == ["One after the other: It could not be started: no more processes."]
    async with opened(size=SHORT) as lab:
        await begin(lab, scenes=SCENES[:1], autoplay=True)
        await lab.until(lambda: not lab.app.is_running)
        assert lab.app.return_code == 1
