"""What a run on a cluster took besides its makespan: processes, machines, a start, data sent."""

from __future__ import annotations

from dataclasses import dataclass

from concviz.analysis.clusters import threads_of
from concviz.analysis.statistics import NS
from concviz.analysis.thresholds import NEGLIGIBLE
from concviz.analysis.wording import count, duration, size
from concviz.model.run import Run
from concviz.trace.worker_kind import WorkerKind


@dataclass(frozen=True)
class ClusterCost:
    """Of one run."""

    own: bool
    """The cluster was started for the run, on this machine, and ended with it."""
    processes: int
    """Worker processes that did a task."""
    threads: int
    """Threads of theirs that did."""
    hosts: int
    """Machines on which they were."""
    start_s: float
    """Until the first task began."""
    moved_bytes: int
    """Between workers, as far as that was told."""

    @classmethod
    def of(cls, run: Run) -> ClusterCost | None:
        """None where it was no cluster, or did nothing."""
        used = {
            place: [worker for worker in its if len(worker.lane)]
            for place, its in threads_of(run).items()
        }
        used = {place: its for place, its in used.items() if its}
        if run.kind is not WorkerKind.CLUSTER or not used or run.plan is None:
            return None
        threads = [worker for its in used.values() for worker in its]
        return cls(
            own=not run.plan.scheduler,
            processes=len(used),
            threads=len(threads),
            hosts=len({place.host for place in used}),
            start_s=(min(worker.lane.starts[0] for worker in threads) - run.started) / NS,
            moved_bytes=run.cluster.transfers[1],
        )

    def sentence(self, makespan_s: float) -> str:
        """What has to be paid for it, as far as it was measured."""
        processes = count(self.processes, "worker process", "worker processes")
        began = f"{duration(self.start_s)} of the {duration(makespan_s)}"
        moved = f", and {size(self.moved_bytes)} moved between workers" if self.moved_bytes else ""
        if self.own:
            return (
                f"It costs a cluster: {processes} and a scheduler on this machine, which took "
                f"{began} to start{moved}; and Dask, installed."
            )
        where = "one machine" if self.hosts == 1 else count(self.hosts, "machine")
        connected = f", {began} before the first task began" if self._slow(makespan_s) else ""
        return (
            f"It costs a cluster that is kept running: {processes} on {where}, with Dask and your "
            f"code installed on each{connected}{moved}."
        )

    def _slow(self, makespan_s: float) -> bool:
        return self.start_s >= NEGLIGIBLE * makespan_s
