"""What is shown is written to a file: where and how somebody says, and never over another one."""

from __future__ import annotations

import gc
import gzip
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.widgets import Input

from concviz.exporters.exporter import Exporter
from concviz.exporters.registry import EXPORTERS, formats
from concviz.sources.feed import Feed
from concviz.sources.replay import Replay
from concviz.trace.plan import Plan
from concviz.tui.formats import RECORDING, Format, fits, offered, renamed
from concviz.tui.screens.write import WriteScreen
from concviz.tui.writing import suggested
from tests.builders import pool_of_threads
from tests.tui.driving import LARGE, SHORT, Driver, opened, settle
from tests.tui.test_compare import shown as comparison_shown

QUICK = Plan(strategy="thread-pool", workload="sleep", tasks=2, workers=2, duration_s=0.05)
LONG = Plan(tasks=2, workers=2, duration_s=30)
POOL = Path(__file__).parents[2] / "screenshots" / "recordings" / "thread-pool.jsonl"


@asynccontextmanager
async def with_a_recording(size: tuple[int, int] = SHORT) -> AsyncIterator[Driver]:
    """A lab that shows a run that has ended."""
    async with opened(QUICK, size) as lab:
        lab.lab.follow(Feed(Replay(POOL)), "of before")
        await lab.until(lambda: not lab.running)
        yield lab


async def asked(lab: Driver, key: str = "w") -> WriteScreen:
    """The screen that asks where, with all formats."""
    await lab.press(key)
    await lab.until(lambda: isinstance(lab.app.screen, WriteScreen) and lab.app.screen.ready)
    assert isinstance(lab.app.screen, WriteScreen)
    await settle(lab.pilot)
    return lab.app.screen


async def answer(lab: Driver, text: str) -> None:
    """Type that in place of what stands there."""
    await lab.until(lambda: isinstance(lab.app.screen, WriteScreen) and lab.app.screen.ready)
    lab.app.screen.query_one(Input).value = text
    await lab.press("enter")


def name(lab: Driver) -> str:
    return lab.app.screen.query_one(Input).value


def chosen(lab: Driver) -> str:
    """The format that is marked."""
    lines = lab.text("Formats").splitlines()
    (line,) = [line for line in lines if line.strip().startswith(">")]
    return line.strip(" >").split()[0]


def notified(lab: Driver, words: str) -> bool:
    return any(words in note.message for note in lab.app._notifications)


# -- a run --


@pytest.mark.parametrize("packed", [True, False])
async def test_the_run_shown_is_written_to_a_file(packed: bool, tmp_path: Path) -> None:
    path = tmp_path / ("a.jsonl.gz" if packed else "a.jsonl")
    async with opened(QUICK) as lab:
        await lab.run_to_the_end()
        await lab.press("w")
        await answer(lab, str(path))
        await lab.until(lambda: notified(lab, f"Written: {path}"))
        data = path.read_bytes()
        lines = (gzip.decompress(data) if packed else data).splitlines()
        assert lines[0].startswith(b"{")
        assert b"runner-exited" in lines[-1]


async def test_a_name_is_suggested_and_leaving_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened(QUICK, SHORT) as lab:
        await lab.run_to_the_end()
        await lab.press("w")
        assert "thread-pool-sleep-20" in lab.text()
        assert ".jsonl.gz" in lab.text()
        assert "[4] Timeline" in lab.text(), "what is written is seen behind the question"
        await lab.press("escape")
        assert lab.app.screen is lab.lab
        assert list(tmp_path.iterdir()) == []
        await lab.press("w", "enter")
        await lab.until(lambda: notified(lab, "Written:"))
        assert len(list(tmp_path.iterdir())) == 1


async def test_every_trouble_is_a_sentence_and_the_name_can_be_mended(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("mine")
    async with opened(QUICK, LARGE) as lab:
        await lab.run_to_the_end()
        await lab.press("w")
        for name, words in (
            ("", "Give the name of a file."),
            (f"{tmp_path}/there", "It was not written: there is such a file already"),
            (f"{tmp_path}/no/a.jsonl", "It was not written: there is no such folder."),
            (str(tmp_path), "It was not written: that is a folder: give the name of a file."),
            ("~nobody-at-all/a.jsonl", "It was not written: "),
            (f"{tmp_path}/there", "It was not written: there is such a file already"),
        ):
            await answer(lab, name)
            await lab.until(lambda words=words: words in lab.words("#prompt-trouble"))  # type: ignore[misc]
            assert lab.app.screen.query_one(Input).value == name
        await answer(lab, str(tmp_path / "new"))
        await lab.until(lambda: notified(lab, "Written:"))
        assert (tmp_path / "there").read_text() == "mine"
        assert {path.name for path in tmp_path.iterdir()} == {"there", "new"}


async def test_what_cannot_be_written_says_why() -> None:
    async with opened(LONG) as lab:
        await lab.press("w")
        assert notified(lab, "There is no run to write: r runs the plan.")
        await lab.show(pool_of_threads())
        await asked(lab)  # as a page or a picture
        assert "recording" not in lab.text("Formats"), "what it was told in was not kept"
        await lab.press("escape", "r")
        await lab.until(lambda: lab.running)
        await lab.press("w")
        assert notified(lab, "The run is under way: it can be written when it is over")
        assert lab.app.screen is lab.lab


def test_a_suggested_name_is_a_name_of_a_file() -> None:
    now = datetime(2026, 11, 26, 12, 30, 5)
    assert suggested(QUICK, now) == "thread-pool-sleep-2026-11-26-123005"
    assert suggested(None, now) == "run-2026-11-26-123005"
    odd = suggested(Plan(strategy="../[b]\x1b", workload="/" * 300), now)
    assert os.sep not in odd
    assert odd.isascii()
    assert odd.isprintable()
    assert len(odd) < 100


async def test_a_recording_is_written_as_it_is(tmp_path: Path) -> None:
    async with opened(QUICK) as lab:
        lab.lab.follow(Feed(Replay(POOL)), "of before")
        await lab.until(lambda: not lab.running)
        gc.collect()
        await lab.press("w")
        await answer(lab, str(tmp_path / "copy.jsonl"))
        await lab.until(lambda: notified(lab, "Written:"))
        assert (tmp_path / "copy.jsonl").read_bytes() == POOL.read_bytes()


async def test_the_arrows_choose_a_format_and_the_name_follows(tmp_path: Path) -> None:
    async with with_a_recording() as lab:
        await asked(lab)
        assert chosen(lab) == "recording"
        stem = name(lab).removesuffix(".jsonl.gz")
        await lab.press("down", "down")
        second = formats("run")[1]
        assert (name(lab), chosen(lab)) == (stem + second.suffixes[0], second.name)
        await lab.press("up", "up", "up")
        assert (name(lab), chosen(lab)) == (f"{stem}.jsonl.gz", "recording")
        await lab.press(*["down"] * 30)
        assert chosen(lab) == formats("run")[-1].name
        path = tmp_path / "a.trace.json.gz"
        lab.app.screen.query_one(Input).value = str(path)
        await lab.until(lambda: chosen(lab) == "chrome")
        await lab.press("enter")
        await lab.until(lambda: notified(lab, f"Written: {path}"))
        run = Feed(Replay(POOL)).follow(0.01)
        assert gzip.decompress(path.read_bytes()) == EXPORTERS.load("chrome").write(run)


async def test_keys_that_come_in_one_burst_find_the_formats(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with with_a_recording() as lab:
        await lab.press("w", "down", "enter")
        await lab.until(lambda: notified(lab, "Written:"))
        (path,) = tmp_path.iterdir()
        assert path.name.endswith(formats("run")[0].suffixes[0])


@pytest.mark.parametrize("size", [(60, 16), LARGE])
async def test_the_mouse_chooses_a_format_and_accepts(
    size: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with with_a_recording(size) as lab:
        await asked(lab)
        await lab.click("Formats", (4, 3))
        third = formats("run")[2]
        assert chosen(lab) == third.name
        assert lab.app.focused is lab.app.screen.query_one(Input), "which Enter is for"
        bar = lab.text("KeyBar")
        await lab.click("KeyBar", (bar.index("Accept"), 0))
        await lab.until(lambda: notified(lab, "Written:"))
        (path,) = tmp_path.iterdir()
        assert path.read_bytes() == third.write(Feed(Replay(POOL)).follow(0.01))


async def test_a_format_that_fails_is_a_sentence_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(run: object, look: object) -> Iterator[bytes]:
        yield b"half"
        raise RuntimeError("no \x1b[31mink")

    odd = Exporter("odd", "never", (".odd",), {"run": fails})
    lacks = Exporter("lacks", "never", (".lacks",), {"run": fails}, missing=lambda: "needs a pen")
    monkeypatch.setattr("concviz.exporters.registry.formats", lambda kind: [odd, lacks])
    monkeypatch.setattr(EXPORTERS, "load", lambda name: {"odd": odd}[name])
    async with with_a_recording(LARGE) as lab:
        await asked(lab)
        for path, said in (
            ("a.odd", "It was not written: no ␛[31mink."),
            ("a.lacks", "It was not written: needs a pen."),
        ):
            await answer(lab, str(tmp_path / path))
            await lab.until(lambda said=said: said in lab.words("#prompt-trouble"))  # type: ignore[misc]
            await lab.until(lambda: lab.app.screen.ready)  # type: ignore[attr-defined]
            assert (name(lab), chosen(lab)) == (str(tmp_path / path), path[2:])
        assert list(tmp_path.iterdir()) == []


# -- a comparison --


async def test_a_comparison_is_written_too_and_only_when_there_is_one(tmp_path: Path) -> None:
    async with opened(QUICK, LARGE) as lab:
        screen = await comparison_shown(lab)
        assert "Write" in lab.text("KeyBar")
        await asked(lab)
        assert [each.name for each in offered("compare", recorded=False)] == [
            each.name for each in formats("compare")
        ]
        assert name(lab).startswith("comparison-")
        assert chosen(lab) == formats("compare")[0].name
        await answer(lab, str(tmp_path / "a.md"))
        await lab.until(lambda: notified(lab, "Written:"))
        assert (tmp_path / "a.md").read_text().startswith("### concviz compare: ")
        assert lab.app.screen is screen
        await lab.press("n")
        await lab.until(lambda: screen.stage == "-choosing")
        assert "Write" not in lab.text("KeyBar")


# -- names and formats --

A = Format("a", "", (".a", ".aa"))
B = Format("b", "", (".b.a",))
STEMS = st.text("xyz.", min_size=1, max_size=5)


@given(STEMS, st.sampled_from([A, B, RECORDING]), st.sampled_from([A, B, RECORDING]))
def test_a_name_that_has_been_given_a_format_asks_for_it(
    stem: str, one: Format, other: Format
) -> None:
    known = [RECORDING, A, B]
    assert fits(stem, known) is None
    first = renamed(stem, RECORDING, one)
    second = renamed(first, one, other)
    assert second == stem + other.suffixes[0]
    assert known[fits(first, known) or 0] is one
    assert known[fits(second.upper() + ".GZ", known) or 0] is other
