"""Runs a strategy without concviz around it and prints its makespan in seconds.

``python -m tests.benchmarks.bare STRATEGY WORKLOAD TASKS WORKERS``
"""

import inspect
import multiprocessing
import sys
import time

from concviz.strategies import STRATEGIES
from concviz.worker.references import resolve
from concviz.workloads import Workload


def call(task: int) -> object:
    """A task, and nothing else."""
    return work(task, 0.0)


workload = resolve(sys.argv[2])
assert isinstance(workload, Workload)
work = workload.function

if __name__ == "__main__":
    strategy = STRATEGIES.load(sys.argv[1])
    given = {
        "workers": int(sys.argv[4]),
        "chunksize": 1,
        "context": multiprocessing.get_context(),
    }
    wanted = inspect.signature(strategy.run).parameters
    options = {name: value for name, value in given.items() if name in wanted}
    begin = time.perf_counter()
    for _ in strategy.run(call, range(int(sys.argv[3])), **options):
        pass
    print(time.perf_counter() - begin)
