"""A coroutine run step by step behaves as it does alone, and what it tells has bounds."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections.abc import Callable, Coroutine, Generator
from typing import Any

import pytest

from concviz.hooks import allowance
from concviz.worker import looks as looks_of_the_loop
from concviz.worker import steps
from concviz.worker import tracing as worker
from concviz.worker.steps import Steps

Transcript = list[object]
Program = Callable[[Transcript], Coroutine[Any, Any, object]]


async def returns(told: Transcript) -> object:
    told.append(await asyncio.sleep(0.001, "slept"))
    return "result"


async def raises(told: Transcript) -> object:
    try:
        await asyncio.sleep(0.001)
        raise KeyError("of the task")
    finally:
        told.append("finally")


async def catches(told: Transcript) -> object:
    async def fails() -> None:
        await asyncio.sleep(0.001)
        raise KeyError("of another")

    try:
        await asyncio.gather(fails(), asyncio.sleep(1))
    except KeyError as error:
        told.append(repr(error))
    return None


async def times_out(told: Transcript) -> object:
    for _ in range(2):
        try:
            async with asyncio.timeout(0.002):
                await asyncio.Event().wait()
        except TimeoutError as error:
            told.append(repr(error))
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(asyncio.sleep(1), 0.002)
    task = asyncio.current_task()
    assert task is not None
    told.append(task.cancelling())
    return None


async def cancels_itself(told: Transcript) -> object:
    task = asyncio.current_task()
    assert task is not None
    task.cancel("enough")
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError as error:
        told += ["cancelled", error.args, task.cancelling()]
        task.uncancel()
    return await asyncio.sleep(0.001, "went on")


async def is_cancelled(told: Transcript) -> object:
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().call_later(0.002, task.cancel)
    try:
        await asyncio.sleep(1)
    finally:
        told.append("finally")
    return None


async def awaits_what_is_none(told: Transcript) -> object:
    try:
        await 5  # type: ignore[misc]
    except TypeError as error:
        told.append(repr(error))

    class Odd:
        def __await__(self) -> Generator[object, object]:
            told.append((yield "no future"))

    await Odd()
    return None


async def gives_way(told: Transcript) -> object:
    class Yields:
        def __await__(self) -> Generator[None, object, str]:
            told.append((yield))
            told.append((yield))
            return "yielded"

    return await Yields()


async def uses_the_loop(told: Transcript) -> object:
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    told.append(len(future._callbacks or ()))
    loop.call_soon(lambda: told.append(len(future._callbacks or ())))
    loop.call_later(0.001, future.set_result, "of the future")
    told.append(await future)
    told.append(await loop.run_in_executor(None, str, 5))
    queue = asyncio.Queue[int](1)
    async with asyncio.TaskGroup() as group:
        group.create_task(queue.put(3))
        told.append(await queue.get())

    async def ticks() -> Any:
        try:
            for tick in range(3):
                await asyncio.sleep(0.001)
                yield tick
        finally:
            told.append("closed")

    async for tick in ticks():
        told.append(tick)
    return None


PROGRAMS = [
    *(returns, raises, catches, times_out, cancels_itself, is_cancelled, awaits_what_is_none),
    *(gives_way, uses_the_loop),
]


def outcome(program: Program, stepped: bool, debug: bool) -> Transcript:
    """What a program told, and how it ended."""
    told: Transcript = []

    async def main() -> object:
        if not stepped:
            return await program(told)
        run = Steps(0, time.monotonic_ns(), lambda _: None)
        run.coroutine = program(told)
        return await run

    async def within() -> None:
        task = asyncio.ensure_future(main())
        await asyncio.wait([task])
        told.append(task.cancelled())
        if not task.cancelled():
            error = task.exception()
            told.append(repr(error) if error is not None else task.result())

    asyncio.run(within(), debug=debug)
    return told


@pytest.mark.parametrize("debug", [False, True], ids=["", "debug"])
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_coroutine_behaves_as_it_does_alone(program: Program, debug: bool) -> None:
    alone = outcome(program, stepped=False, debug=debug)
    assert outcome(program, stepped=True, debug=debug) == alone
    assert len(alone) > 1


@pytest.mark.parametrize("selector", [None, object()], ids=["none", "odd"])
def test_a_loop_that_is_not_as_we_know_it_is_left_as_it_is(selector: object) -> None:
    """Nothing is known then of how late it was; what is awaited is told all the same."""
    told: list[tuple[Any, ...]] = []

    class Begins(Steps):
        """With the other selector."""

        def __await__(self) -> Generator[Any, Any, object]:
            loop: Any = asyncio.get_running_loop()
            real, loop._selector = loop._selector, selector
            going = super().__await__()
            first = next(going)
            loop._selector = real
            yield first
            return (yield from going)

    async def main() -> None:
        run = Begins(0, time.monotonic_ns(), told.append)
        run.coroutine = asyncio.sleep(0.01)
        await run
        run.end()

    asyncio.run(main())
    (_, until, _, since, shares, _) = max(told, key=lambda event: event[1] - event[3])
    assert shares["sleep"] == pytest.approx(until - since, rel=0.1)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """A clock that goes on by a microsecond whenever it is looked at, however busy the machine."""
    looks = itertools.count(time.monotonic_ns(), 1_000)
    for module in steps, looks_of_the_loop, worker:
        monkeypatch.setattr(module, "monotonic_ns", looks.__next__)
    monkeypatch.setattr(steps, "thread_time_ns", lambda: 0)
    monkeypatch.setattr(allowance, "_told_until", 0)
    return looks.__next__


@pytest.mark.parametrize(("tasks", "times"), [(3, 3), (3, 20_000), (3000, 3)])
def test_what_is_told_is_little_and_leaves_out_nothing(
    clock: Callable[[], int], tasks: int, times: int
) -> None:
    """One piece follows the other, from its start to its end, and each adds up."""
    told: list[tuple[Any, ...]] = []

    async def gives_way_often(i: int) -> None:
        for _ in range(times):
            await asyncio.sleep(0)

    async def main() -> None:
        await asyncio.gather(*(worker.call_async(task) for task in range(tasks)))

    worker.attach(told.append, gives_way_often, (), gives_way_often)
    begun = clock()
    asyncio.run(main())
    lasted = clock() - begun
    worker.attach(None, gives_way_often, ())  # type: ignore[arg-type]
    found = [event for event in told if event[0] == "awaited"]
    room = 3 * (allowance.BURST_NS + lasted) / allowance.COST_NS
    assert len(found) <= room + 2 * tasks
    began = {event[2]: event[1] for event in told if event[0] == "started"}
    ended = {event[2]: event[1] for event in told if event[0] == "finished"}
    assert len(began) == len(ended) == tasks
    until = dict(began)
    for kind, now, task, *more in told:
        if kind == "awaited":
            since, shares, _ = more
            assert since == until[task]
            assert sum(shares.values()) <= now - since
            until[task] = now
    assert all(until[task] > began[task] for task in began)
    assert sum(ended[task] - until[task] for task in ended) < 0.1 * sum(
        ended[task] - began[task] for task in ended
    )
