"""Made-up clusters: hosts, their processes, tasks that wait here and there, are lost and run again.

Times are milliseconds after the start of the run.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from concviz.model.run import Run
from concviz.trace import events
from concviz.trace.environment import Environment
from concviz.trace.header import Header, Program
from concviz.trace.plan import Plan, Traits
from concviz.trace.worker_kind import WorkerKind
from tests.builders.environments import LAB_ENVIRONMENT
from tests.builders.told import MS, ZERO, Told, at, sampled

MB = 10**6
SCHEDULER = "tcp://10.0.0.1:8786"
FAR = "10.0.0.2"
"""Another host than the one on which the client runs, which is ""."""
DASK = Traits(kind="cluster", options=frozenset(("workers", "scheduler")))


@dataclass
class Cluster:
    """A run on a cluster in the making: each method tells what happens there."""

    plan: Plan | None = None
    program: Program | None = None
    environment: Environment = LAB_ENVIRONMENT
    told: Told = field(default_factory=list)
    tasks: int = 0
    """That have a number by now."""

    def host(self, name: str, offset_ms: float = 0, error_ms: float = 0, ms: float = 0) -> None:
        """A machine, and how its clock stands to the stream's."""
        self.told.append(events.Host(at(ms), name, round(offset_ms * MS), round(error_ms * MS)))

    def process(
        self, ms: float, host: str, pid: int, name: str, threads: int = 1, group: int | None = None
    ) -> list[str]:
        """A worker process begins, with so many threads; the keys of their lanes."""
        self.told.append(events.Process(at(ms), pid, None, host, "cluster", name))
        keys = []
        for n in range(threads):
            key, tid = f"{host}/{pid}:{pid + 10 + n}", pid + 10 + n
            label = f"{name} · {n + 1}" if threads > 1 else name
            self.told += [
                events.Thread(at(ms), pid, tid, f"Dask-Default-Threads-{pid}-{n}", host),
                events.WorkerTold(at(ms), key, WorkerKind.CLUSTER, group, label),
                events.WorkerStarted(at(ms), key, pid, tid, host=host),
            ]
            keys.append(key)
        return keys

    def dies(self, ms: float, host: str, pid: int, *lanes: str) -> None:
        """A worker process is killed, and its threads with it."""
        self.told += [events.WorkerDied(at(ms), lane, -9) for lane in lanes]
        self.told.append(events.ProcessEnded(at(ms), pid, -9, host))

    def task(
        self,
        lane: str | None,
        queued: float,
        arrived: float | None = None,
        start: float | None = None,
        end: float | None = None,
        *,
        collected: float | None = None,
        cpu: float | None = None,
        error: str | None = None,
        again: int | None = None,
        label: str = "",
        group: int | None = None,
        result: events.Result = None,
    ) -> int:
        """One as far as it came; its number. ``again``: it is another attempt at that task."""
        task = self.tasks
        self.tasks += 1
        if again is not None or label or group is not None:
            label = label or f"{again} again"
            self.told.append(events.TaskTold(at(queued), task, group, label, again=again))
        self.told.append(events.TaskSubmitted(at(queued), task))
        if arrived is not None and lane is not None:
            self.arrives(arrived, task, lane)
        if start is not None and lane is not None:
            self.told.append(events.TaskStarted(at(start), task, lane))
        if end is not None:
            cpu_ns = None if cpu is None else round(cpu * MS)
            self.told.append(
                events.TaskFinished(at(end), task, cpu_ns, result)
                if error is None
                else events.TaskFailed(at(end), task, cpu_ns, error, "")
            )
        if collected is not None:
            self.told.append(events.TaskCollected(at(collected), task))
        return task

    def arrives(self, ms: float, task: int, lane: str) -> None:
        """The scheduler gives it to the process of that lane."""
        host, pid = where(lane)
        self.told.append(events.TaskArrived(at(ms), task, pid, host))

    def fetches(self, since: float, until: float, task: int, size: int, lane: str) -> None:
        """Data for the task comes from the process of that lane."""
        host, pid = where(lane)
        self.told.append(events.TaskFetched(at(until), task, at(since), size, pid, host))

    def stolen(self, ms: float, task: int, lane: str) -> None:
        """The scheduler takes it away from the process of that lane."""
        host, pid = where(lane)
        self.told.append(events.TaskStolen(at(ms), task, pid, host))

    def loses(self, ms: float, task: int, why: str = "its worker process was killed") -> None:
        """What it did is lost."""
        self.told.append(events.TaskLost(at(ms), task, why))

    def memory(
        self,
        ms: float,
        lane: str,
        held: int | None = None,
        managed: int | None = None,
        spilled: int | None = None,
        limit: int | None = None,
    ) -> None:
        """What the process of that lane holds, in bytes."""
        host, pid = where(lane)
        self.told.append(
            events.ProcessMemory(at(ms), pid, held, managed, spilled, limit, host=host)
        )

    def does(
        self, lane: str, since: float, until: float, *, every: float = 20, **shares: float
    ) -> None:
        """What is seen of a thread: shares of its time by state; the first one when it is seen."""
        whole = sum(shares.values())
        while since < until:
            end = min(since + every, until)
            parts = {name: (end - since) * share / whole for name, share in shares.items()}
            self.told.append(sampled(lane, since, end, **parts))
            since = end

    def others(self, ms: float, ended: int, under_way: int) -> None:
        """Tasks of other people on the same cluster."""
        self.told.append(events.OthersTasks(at(ms), ended, under_way))

    # -- what it comes to --

    @property
    def header(self) -> Header:
        """First line of its recording."""
        return Header(
            plan=self.plan,
            program=self.program,
            environment=self.environment,
            worker_kind=WorkerKind.CLUSTER,
            traits=DASK if self.plan is not None else None,
        )

    def messages(self, end: float | None = None) -> list[Header | events.AnyEvent]:
        """In the order of their times; without an ``end`` it is under way."""
        told = sorted(self.told, key=lambda event: event.t_ns)
        last: Told = []
        if end is not None:
            last = [events.RunFinished(at(end), None), events.RunnerExited(at(end + 1), 0)]
        return [self.header, events.RunStarted(ZERO, 4000), *told, *last]

    def run(self, end: float | None = None) -> Run:
        """All of that."""
        run = Run()
        run.apply(self.messages(end))
        return run

    def recording(self, end: float | None = None) -> bytes:
        """The same as lines."""
        header, *told = self.messages(end)
        assert isinstance(header, Header)
        return header.encode() + events.encode_lines(told)


def where(lane: str) -> tuple[str, int]:
    """Host and process of a lane."""
    host, _, ids = lane.rpartition("/")
    return host, int(ids.split(":")[0])


def cluster_of(tasks: int, workers: int = 4, **plan: object) -> Cluster:
    """A cluster on which so many tasks are to run, of which nothing is told yet."""
    wanted: dict[str, object] = {
        "strategy": "dask",
        "workload": "cpu",
        "duration_s": 0.1,
        "scheduler": SCHEDULER,
        "tasks": tasks,
        "workers": workers,
        **plan,
    }
    return Cluster(Plan(**wanted))  # type: ignore[arg-type]


def cluster_watched(address: str = SCHEDULER) -> Cluster:
    """A cluster on which others run what they will, and nobody planned it."""
    return Cluster(program=Program(argv=[address], how="cluster"))


TWO_HOSTS_MS = 330
NEAR_PID, FAR_PID, DYING_PID = 5000, 5000, 5100
"""Two hosts may use the same numbers."""


def two_hosts() -> Cluster:
    """All that a cluster has to tell: ten tasks on three processes of two hosts, one of which dies.

    Task 6 is stolen, task 7 dies with its process, as does the result of 3: they run again as 10
    and 11. Task 8 waits for data from the other host for 60 ms. One process puts data on its disk.
    """
    told = cluster_of(10)
    told.host("")
    told.host(FAR, offset_ms=-250, error_ms=3)
    a, b = told.process(0, "", NEAR_PID, "alice-0", threads=2)
    (c,) = told.process(0, FAR, FAR_PID, "bob-0")
    (d,) = told.process(0, FAR, DYING_PID, "bob-1")
    for lane in (a, b, c):
        told.does(lane, 10, 110, running=9, gil_wait=1)
    told.does(d, 10, 110, running=1, core_wait=1)
    told.does(c, 112, 212, running=1)
    for lane in (a, b):
        told.does(lane, 112, 312, running=1, gil_wait=1)
    told.task(a, 0, 3, 10, 110, collected=112, cpu=90, result=0)
    told.task(b, 0, 3, 10, 110, collected=112, cpu=90, result=1)
    told.task(c, 0, 3, 10, 110, collected=115, cpu=90, result=2)
    told.task(d, 0, 3, 10, 110, cpu=50, result=3)
    told.task(a, 1, 4, 112, 212, collected=214, cpu=50, result=4)
    told.task(b, 1, 4, 112, 212, collected=214, cpu=50, result=5)
    stolen = told.task(None, 1)
    told.arrives(4, stolen, d)
    told.stolen(105, stolen, d)
    told.arrives(107, stolen, c)
    told.told += [
        events.TaskStarted(at(112), stolen, c),
        events.TaskFinished(at(212), stolen, 100 * MS, 6),
        events.TaskCollected(at(216), stolen),
    ]
    dies = told.task(d, 1, 4, 132)
    fetching = told.task(c, 1, 200, 272, 322, collected=325, cpu=20, result=8)
    told.fetches(212, 272, fetching, 48 * MB, a)
    told.task(a, 1, 205, 212, 312, collected=314, cpu=50, error="ValueError: [b]no[/b]")
    told.dies(180, FAR, DYING_PID, d)
    told.loses(185, dies)
    told.loses(185, 3)
    told.task(b, 186, 188, 212, 312, collected=314, cpu=50, again=dies, result=7)
    told.task(a, 186, 188, 312, 322, collected=325, again=3, result=3)
    for ms, held, spilled in ((50, 400, 0), (150, 610, 90), (250, 640, 180)):
        told.memory(ms, a, held * MB, 300 * MB, spilled * MB, 640 * MB)
        told.memory(ms, c, 150 * MB)
    told.others(100, 12, 3)
    told.others(300, 5, 0)
    return told


def people_at_work() -> Cluster:
    """Tasks of two groups that others run on a cluster of two processes; one is under way still."""
    told = cluster_watched()
    told.host("")
    lanes = told.process(0, "", NEAR_PID, "0", threads=2) + told.process(0, FAR, FAR_PID, "1")
    told.host(FAR, error_ms=0.2)
    told.told += [
        events.Group(at(0), 1, "dask", "inc"),
        events.Group(at(0), 2, "dask", "sum"),
    ]
    for n in range(6):
        start = 10 + 40 * (n // 3)
        told.task(lanes[n % 3], 1, 5, start, start + 40, label=f"inc-{n}", group=1, cpu=30)
    total = told.task(lanes[2], 1, 92, 110, label="sum-0", group=2)
    told.fetches(93, 109, total, 10 * MB, lanes[0])
    for lane in lanes:
        told.does(lane, 10, 90, running=3, sleep=1)
    return told
