"""Coroutines on one event loop."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator

from concviz.strategies import Strategy


def coroutines(
    call: Callable[[int], Awaitable[object]], items: Iterable[int], workers: int
) -> Iterator[object]:
    """Give every task a coroutine of a group, of which so many are under way at once."""

    async def main() -> list[object]:
        places = asyncio.Semaphore(workers)

        async def task(item: int) -> object:
            async with places:
                return await call(item)

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(task(item)) for item in items]
        return [task.result() for task in tasks]

    yield from asyncio.run(main())


STRATEGY = Strategy(
    summary="One thread; a task gives way to others while it waits.",
    kind="coroutine",
    run=coroutines,
)
