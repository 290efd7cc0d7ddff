"""Half I/O, half CPU work, as most programs are."""

from collections.abc import Iterator
from contextlib import contextmanager

from concviz.workloads import Arguments, Preparation, Workload
from concviz.workloads.cpu import cpu
from concviz.workloads.http import http, http_async, serving


def mixed(i: int, url: str, rounds: int) -> int:
    """Get the data from a slow server, then compute in pure Python."""
    http(i, url)
    return cpu(i, rounds)


async def mixed_async(i: int, url: str, rounds: int) -> int:
    """Wait for the server without blocking the event loop, then block it by computing."""
    await http_async(i, url)
    return cpu(i, rounds)


@contextmanager
def prepare(preparation: Preparation) -> Iterator[Arguments]:
    """A server that takes half the duration to answer, and work for the other half."""
    rounds = preparation.rounds(lambda rounds: cpu(0, rounds)) // 2
    preparation.say("Starting the HTTP server")
    with serving(preparation.duration_s / 2) as url:
        yield url, rounds


WORKLOAD = Workload(
    summary="Waits for a server, then computes: half and half.",
    function=mixed,
    coroutine=mixed_async,
    prepare=prepare,
    cores=0.5,
    holds_gil=True,
)
