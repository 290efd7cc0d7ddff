"""Workloads whose coroutines await one kind of thing each, for as long as they are told."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Generator, Iterator
from contextlib import contextmanager
from typing import Any

from concviz.workloads import Arguments, Preparation, Workload

Coroutines = Callable[..., Coroutine[Any, Any, object]]


def _blocking(i: int, *_: object) -> None:
    """Their other form is of no interest."""


def _workload(coroutine: Coroutines, **options: Any) -> Workload:
    return Workload(summary="Awaits.", function=_blocking, coroutine=coroutine, **options)


@contextmanager
def _a_lock(preparation: Preparation) -> Iterator[Arguments]:
    yield preparation.duration_s, asyncio.Lock()


@contextmanager
def _a_semaphore(preparation: Preparation) -> Iterator[Arguments]:
    yield preparation.duration_s, asyncio.Semaphore(1)


async def timer(i: int, seconds: float) -> None:
    await asyncio.sleep(seconds)


async def many_timers(i: int, seconds: float) -> None:
    """So short that no sample tells of one."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        await asyncio.sleep(0.002)


async def a_generator(i: int, seconds: float) -> None:
    """What is awaited is hidden in an asynchronous generator."""

    async def ticks() -> AsyncIterator[int]:
        for tick in range(2):
            await asyncio.sleep(seconds / 2)
            yield tick

    async for _ in ticks():
        pass


async def in_turns(i: int, seconds: float, place: asyncio.Lock | asyncio.Semaphore) -> None:
    """Nobody computes: who waits, waits for the lock."""
    async with place:
        await asyncio.sleep(seconds)


async def a_thread(i: int, seconds: float) -> None:
    await asyncio.to_thread(time.sleep, seconds)


async def an_executor(i: int, seconds: float) -> None:
    await asyncio.get_running_loop().run_in_executor(None, time.sleep, seconds)


async def a_queue(i: int, seconds: float) -> None:
    queue = asyncio.Queue[int]()
    asyncio.get_running_loop().call_later(seconds, queue.put_nowait, i)
    await queue.get()


async def some_tasks(i: int, seconds: float) -> None:
    await asyncio.gather(asyncio.sleep(seconds), asyncio.sleep(seconds / 2))


async def a_group(i: int, seconds: float) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(asyncio.sleep(seconds))


async def a_stream(i: int, seconds: float) -> None:
    """The other end answers late."""
    ours, theirs = socket.socketpair()
    with theirs:
        reader, writer = await asyncio.open_connection(sock=ours)
        asyncio.get_running_loop().call_later(seconds, theirs.send, b"late\n")
        await reader.readline()
        writer.close()
        await writer.wait_closed()


async def a_socket(i: int, seconds: float) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        loop = asyncio.get_running_loop()
        loop.call_later(seconds, theirs.send, b"late")
        await loop.sock_recv(ours, 10)


async def a_process(i: int, seconds: float) -> None:
    await (await asyncio.create_subprocess_exec("sleep", str(seconds))).wait()


async def a_future(i: int, seconds: float) -> None:
    """Whose it is cannot be told."""
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    loop.call_later(seconds, future.set_result, i)
    await future


class _Yields:
    """Gives way again and again, as other libraries' awaitables do."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def __await__(self) -> Generator[None]:
        while time.monotonic() < self._end:
            yield


async def others(i: int, seconds: float) -> None:
    await _Yields(seconds)


async def overslept(i: int, seconds: float) -> None:
    """Task 1 keeps the event loop; the others have slept long before."""
    await asyncio.sleep(seconds / 4)
    if i == 1:
        time.sleep(seconds)
    await asyncio.sleep(seconds / 4)


async def answered_meanwhile(i: int, seconds: float) -> None:
    """Task 0 is answered by task 1, which keeps the event loop from then on."""
    if i:
        _asked.pop().send(b"soon")
        time.sleep(seconds)
        return
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        _asked.append(theirs)
        await asyncio.get_running_loop().sock_recv(ours, 10)


_asked: list[socket.socket] = []


async def beside_a_busy_one(i: int, seconds: float) -> None:
    """Task 0 computes in short steps: the others' answers come no later for that."""
    if i:
        await a_socket(i, seconds)
        return
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        until = time.monotonic() + 0.003
        while time.monotonic() < until:
            pass
        await asyncio.sleep(0)


TIMER = _workload(timer)
MANY_TIMERS = _workload(many_timers)
A_GENERATOR = _workload(a_generator)
A_LOCK = _workload(in_turns, prepare=_a_lock)
A_SEMAPHORE = _workload(in_turns, prepare=_a_semaphore)
A_THREAD = _workload(a_thread)
AN_EXECUTOR = _workload(an_executor)
A_QUEUE = _workload(a_queue)
SOME_TASKS = _workload(some_tasks)
A_GROUP = _workload(a_group)
A_STREAM = _workload(a_stream)
A_SOCKET = _workload(a_socket)
A_PROCESS = _workload(a_process)
A_FUTURE = _workload(a_future)
OTHERS = _workload(others)
OVERSLEPT = _workload(overslept)
ANSWERED_MEANWHILE = _workload(answered_meanwhile)
BESIDE_A_BUSY_ONE = _workload(beside_a_busy_one)
