"""Uses a cluster and knows nothing of concviz: reads orders, a line each, and writes answers."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from typing import Any

from distributed import Client, Scheduler, Worker
from distributed.diagnostics.plugin import SchedulerPlugin, WorkerPlugin


class Counting(WorkerPlugin):
    """Counts what ended."""

    def setup(self, worker: Worker) -> None:
        self.ended = 0

    def transition(self, key: Any, start: str, finish: str, **_: Any) -> None:
        self.ended += finish == "memory" and start == "executing"


class Noting(SchedulerPlugin):
    """Counts, too."""

    def __init__(self) -> None:
        self.ended = 0

    def transition(self, key: Any, start: str, finish: str, *_: Any, **__: Any) -> None:
        self.ended += finish == "memory" and start == "processing"


def inc(number: int) -> int:
    time.sleep(0.01)
    return number + 1


def add(numbers: list[int]) -> int:
    return sum(numbers)


def boom(number: int) -> int:
    raise ValueError("no [bold]luck\x1b[31m")


def nothing(number: int) -> int:
    return number


def slow(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def of_worker(dask_worker: Worker) -> dict[str, Any]:
    threads = dask_worker.active_threads
    plugins: dict[str, Any] = dict(dask_worker.plugins)
    return {
        "active": type(threads).__name__,
        "plugins": sorted(plugins),
        "handlers": sorted(dask_worker.handlers),
        "ended": plugins["counting"].ended,
        "threads": [t.name for t in threading.enumerate() if "concviz" in t.name],
        "output": type(sys.stdout).__module__,
    }


def of_scheduler(dask_scheduler: Scheduler) -> dict[str, Any]:
    plugins: dict[str, Any] = dict(dask_scheduler.plugins)
    topics = [name for name in dask_scheduler._broker._topics if name.startswith("concviz")]
    return {
        "plugins": sorted(name.split("-")[0] for name in plugins),
        "of workers": sorted(dask_scheduler.worker_plugins),
        "of nannies": sorted(dask_scheduler.nanny_plugins),
        "handlers": sorted(dask_scheduler.handlers),
        "topics": topics,
        "clients": len(dask_scheduler.clients),
        "ended": plugins["noting"].ended,
    }


class Somebody:
    def __init__(self, client: Client) -> None:
        self.client = client
        client.register_plugin(Counting(), name="counting")
        client.register_plugin(Noting(), name="noting")
        self.called_back = 0
        self.sent = 0
        self.futures: list[Any] = []

    def leave(self) -> None:
        """Leave the cluster as it was."""
        self.client.unregister_worker_plugin("counting")
        self.client.unregister_scheduler_plugin("noting")

    def round(self) -> dict[str, Any]:
        """Tasks that depend on others, one that fails, and callbacks."""
        futures = self.client.map(inc, range(10), pure=False)
        for future in futures:
            future.add_done_callback(self._count)
        self.sent += len(futures)
        total = self.client.submit(add, futures, pure=False).result()
        error = str(self.client.submit(boom, 1, pure=False).exception())
        return {"total": total, "error": error}

    def _count(self, _: Any) -> None:
        self.called_back += 1

    def rounds(self, seconds: float) -> dict[str, Any]:
        """So long, and all that must have been right."""
        until, number = time.monotonic() + seconds, 0
        while time.monotonic() < until:
            found = self.round()
            assert found == {"total": 55, "error": "no [bold]luck\x1b[31m"}
            number += 1
        while self.called_back < self.sent:
            time.sleep(0.01)
        return {"rounds": number}

    def flood(self, tasks: int) -> float:
        begun = time.perf_counter()
        results = self.client.gather(self.client.map(nothing, range(tasks), pure=False))
        assert results == list(range(tasks))
        return time.perf_counter() - begun

    def begin(self, tasks: int, seconds: float) -> int:
        self.futures = self.client.map(slow, [seconds] * tasks, pure=False)
        return len(self.futures)

    def gather(self) -> int:
        return len(self.client.gather(self.futures))

    def look(self) -> dict[str, Any]:
        workers = self.client.run(of_worker)
        scheduler = self.client.run_on_scheduler(of_scheduler)
        return {"workers": list(workers.values()), "scheduler": scheduler}


def main() -> None:
    with Client(sys.argv[1], set_as_default=False) as client:
        client.wait_for_workers(2)
        it = Somebody(client)
        for line in sys.stdin:
            what, *arguments = json.loads(line)
            print(json.dumps(getattr(it, what)(*arguments)), flush=True)
        it.leave()


if __name__ == "__main__":
    main()
