"""One process per task."""

from collections.abc import Callable, Iterable, Iterator
from multiprocessing.context import BaseContext

from concviz.strategies import Strategy


def processes(
    call: Callable[[int], object], items: Iterable[int], context: BaseContext
) -> Iterator[int]:
    """Start a process for every task, then wait for each of them."""
    processes = {item: context.Process(target=call, args=(item,)) for item in items}  # type: ignore[attr-defined]
    for process in processes.values():
        process.start()
    for item, process in processes.items():
        process.join()
        yield item


STRATEGY = Strategy(
    summary="One process per task: start all, join all.",
    kind="process",
    run=processes,
)
