"""A fixed number of threads that take tasks from a queue."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

from concviz.strategies import Strategy


def thread_pool(call: Callable[[int], object], items: Iterable[int], workers: int) -> Iterator[int]:
    """Let the threads of a pool take the tasks; results come in the order of the items."""
    with ThreadPoolExecutor(max_workers=workers) as executor:
        for item, _ in zip(items, executor.map(call, items), strict=True):
            yield item


STRATEGY = Strategy(
    summary="ThreadPoolExecutor: some threads share the tasks.",
    kind="thread",
    run=thread_pool,
)
