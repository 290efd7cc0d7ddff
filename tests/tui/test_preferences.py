"""What was chosen last time: kept, and never in the way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import platformdirs
import pytest

from concviz.sources.replay import Replay
from concviz.trace.plan import Plan
from concviz.tui import preferences as choices
from concviz.tui.app import ConcvizApp, launch, launch_replay
from concviz.tui.preferences import Choices
from tests.tui.driving import opened

Leave = Callable[[ConcvizApp], object]
CHOSEN = Plan(strategy="process-pool", workload="hash", workers=7, tasks=9, duration_s=0.25)


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where choices are kept: nowhere yet, not even the folder is there."""
    folder = tmp_path / "state" / "concviz"
    monkeypatch.setattr(platformdirs, "user_state_path", lambda *_, **__: folder)
    return folder / "choices.json"


@pytest.fixture
def during(monkeypatch: pytest.MonkeyPatch) -> list[Leave]:
    """What the person does in a lab that is launched, instead of a screen."""
    doings: list[Leave] = []

    def run(app: ConcvizApp) -> None:
        for do in doings:
            do(app)

    monkeypatch.setattr(ConcvizApp, "run", run)
    return doings


def chooses(plan: Plan) -> Leave:
    def choose(app: ConcvizApp) -> None:
        app.lab.controls.form.plan = plan

    return choose


def test_they_are_kept() -> None:
    assert choices.load() == Choices()
    kept = Choices(plan=CHOSEN, theme="nord", folded=True)
    choices.save(kept)
    assert choices.load() == kept
    choices.save(Choices())
    assert choices.load() == Choices()


def test_no_other_file_is_left(place: Path) -> None:
    choices.save(Choices(plan=CHOSEN))
    assert [path.name for path in place.parent.iterdir()] == ["choices.json"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"plan": 3}',
        b'{"plan": {"tasks": 0}}',
        b'{"plan": {"tasks": 1000000000}}',
        b'{"plan": {"workers": "three"}}',
        b'{"plan": {"duration_s": NaN}}',
        b'{"theme": 7}',
        b"9" * 100_000,
        b"[" * 100_000,
    ],
    ids=lambda content: repr(content[:30]),
)
def test_what_cannot_be_read_is_as_nothing(place: Path, content: bytes) -> None:
    place.parent.mkdir(parents=True)
    place.write_bytes(content)
    assert choices.load() == Choices()
    choices.save(Choices(plan=CHOSEN))
    assert choices.load().plan == CHOSEN


def test_what_is_missing_or_new_does_no_harm(place: Path) -> None:
    place.parent.mkdir(parents=True)
    place.write_bytes(b'{"plan": {"workers": 9, "moon": true}, "more": [1]}')
    assert choices.load() == Choices(plan=Plan(workers=9))


def test_a_folder_in_its_place_and_a_file_in_place_of_its_folder(place: Path) -> None:
    place.mkdir(parents=True)
    assert choices.load() == Choices()
    choices.save(Choices(plan=CHOSEN))
    assert [left.name for left in place.parent.iterdir()] == ["choices.json"]
    place.rmdir()
    place.parent.rmdir()
    place.parent.write_text("in the way")
    assert choices.load() == Choices()
    choices.save(Choices(plan=CHOSEN))
    assert place.parent.read_text() == "in the way"


@pytest.mark.parametrize(
    "nonsense",
    [
        {"tasks": 10**9},
        {"tasks": 10**24},
        {"tasks": 0},
        {"workers": -(10**30)},
        {"chunksize": 10**30},
        {"duration_s": float("inf")},
        {"duration_s": float("nan")},
    ],
    ids=str,
)
def test_numbers_that_make_no_sense_are_not_kept_but_the_rest_is(
    nonsense: dict[str, float],
) -> None:
    choices.save(Choices(plan=msgspec.structs.replace(CHOSEN, **nonsense), theme="nord"))
    field = next(iter(nonsense))
    kept = msgspec.structs.replace(CHOSEN, **{field: getattr(Plan(), field)})
    assert choices.load() == Choices(plan=kept, theme="nord")


# -- launches --


def test_a_launch_begins_where_the_last_one_ended(during: list[Leave]) -> None:
    seen: list[tuple[Plan, str]] = []
    during.append(lambda app: seen.append((app.lab.plan, app.theme)))
    during.append(chooses(CHOSEN))
    during.append(lambda app: setattr(app, "theme", "nord"))
    assert launch({}) == 0
    assert launch({}) == 0
    assert seen == [(Plan(), "textual-dark"), (CHOSEN, "nord")]


def test_what_the_command_line_says_counts_more(during: list[Leave]) -> None:
    choices.save(Choices(plan=CHOSEN))
    seen: list[Plan] = []
    during.append(lambda app: seen.append(app.lab.plan))
    launch({"strategy": "threads", "tasks": 2})
    assert seen == [msgspec.structs.replace(CHOSEN, strategy="threads", tasks=2)]
    assert choices.load().plan == seen[0], "and is kept, as if chosen in the lab"


def test_a_fresh_launch_neither_reads_nor_keeps(during: list[Leave]) -> None:
    choices.save(Choices(plan=CHOSEN, theme="nord"))
    seen: list[tuple[Plan, str]] = []
    during.append(lambda app: seen.append((app.lab.plan, app.theme)))
    during.append(chooses(Plan(tasks=3)))
    launch({"workers": 2}, fresh=True)
    assert seen == [(Plan(workers=2), "textual-dark")]
    assert choices.load() == Choices(plan=CHOSEN, theme="nord")


def test_a_replay_keeps_the_theme_and_leaves_the_plan_alone(during: list[Leave]) -> None:
    choices.save(Choices(plan=CHOSEN, theme="nord"))
    recording = Path(__file__).parents[2] / "screenshots/recordings/thread-pool.jsonl"
    seen: list[tuple[float, bool, str]] = []

    def look(app: ConcvizApp) -> None:
        cursor = app.lab.view.cursor
        seen.append((cursor.speed, cursor.looping, app.theme))
        app.theme = "gruvbox"

    during.append(look)
    during.append(chooses(Plan(tasks=3)))
    assert launch_replay(Replay(recording), speed=20, loop=True) == 0
    assert seen == [(20, True, "nord")]
    assert choices.load() == Choices(plan=CHOSEN, theme="gruvbox")


@pytest.mark.parametrize("gone", [{"strategy": "of-yesterday"}, {"workload": "of-yesterday"}])
def test_what_is_no_longer_installed_is_forgotten(
    during: list[Leave], gone: dict[str, str]
) -> None:
    choices.save(Choices(plan=msgspec.structs.replace(CHOSEN, **gone), theme="of-yesterday"))
    seen: list[tuple[Plan, str]] = []
    during.append(lambda app: seen.append((app.lab.plan, app.theme)))
    assert launch({}) == 0
    assert launch({"tasks": 2}) == 0
    assert seen[0] == (Plan(), "textual-dark")
    assert seen[1][0].tasks == 2


def test_a_lab_that_breaks_leaves_the_choices_alone(during: list[Leave]) -> None:
    choices.save(Choices(plan=CHOSEN))
    during.append(chooses(Plan()))

    def break_it(app: ConcvizApp) -> None:
        raise RuntimeError("broken")

    during.append(break_it)
    with pytest.raises(RuntimeError, match="broken"):
        launch({})
    assert choices.load().plan == CHOSEN


async def test_strange_choices_do_no_harm_in_the_lab() -> None:
    plan = Plan(strategy="process-pool", workers=-5, chunksize=0, start_method="weird")
    async with opened(plan, theme="of-yesterday") as lab:
        assert lab.app.theme == "textual-dark"
        await lab.press("r")
        await lab.until(lambda: lab.refusal)
        said = lab.refusal
        assert "workers is -5" in said.lower()
        assert "weird" in said
        lab.lab.query_one("#field-start-method").focus()
        await lab.press("+")
        assert lab.lab.plan.start_method in ("fork", "spawn", "forkserver")
