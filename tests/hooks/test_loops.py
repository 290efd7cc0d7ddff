"""Programs that use asyncio tell of their tasks, and do what they do without that."""

from __future__ import annotations

import re
from typing import Any

from tests.hooks.watched import Watched, bare_of, lines_of


def same(program: str, **options: Any) -> Watched:
    """The program does under the hooks what it does bare."""
    watched, bare = lines_of(program, **options), bare_of(program, **options)
    assert [plain(text) for text in (watched.stdout, watched.stderr)] == [
        plain(text) for text in (bare.stdout, bare.stderr)
    ]
    assert watched.status == bare.status
    assert not watched.of("lost")
    return watched


def plain(text: str) -> str:
    """Without what is another in every process."""
    return re.sub(r"/tmp/\w+/|0x[0-9a-f]+", "…", text)


def labels(watched: Watched) -> dict[str, int]:
    """Tasks by what they are called; of several of one name the last."""
    return {line[4]: line[2] for line in watched.of("submitted")} | {
        line[3]: line[2] for line in watched.of("label")
    }


def tags(watched: Watched, task: int) -> list[str]:
    """What was told of a task, without its waits."""
    return [line[0] for line in watched.task(task) if line[0] not in ("awaited", "label")]


def waits(watched: Watched, task: int) -> dict[str, float]:
    """Seconds of a task in each state."""
    spent: dict[str, float] = {}
    for line in watched.task(task):
        if line[0] == "awaited":
            for kind, took in line[4].items():
                spent[kind] = spent.get(kind, 0) + took / 1e9
    return spent


ENDS = """
import asyncio, gc, sys, traceback

async def fine():
    await asyncio.sleep(0.05)
    traceback.print_stack(file=sys.stdout)
    return 1

async def fails():
    await asyncio.sleep(0)
    raise ValueError("broken")

async def unlooked():
    raise KeyError("nobody asks")

async def looked():
    raise OSError("asked at once")

async def for_ever():
    await asyncio.Event().wait()

async def never_begins():
    print("begun")

async def blocks():
    import time
    time.sleep(0.1)

async def main():
    task = asyncio.create_task(fine(), name="the fine one")
    await task
    try:
        await asyncio.create_task(fails())
    except ValueError:
        traceback.print_exc(file=sys.stdout)
    lost = asyncio.create_task(unlooked())
    await asyncio.sleep(0.01)
    del lost
    task = asyncio.create_task(looked())
    await asyncio.wait([task])
    print(task.exception())
    waits = asyncio.create_task(for_ever())
    called_off = asyncio.create_task(never_begins())
    called_off.cancel()
    await asyncio.sleep(0)
    waits.cancel()
    await asyncio.gather(waits, called_off, return_exceptions=True)
    await blocks()
    await asyncio.create_task(blocks())
    print(len(asyncio.all_tasks()))

asyncio.run(main())
asyncio.run(for_ever_a_little := asyncio.sleep(0.01))
"""


def test_how_tasks_end() -> None:
    watched = same(ENDS)
    of = labels(watched)
    assert "broken" in watched.stdout
    assert "_concviz" not in watched.stdout + watched.stderr
    assert "never retrieved" in watched.stderr
    groups = {line[2]: line[3:5] for line in watched.of("group")}
    assert list(groups.values()) == [["loop", "event loop"]] * 2
    assert tags(watched, of["main"])[:2] == ["submitted", "started"]
    assert tags(watched, of["fine (the fine one)"]) == ["submitted", "started", "finished"]
    assert tags(watched, of["fails"]) == ["submitted", "started", "failed", "collected"]
    assert watched.task(of["fails"])[-2][4] == "ValueError: broken"
    assert tags(watched, of["unlooked"]) == ["submitted", "started", "failed"]
    assert tags(watched, of["looked"]) == ["submitted", "started", "failed", "collected"]
    assert tags(watched, of["for_ever"]) == ["submitted", "started", "cancelled"]
    assert tags(watched, of["never_begins"]) == ["submitted", "cancelled"]
    assert tags(watched, of["blocks"]) == ["submitted", "started", "loop-blocked", "finished"]
    assert waits(watched, of["for_ever"])["task_wait"] > 0
    assert waits(watched, of["fine (the fine one)"])["sleep"] > 0.04
    assert not any(name.startswith("BaseEventLoop") for name in of)
