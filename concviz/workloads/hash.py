"""CPU work in C that releases the GIL: threads can do it on several cores."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from concviz.workloads import Arguments, Preparation, Workload

# One block for all tasks, long enough that nearly all the time is spent without the GIL.
BLOCK = bytes(256 * 1024)


def hash_blocks(i: int, rounds: int) -> str:
    """Hash large blocks: hashlib releases the GIL while it computes."""
    digest = hashlib.sha256(str(i).encode())
    for _ in range(rounds):
        digest.update(BLOCK)
    return digest.hexdigest()


@contextmanager
def prepare(preparation: Preparation) -> Iterator[Arguments]:
    """A fixed amount of work: what takes the duration on a core of its own."""
    yield (preparation.rounds(lambda rounds: hash_blocks(0, rounds)),)


WORKLOAD = Workload(
    summary="Hashing in C without the GIL: threads use all cores.",
    function=hash_blocks,
    prepare=prepare,
    cores=1.0,
)
