"""One thread per task."""

import threading
from collections.abc import Callable, Iterable, Iterator

from concviz.strategies import Strategy


def threads(call: Callable[[int], object], items: Iterable[int]) -> Iterator[int]:
    """Start a thread for every task, then wait for each of them."""
    threads = {item: threading.Thread(target=call, args=(item,)) for item in items}
    for thread in threads.values():
        thread.start()
    for item, thread in threads.items():
        thread.join()
        yield item


STRATEGY = Strategy(
    summary="One thread per task: start all, join all.",
    kind="thread",
    run=threads,
)
