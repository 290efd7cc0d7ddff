"""Coroutines on one event loop."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator

from concviz.strategies import Strategy


def coroutines(
    call: Callable[[int], Awaitable[object]], items: Iterable[int], workers: int
) -> Iterator[int]:
    """Give every task a coroutine of a group, of which so many are under way at once."""

    async def main() -> None:
        places = asyncio.Semaphore(workers)

        async def task(item: int) -> object:
            async with places:
                return await call(item)

        async with asyncio.TaskGroup() as group:
            for item in items:
                group.create_task(task(item))

    asyncio.run(main())
    yield from items


STRATEGY = Strategy(
    summary="One thread; a task gives way to others while it waits.",
    kind="coroutine",
    run=coroutines,
)
