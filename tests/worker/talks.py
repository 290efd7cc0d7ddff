"""A workload for sub-interpreters, in which not every module loads."""

from __future__ import annotations

import time

from concviz.workloads import Workload


def talks(i: int, seconds: float) -> str:
    """Prints its task; task 2 raises."""
    print(f"in an interpreter: {i}")
    time.sleep(seconds)
    if i == 2:
        raise ValueError(f"Task {i}")
    return f"Task {i}"


WORKLOAD = Workload(summary="Prints and returns its task.", function=talks)
