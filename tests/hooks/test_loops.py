"""Programs that use asyncio tell of their tasks, and do what they do without that."""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.hooks.watched import Watched, bare_of, lines_of, read


def same(program: str, **options: Any) -> Watched:
    """The program does under the hooks what it does bare."""
    watched, bare = lines_of(program, **options), bare_of(program, **options)
    assert [plain(text) for text in (watched.stdout, watched.stderr)] == [
        plain(text) for text in (bare.stdout, bare.stderr)
    ]
    assert watched.status == bare.status
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
    left = ("awaited", "label", "loop-blocked")  # the latter comes when the machine is busy, too
    return [line[0] for line in watched.task(task) if line[0] not in left]


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
    assert not watched.of("lost")
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
    assert tags(watched, of["blocks"]) == ["submitted", "started", "finished"]
    assert of["blocks"] in [line[2] for line in watched.of("loop-blocked") if line[3] > 9e7]
    assert waits(watched, of["for_ever"])["task_wait"] > 0
    assert waits(watched, of["fine (the fine one)"])["sleep"] > 0.04
    assert not any(name.startswith("BaseEventLoop") for name in of)


MANY = """
import asyncio

async def short(i):
    for _ in range(3):
        await asyncio.sleep(0)
    if i % 100 == 1:
        raise ValueError(i)
    return i

async def alone():
    await asyncio.sleep(0)

async def main():
    found = await asyncio.gather(*(short(i) for i in range(700)), return_exceptions=True)
    print(sum(isinstance(each, ValueError) for each in found))
    for _ in range(200):
        asyncio.create_task(alone())
    await asyncio.sleep(0.1)
    tasks = [asyncio.create_task(asyncio.sleep(0.2)) for _ in range(200)]
    await asyncio.wait(tasks)

asyncio.run(main())
"""


def test_a_flood_of_tasks_is_told_task_by_task() -> None:
    watched = same(MANY)
    assert watched.left_out == 0
    named = {line[2]: line[4] for line in watched.of("submitted")}
    assert Counter(named.values()) == {"main": 1, "short": 700, "alone": 200, "sleep": 200}
    begun = [line[2] for line in watched.of("started")]
    ended = [line[2] for line in watched.of("finished", "failed")]
    assert sorted(begun) == sorted(ended) == sorted(named)
    assert Counter(named[line[2]] for line in watched.of("failed")) == {"short": 7}
    assert len(watched.of("collected")) == 7
    for line in watched.of("finished"):
        task = {told[0]: told[1] for told in watched.task(line[2])}
        assert task["submitted"] <= task["started"] <= line[1]


ELSEWHERE = """
import asyncio, os, sys, threading
from concurrent.futures import ThreadPoolExecutor

async def inner():
    await asyncio.sleep(0.02)

async def work():
    await asyncio.gather(inner(), inner())
    loop = asyncio.get_running_loop()
    await asyncio.to_thread(sum, [1])
    await loop.run_in_executor(None, sum, [2])

def run():
    asyncio.run(work())

threads = [threading.Thread(target=run, name=f"runs {i}") for i in range(2)]
for thread in threads: thread.start()
loop = asyncio.new_event_loop()
other = threading.Thread(target=loop.run_forever, name="for ever")
other.start()
future = asyncio.run_coroutine_threadsafe(asyncio.sleep(0.01, "from elsewhere"), loop)
print(future.result(), flush=True)
loop.call_soon_threadsafe(loop.stop)
for thread in [*threads, other]: thread.join()
loop.close()

child = os.fork()
if not child:
    asyncio.run(inner())
    os._exit(0)
os.waitpid(child, 0)

class Loop(asyncio.AbstractEventLoop):
    pass

asyncio._set_running_loop(Loop())
asyncio._set_running_loop(None)
"""


def test_loops_of_threads_of_a_fork_and_of_others() -> None:
    watched = lines_of(ELSEWHERE)
    assert (watched.stdout, watched.stderr, watched.status) == ("from elsewhere\n", "", 0)
    loops = [line[4] for line in watched.of("group") if line[3] == "loop"]
    of_threads = ["event loop of for ever", "event loop of runs 0", "event loop of runs 1"]
    assert sorted(loops) == ["event loop", *of_threads]
    (lost,) = watched.of("lost")
    assert "__main__.Loop" in lost[2]
    pools = {line[2] for line in watched.of("group") if line[3] == "thread-pool"}
    assert sorted(line[4] for line in watched.of("submitted") if line[3] in pools) == [
        "sum([1])", "sum([1])", "sum([2])", "sum([2])"
    ]  # fmt: skip
    _, child = watched.rings.values()
    assert [line[0] for line in child if line[0] in ("submitted", "started", "finished")] == [
        "submitted", "started", "finished"
    ]  # fmt: skip


EAGER = """
import asyncio

async def at_once():
    return 1

async def waits():
    await asyncio.sleep(0.05)

async def main():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    print(await asyncio.create_task(at_once()), await asyncio.create_task(waits()))

asyncio.run(main())
"""


@pytest.mark.skipif(sys.version_info < (3, 12), reason="tasks are never begun at once")
def test_an_eager_task_that_waits_is_seen() -> None:
    watched = same(EAGER)
    of = labels(watched)
    assert tags(watched, of["waits"]) == ["submitted", "started", "finished"]
    (lost,) = watched.of("lost")
    assert "eagerly" in lost[2]


LATE = """
import asyncio, sys

async def task():
    await asyncio.sleep(0.02)

async def main():
    before = asyncio.create_task(task())
    await asyncio.sleep(0)
    sys.path.insert(0, sys.argv[1])
    from concviz.hooks import loops, tell
    tell.begin(sys.argv[2])
    loops.install()
    await asyncio.gather(before, task())

asyncio.run(main())
"""


def test_a_loop_that_runs_already_is_taken_over(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    ended = bare_of(LATE, str(root), str(tmp_path))
    assert (ended.stdout, ended.stderr, ended.status) == ("", "", 0)
    (ring,) = tmp_path.iterdir()
    lines, _ = read(ring)
    of = Counter(line[4] for line in lines if line[0] == "submitted")
    assert of == {"task": 2, "main": 1}
    assert [line[0] for line in lines].count("finished") == 3
    assert "lost" not in [line[0] for line in lines]
