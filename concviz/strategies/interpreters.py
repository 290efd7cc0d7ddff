"""A pool of threads, each with a Python interpreter (and a GIL) of its own."""

import concurrent.futures
import sys
from collections.abc import Callable, Iterable, Iterator

from concviz.strategies import Strategy


def interpreters(
    call: Callable[[int], object], items: Iterable[int], workers: int
) -> Iterator[int]:
    """Let the interpreters of a pool take the tasks; results come in the order of the items."""
    with concurrent.futures.InterpreterPoolExecutor(max_workers=workers) as executor:  # type: ignore[attr-defined, unused-ignore]
        for item, _ in zip(items, executor.map(call, items), strict=True):
            yield item


def unavailable() -> str | None:
    """Only Python 3.14 and later have the executor."""
    if hasattr(concurrent.futures, "InterpreterPoolExecutor"):
        return None
    return f"needs Python 3.14 or later; this is {sys.version_info.major}.{sys.version_info.minor}"


STRATEGY = Strategy(
    summary="Threads, each with a Python (and GIL) of its own.",
    kind="interpreter",
    run=interpreters,
    unavailable=unavailable,
)
