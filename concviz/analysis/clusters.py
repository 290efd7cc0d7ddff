"""Where things of a cluster are, for whoever says what happened: hosts, processes, threads."""

from __future__ import annotations

from collections import defaultdict

from concviz.analysis.wording import shortened
from concviz.model.entities import Worker
from concviz.model.on_cluster import Place
from concviz.model.run import Run
from concviz.trace.worker_kind import WorkerKind

HERE = "this machine"


def threads_of(run: Run) -> dict[Place, list[Worker]]:
    """The threads that are there for tasks, by process."""
    found: dict[Place, list[Worker]] = defaultdict(list)
    for worker in run.workers:
        if worker.kind is WorkerKind.CLUSTER and not worker.helper:
            found[place_of(worker)].append(worker)
    return found


def place_of(worker: Worker) -> Place:
    """The process of a thread."""
    return Place(worker.host, worker.pid or 0)


def host_name(host: str) -> str:
    """What to call a host in a sentence."""
    return shortened(host) if host else HERE


def process_name(run: Run, place: Place) -> str:
    """What to call a process, for example "worker 2 on 10.0.0.7"."""
    told = run.surroundings.processes.get((place.host, place.pid))
    name = shortened(told.name) if told is not None and told.name else f"process {place.pid}"
    return f"{name} on {host_name(place.host)}" if _several(run) else name


def _several(run: Run) -> bool:
    return len({worker.host for worker in run.workers}) > 1


def elsewhere(run: Run) -> bool:
    """Whether any of its workers is on another machine, of whose cores nothing is known here."""
    return any(worker.host for worker in run.workers)
