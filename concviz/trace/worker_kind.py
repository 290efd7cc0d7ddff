"""What a worker is."""

from __future__ import annotations

from enum import StrEnum


class WorkerKind(StrEnum):
    """What executes tasks on a lane. The values are what a stream calls them."""

    MAIN = "main"
    """The main thread, by itself."""
    THREAD = "thread"
    PROCESS = "process"
    COROUTINE = "coroutine"
    """One of several that share a thread, and tell themselves what they wait for."""
    INTERPRETER = "interpreter"
    """A thread with an interpreter of its own."""
    CLUSTER = "cluster"
    """A thread of a worker process of a cluster, on this machine or on another."""
    WORKER = "worker"
    """Something else, or not known."""

    @classmethod
    def _missing_(cls, value: object) -> WorkerKind:
        """A kind of a newer version is a worker all the same."""
        return cls.WORKER

    @property
    def lane(self) -> str:
        """In the name of a lane, for example "slot"."""
        return _LANES.get(self, self.value)

    @property
    def plural(self) -> str:
        """For example "threads"."""
        return _PLURALS.get(self, f"{self.value}s")


_LANES = {
    WorkerKind.COROUTINE: "slot",
    WorkerKind.INTERPRETER: "interp",
    WorkerKind.CLUSTER: "worker",
}
_PLURALS = {
    WorkerKind.MAIN: "workers",
    WorkerKind.PROCESS: "processes",
    WorkerKind.CLUSTER: "worker threads",
}
