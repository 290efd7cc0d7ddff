"""What a worker process tells of itself to its parent, or where it has none."""

from __future__ import annotations

import asyncio
from time import monotonic_ns
from types import SimpleNamespace

import pytest

from concviz.cluster.clock_keeping import Asking, handler_of
from concviz.cluster.clocks import Bounds, Exchange
from concviz.cluster.lines import Line
from concviz.cluster.machine import Machine, this_machine
from concviz.cluster.parent import Parent, Watch

AHEAD = 10**12
ELSEWHERE = Machine("another boot", "time:[1]", "pid:[1]", "hub")


async def tell_time() -> int:
    return monotonic_ns() - AHEAD


def worker_without_nanny() -> SimpleNamespace:
    return SimpleNamespace(nanny=None, scheduler=SimpleNamespace(**{handler_of("s"): tell_time}))


async def test_a_worker_without_a_nanny_compares_the_clocks_itself() -> None:
    lines: list[Line] = []
    parent = Parent(worker_without_nanny(), Watch("s", 50, (ELSEWHERE,)), lines.append)
    while len(lines) < 2:
        await asyncio.sleep(0)
    parent.close()
    assert [line[0] for line in lines] == ["observed", "asked"]
    for answer in lines[1][2]:
        bounds = Bounds.of(Exchange(*answer))
        assert bounds.low <= AHEAD <= bounds.high


async def test_clocks_that_are_known_are_not_compared() -> None:
    lines: list[Line] = []
    parent = Parent(worker_without_nanny(), Watch("s", 50, (this_machine(),)), lines.append)
    parent.thread_started(1, 2, None, None)
    await asyncio.sleep(0)
    parent.close()
    assert [line[0] for line in lines] == ["observed"]


@pytest.mark.skipif(not this_machine().boot, reason="this system does not tell who shares a clock")
def test_a_clock_is_known_by_the_start_of_the_machine() -> None:
    assert Watch("s", 0, (ELSEWHERE, this_machine())).is_known(this_machine())
    assert not Watch("s", 0, (ELSEWHERE,)).is_known(this_machine())


async def test_what_has_come_is_told_at_the_end() -> None:
    """A run may be over before as many answers have come as are waited for."""
    lines: list[Line] = []
    asked = 0

    async def slow() -> int:
        nonlocal asked
        asked += 1
        if asked > 2:
            await asyncio.Event().wait()
        return monotonic_ns()

    asking = Asking(slow, lines.append)
    while asked < 3:
        await asyncio.sleep(0)
    assert lines == []
    asking.close()
    ((what, _, answers),) = lines
    assert (what, len(answers)) == ("asked", 2)
