"""Disk I/O: files that are written, synchronised and read back."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from concviz.workloads import Arguments, Preparation, Workload

BLOCK = bytes(64 * 1024)


def disk(i: int, folder: str, rounds: int) -> int:
    """Write a file, wait until the disk has it, read it back; return the bytes written."""
    from pathlib import Path

    path = Path(folder, f"task-{i}.tmp")
    written = 0
    for _ in range(rounds):
        with path.open("wb") as file:
            written += file.write(BLOCK)
            file.flush()
            os.fsync(file)
        path.read_bytes()
    path.unlink(missing_ok=True)
    return written


@contextmanager
def prepare(preparation: Preparation) -> Iterator[Arguments]:
    """A folder and a fixed amount of work: what takes the duration with the disk to itself."""
    folder = str(preparation.folder)
    yield folder, preparation.rounds(lambda rounds: disk(0, folder, rounds))


WORKLOAD = Workload(
    summary="Writes files through to the disk, and reads them back.",
    function=disk,
    prepare=prepare,
)
