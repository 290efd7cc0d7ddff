"""One task after the other."""

from collections.abc import Callable, Iterable, Iterator

from concviz.strategies import Strategy


def sequential(call: Callable[[int], object], items: Iterable[int]) -> Iterator[int]:
    """Do each task in turn, in the main thread."""
    for item in items:
        call(item)
        yield item


STRATEGY = Strategy(
    summary="A loop: one task after the other.",
    kind="main",
    run=sequential,
)
