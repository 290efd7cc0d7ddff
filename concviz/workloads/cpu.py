"""CPU work in pure Python: a thread that does it holds the GIL."""

from collections.abc import Iterator
from contextlib import contextmanager

from concviz.workloads import Arguments, Preparation, Workload


def cpu(i: int, rounds: int) -> int:
    """Compute in pure Python, which needs the GIL all the time."""
    total = i
    for number in range(rounds):
        total = (total + number * number) % 1_000_003
    return total


@contextmanager
def prepare(preparation: Preparation) -> Iterator[Arguments]:
    """A fixed amount of work: what takes the duration on a core of its own."""
    yield (preparation.rounds(lambda rounds: cpu(0, rounds)),)


WORKLOAD = Workload(
    summary="Pure Python that holds the GIL: threads gain nothing.",
    function=cpu,
    prepare=prepare,
    cores=1.0,
    holds_gil=True,
)
