"""A workload whose module takes its time to be imported, in the runner and in every worker."""

from __future__ import annotations

import time

from concviz.workloads import Workload

IMPORT_S = 0.3
time.sleep(IMPORT_S)


def slow_import(i: int, seconds: float) -> int:
    """Nothing much: the import was it."""
    time.sleep(seconds)
    return i


WORKLOAD = Workload(summary="Takes long to be imported.", function=slow_import)
