"""What is known of a run: what its events are folded into, and what everybody reads."""

from __future__ import annotations

from collections.abc import Sequence

from concviz.model.entities import Changes, Counts, Mark, Phase, SeenIn, Worker
from concviz.model.groups import ALWAYS, GroupTasks
from concviz.model.locks import Locks
from concviz.model.logs import Logs
from concviz.model.machine import Machine
from concviz.model.on_cluster import OnCluster
from concviz.model.others import Others
from concviz.model.output import Printed
from concviz.model.queue import Queue
from concviz.model.samples import Room
from concviz.model.surroundings import Surroundings
from concviz.model.tasks import UNKNOWN, Outcome, Tasks
from concviz.trace.environment import Environment
from concviz.trace.events import NotSeen
from concviz.trace.header import Program
from concviz.trace.plan import Plan
from concviz.trace.states import State
from concviz.trace.worker_kind import WorkerKind


class Known:
    """A run as far as its events tell. Times are monotonic nanoseconds of the machine that ran."""

    def __init__(self, plan: Plan | None = None) -> None:
        self.plan = plan
        """None where nobody planned what runs, or it has not been told yet."""
        self.program: Program | None = None
        """What runs, where nobody planned it."""
        self.told_environment: Environment | None = None
        self.usual_kind = WorkerKind.WORKER
        """What a worker is of which nothing else is told."""
        self.interdependent = False
        """Whether tasks wait for one another: then their times prove nothing."""
        self.strategy_source = ""
        """The text of the strategy's function, as it ran; empty where there is none."""
        self.task_source = ""
        self.phase = Phase.PREPARING
        self.preparing = self.first_words
        self.started = UNKNOWN
        self.finished = UNKNOWN
        """When the strategy's code ended; if it did not, when the run did."""
        self.error: str | None = None
        """What the strategy's own code raised, or how the runner died."""
        self.exitcode: int | None = None
        self.stop_requested = False
        self.rounds_per_s: float | None = None
        number = plan.tasks if plan is not None else 0
        self.tasks = Tasks(number)
        self.workers: list[Worker] = []
        self.output = Printed()
        self.counts = Counts()
        self.tally = [number, *([0] * (len(Outcome) - 1))]
        """Number of tasks by outcome."""
        self.busy = 0
        """Sum of the wall times of all ended tasks."""
        self.cpu = 0
        """Sum of the CPU times that are known, and the number of tasks for which they are."""
        self.cpu_known = 0
        self.waits = (0, 0, 0)
        """From submission to start: of how many tasks that is known, the sum, and the longest."""
        self.latest = UNKNOWN
        """Time of the latest event."""
        self.locks = Locks()
        self.seen_in: dict[SeenIn, SeenIn] = {}
        """Functions in which workers were seen, each once."""
        """Those that its workers were seen to wait for."""
        self.unread = 0
        """Events that had happened when the latest ones were read, and were still to be read."""
        self.others: dict[tuple[str, int], Others] = {}
        """What its tasks have started, by host and process in which they ran."""
        self.machine = Machine()
        self.peak_memory: int | None = None
        """The most that its processes were seen to hold, in bytes; None where not looked at."""
        self.surroundings = Surroundings()
        self.cluster = OnCluster()
        """What a cluster tells besides; nothing of a run on no cluster."""
        self.by_group: dict[int, GroupTasks] = {}
        """Tasks of the groups of which that was told."""
        self.marks: list[Mark] = []
        """What the program said was so from then on."""
        self.digests: dict[int, str] = {}
        """By task: what is the same of equal results, where that was told."""
        self.undigested = ""
        """Why some results have none, in words; "" where all that can have one do."""
        self.not_seen: list[NotSeen] = []
        """What of it cannot be seen."""
        self.states: Sequence[State] = tuple(State)
        """By the numbers that samples call them."""
        self.room = Room()
        """For the samples of all threads together."""
        self.log = Logs()
        self.changes = Changes()
        """By the batch of messages that is taken in."""
        self.pid = 0
        """Of the runner's process."""
        self.by_key: dict[str, int] = {}
        """Indices of workers."""
        self.sharing: dict[tuple[str, int, int], list[Worker]] = {}
        """Workers that share a thread, by host, process and thread id."""

    @property
    def submits(self) -> Sequence[int]:
        """Times of submission, sorted; with ``starts``, the depth of the queue at any time."""
        return self.log.submits.all

    @property
    def starts(self) -> Sequence[int]:
        """Times at which tasks started, sorted."""
        return self.log.starts.all

    @property
    def queue(self) -> Queue:
        """How many tasks wait, at any time."""
        return self.log.queue

    @property
    def queued(self) -> int:
        """How many tasks wait, as far as is known."""
        return self.queue.depth(ALWAYS)

    @property
    def first_words(self) -> str:
        """What is being done before anything was told."""
        return f"Starting the {'runner' if self.program is None else 'program'}"

    # -- small things of the fold --

    def see(self, t_ns: int) -> None:
        """Something happened at that time."""
        if t_ns > self.latest:
            self.latest = t_ns

    def count_unknown(self, t_ns: int) -> None:
        """An event told of what there is not."""
        self.counts.unknown += 1
        self.log.unknown.add(t_ns)

    def count_duplicate(self, t_ns: int) -> None:
        """An event came twice."""
        self.counts.duplicate += 1
        self.log.duplicate.add(t_ns)

    def group_of(self, task: int) -> GroupTasks | None:
        """Those to which the task belongs, where that was told."""
        if not self.by_group:
            return None
        named = self.tasks.named.get(task)
        return None if named is None or named.group is None else self.by_group.get(named.group)

    def redraw(self, index: int) -> Worker:
        """The worker of that index, whose row has changed."""
        worker = self.workers[index]
        worker.lane.version += 1
        self.changes.workers.add(index)
        return worker

    def others_of(self, pid: int, host: str = "") -> Others:
        """What tasks have started in that process."""
        if (host, pid) not in self.others:
            self.others[host, pid] = Others(pid, host, self.room)
        return self.others[host, pid]

    @property
    def ended(self) -> bool:
        """Whether the run is over and nothing more will come."""
        return self.phase.ended
