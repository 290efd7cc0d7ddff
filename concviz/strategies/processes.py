"""One process per task."""

from collections.abc import Callable, Iterable, Iterator
from multiprocessing.context import BaseContext

from concviz.strategies import Strategy


def processes(
    call: Callable[[int], object], items: Iterable[int], context: BaseContext
) -> Iterator[None]:
    """Start a process for every task, then wait for each of them."""
    processes = [context.Process(target=call, args=(item,)) for item in items]  # type: ignore[attr-defined]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        yield


STRATEGY = Strategy(
    summary="One process per task: start all, join all.",
    kind="process",
    run=processes,
)
