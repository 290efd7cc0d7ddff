"""Recordings in the lab: read, played, followed from a pipe, and what is wrong with them said."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from concviz.model.entities import Phase
from concviz.sources.feed import Feed
from concviz.sources.replay import Replay
from concviz.sources.source import UNLIMITED
from concviz.trace.message import Message
from concviz.trace.plan import Plan
from tests.tui.driving import FULL, SHORT, Driver, opened
from tests.tui.test_time_cursor import LINE, Clock, goes_on, marked

RECORDINGS = Path(__file__).parents[2] / "screenshots" / "recordings"
POOL = RECORDINGS / "thread-pool.jsonl"


async def replay(lab: Driver, replay: Replay) -> None:
    """Show it as ``launch_replay`` does, and wait until it has been read."""
    lab.lab.follow(Feed(replay), replay.name, play=not replay.live)
    await lab.until(lambda: not lab.lab.view.live)


class Held(Replay):
    """Of which only the beginning is read, until more may be."""

    most = 40

    def drain(self, budget_s: float = float("inf"), most: int = UNLIMITED) -> list[Message]:
        """As many messages as may be."""
        found = super().drain(budget_s, min(most, self.most))
        self.most -= len(found)
        return found


def length_s(lab: Driver) -> float:
    return (lab.run.finished - lab.run.started) / 1e9


async def test_a_recording_is_read_and_played_from_its_start() -> None:
    clock = Clock()
    async with opened(clock=clock) as lab:
        await replay(lab, Replay(POOL))
        assert "recording thread-pool.jsonl" in lab.words("EnvironmentBar")
        assert lab.lab.view.cursor.at == lab.run.started
        assert lab.lab.view.cursor.playing
        await goes_on(lab, clock, 500)
        await lab.until(lambda: f"0.500 s of {length_s(lab):.3f} s, 1×" in lab.row(0))
        await lab.until(lambda: "3 running, 2 queued" in lab.words("#summary"))
        assert len(marked(lab)) == 1
        await goes_on(lab, clock, 60_000)
        await lab.until(lambda: "took" in lab.words("#summary"))
        assert "5 finished" in lab.words("#summary")
        assert not lab.lab.view.moves


async def test_its_plan_is_in_the_controls_and_can_be_run_here() -> None:
    async with opened(Plan(strategy="sequential"), clock=Clock()) as lab:
        await replay(lab, Replay(POOL))
        assert lab.run.plan is not None
        assert lab.lab.plan == lab.run.plan
        assert lab.number("tasks").value == str(lab.run.plan.tasks)
        await lab.until(lambda: "def thread_pool(" in lab.code)
        await lab.fill("duration_s", "0")
        run = await lab.run_to_the_end()
        assert run.plan is not None
        assert run.plan.strategy == "thread-pool"
        assert "recording" not in lab.words("EnvironmentBar")
        assert lab.lab.view.cursor.at is None


async def test_a_plan_that_cannot_run_here_says_why(tmp_path: Path) -> None:
    header, rest = POOL.read_text().split("\n", 1)
    gone = tmp_path / "gone.jsonl"
    gone.write_text(header.replace('"strategy":"thread-pool"', '"strategy":"of-old"') + "\n" + rest)
    async with opened(clock=Clock()) as lab:
        await replay(lab, Replay(gone))
        assert "of-old" in lab.words("EnvironmentBar")
        await lab.press("r")
        assert not lab.running
        await lab.until(lambda: "there is no strategy" in lab.refusal.lower())


@pytest.mark.parametrize("size", [SHORT, FULL])
async def test_one_that_is_cut_says_so_and_shows_what_there_is(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    cut = tmp_path / "cut.jsonl"
    whole = POOL.read_bytes()
    cut.write_bytes(whole[: len(whole) * 2 // 3])
    async with opened(size=size, clock=Clock()) as lab:
        await replay(lab, Replay(cut))
        assert lab.run.phase is Phase.CUT_OFF
        assert lab.run.error is not None
        await lab.press("escape")
        said = lab.words("#summary")
        assert lab.run.error[:40] in said
        assert "thread 1" in lab.text("#names")


async def test_the_name_of_a_recording_is_data(tmp_path: Path) -> None:
    hostile = tmp_path / "[red]\x1b[31mx.jsonl"
    hostile.write_bytes(POOL.read_bytes())
    async with opened(clock=Clock()) as lab:
        await replay(lab, Replay(hostile))
        assert "recording [red]␛[31mx.jsonl" in lab.words("EnvironmentBar")


async def test_a_pipe_is_followed_as_it_comes() -> None:
    lines = POOL.read_bytes().splitlines(keepends=True)
    reads, writes = os.pipe()
    async with opened(clock=Clock()) as lab:
        source = Replay(reads, "a pipe")
        lab.lab.follow(Feed(source), source.name, play=not source.live)
        os.write(writes, b"".join(lines[:40]))
        await lab.until(lambda: lab.run.plan is not None and len(lab.run.workers) > 0)
        assert lab.lab.view.live
        assert "recording a pipe" in lab.words("EnvironmentBar")
        assert lab.lab.view.cursor.at is None
        await lab.press("space")
        frozen = lab.text("#cells")
        assert LINE in frozen
        assert "still running" in lab.row(0)
        os.write(writes, b"".join(lines[40:]))
        await lab.until(lambda: lab.run.finished > 0)
        assert lab.text("#cells") == frozen, "whatever comes"
        os.close(writes)
        await lab.until(lambda: not lab.lab.view.live)
        assert lab.run.phase is Phase.FINISHED
        await lab.press("escape")
        assert "5 finished" in lab.words("#summary")
        assert LINE not in lab.text("#cells")


async def test_a_pipe_of_garbage_is_left_with_a_sentence() -> None:
    reads, writes = os.pipe()
    os.write(writes, b"hello\n" * 100)
    os.close(writes)
    async with opened(clock=Clock()) as lab:
        source = Replay(reads, "a pipe")
        lab.lab.follow(Feed(source), source.name, play=not source.live)
        await lab.until(lambda: not lab.app.is_running)
        assert lab.app.return_code == 2


async def test_reading_can_be_left_at_any_time_and_says_how_far_it_is(tmp_path: Path) -> None:
    header, rest = POOL.read_bytes().split(b"\n", 1)
    line = next(line for line in rest.split(b"\n") if b'"sampled"' in line)
    huge = tmp_path / "huge.jsonl"
    huge.write_bytes(
        header + b"\n" + rest.replace(b'["runner-exited"', b'["unknown"') + (line + b"\n") * 300_000
    )
    async with opened(clock=Clock()) as lab:
        source = Replay(huge)
        lab.lab.follow(Feed(source), source.name, play=True)
        await lab.until(lambda: "reading huge.jsonl: " in lab.words("EnvironmentBar"))
        await lab.press("r")
        await lab.until(lambda: "A recording is being read: x stops it." in lab.text())
        await lab.press("x")
        await lab.until(lambda: not lab.lab.view.live)
        await lab.press("escape")
        assert lab.timeline.rows == 3, "what was read by then"
        await lab.press("q")
        await lab.until(lambda: not lab.app.is_running)


async def test_where_the_cursor_was_put_while_a_recording_is_read_it_stays() -> None:
    async with opened(clock=Clock()) as lab:
        source = Held(POOL)
        lab.lab.follow(Feed(source), source.name, play=True)
        await lab.until(lambda: lab.run.latest > lab.run.started > 0)
        await lab.press("space")
        assert "paused (being read)" in lab.row(0)
        place = lab.lab.view.cursor.at
        assert place is not None
        source.most = UNLIMITED
        await lab.until(lambda: lab.lab.view.feed is None)
        assert not lab.lab.view.cursor.playing
        assert lab.lab.view.cursor.at == place
        assert f"of {length_s(lab):.3f} s, paused" in lab.row(0)
