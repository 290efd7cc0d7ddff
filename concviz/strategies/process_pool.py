"""A fixed number of processes that take tasks from a queue."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.context import BaseContext

from concviz.strategies import Strategy


def process_pool(
    call: Callable[[int], object],
    items: Iterable[int],
    workers: int,
    context: BaseContext,
    chunksize: int,
) -> Iterator[int]:
    """Let the processes of a pool take the tasks; results come in the order of the items."""
    with ProcessPoolExecutor(max_workers=workers, mp_context=context) as executor:
        for item, _ in zip(items, executor.map(call, items, chunksize=chunksize), strict=True):
            yield item


STRATEGY = Strategy(
    summary="ProcessPoolExecutor: some processes share the tasks.",
    kind="process",
    run=process_pool,
)
