"""Made-up programs that nobody planned: processes, threads, groups, tasks, coroutines, samples.

Times are milliseconds after the start of the program.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from concviz.model.run import Run
from concviz.trace import events
from concviz.trace.environment import Environment
from concviz.trace.header import Header, Program
from concviz.trace.worker_kind import WorkerKind
from tests.builders.environments import LAB_ENVIRONMENT
from tests.builders.told import MS, ZERO, Told, at, sampled

PID = 4700
"""Of the first process of a made-up program."""


@dataclass
class Made:
    """A program in the making: each method tells what happens, and gives what others need."""

    program: Program
    environment: Environment = LAB_ENVIRONMENT
    told: Told = field(default_factory=list)
    tasks: int = 0
    groups: int = 0

    def process(
        self,
        ms: float,
        pid: int = PID,
        name: str = "",
        parent: int | None = None,
        made: str = "spawn",
        **lane: object,
    ) -> str:
        """A process begins; the key of the lane of its main thread."""
        self.told.append(
            events.Process(
                at(ms), pid, parent, made="program" if parent is None else made, name=name
            )
        )
        kind = WorkerKind.MAIN if parent is None else WorkerKind.PROCESS
        label = "main" if parent is None else name
        return self.thread(ms, pid, pid, label, kind=kind, **lane)  # type: ignore[arg-type]

    def thread(
        self,
        ms: float,
        pid: int,
        tid: int,
        label: str = "",
        *,
        kind: WorkerKind = WorkerKind.THREAD,
        group: int | None = None,
        helper: bool = False,
        daemon: bool = False,
        starting: float | None = None,
    ) -> str:
        """A thread begins; the key of its lane. Without a label nobody announced it."""
        key = f"{pid}:{tid}"
        if starting is not None:
            self.told.append(events.WorkerStarting(at(starting), key))
        self.told.append(events.Thread(at(ms), pid, tid, label))
        if label:
            self.told.append(events.WorkerTold(at(ms), key, kind, group, label, helper, daemon))
        self.told.append(events.WorkerStarted(at(ms), key, pid, tid))
        return key

    def slot(self, ms: float, pid: int, tid: int, number: int, group: int) -> str:
        """A row for coroutines of the loop in that thread."""
        key = f"{pid}:{tid}/{number}"
        told = events.WorkerTold(at(ms), key, WorkerKind.COROUTINE, group, f"slot {number}")
        self.told += [told, events.WorkerStarted(at(ms), key, pid, tid)]
        return key

    def ends(self, ms: float, *lanes: str) -> None:
        """Threads end."""
        self.told += [events.WorkerStopped(at(ms), lane) for lane in lanes]

    def exits(self, ms: float, pid: int, exitcode: int | None = 0) -> None:
        """A process ends, after its main thread."""
        self.told += [events.ProcessExiting(at(ms - 1), pid), self._gone(ms, pid, exitcode)]

    def dies(self, ms: float, pid: int, exitcode: int) -> None:
        """A process is killed."""
        self.told += [events.WorkerDied(at(ms), f"{pid}:{pid}", exitcode)]
        self.told.append(self._gone(ms, pid, exitcode))

    @staticmethod
    def _gone(ms: float, pid: int, exitcode: int | None) -> events.ProcessEnded:
        return events.ProcessEnded(at(ms), pid, exitcode)

    def group(self, ms: float, kind: str, label: str, tasks: int | None = None) -> int:
        """An executor, a loop, threads of a function: its number."""
        self.groups += 1
        self.told.append(events.Group(at(ms), self.groups, kind, label, tasks))
        return self.groups

    def task(
        self,
        group: int,
        label: str,
        lane: str | None,
        queued: float,
        start: float | None = None,
        end: float | None = None,
        *,
        cpu: float | None = None,
        error: str | None = None,
        cancelled: float | None = None,
        collected: float | None = None,
        items: int = 1,
        by: int | None = None,
    ) -> int:
        """A task as far as it came; its number."""
        task = self.tasks
        self.tasks += 1
        told: Told = [
            events.TaskTold(at(queued), task, group, label, by, items),
            events.TaskSubmitted(at(queued), task),
        ]
        if start is not None and lane is not None:
            told.append(events.TaskStarted(at(start), task, lane))
        if end is not None:
            cpu_ns = None if cpu is None else round(cpu * MS)
            told.append(
                events.TaskFinished(at(end), task, cpu_ns, None)
                if error is None
                else events.TaskFailed(at(end), task, cpu_ns, error, "")
            )
        if cancelled is not None:
            told.append(events.TaskCancelled(at(cancelled), task))
        if collected is not None:
            told.append(events.TaskCollected(at(collected), task))
        self.told += told
        return task

    def does(
        self, lane: str, since: float, until: float, *, every: float = 100, **shares: float
    ) -> None:
        """What is seen of a thread: shares of its time by state; the first one when it is seen."""
        whole = sum(shares.values())
        while since < until:
            end = min(since + every, until)
            parts = {name: (end - since) * share / whole for name, share in shares.items()}
            self.told.append(sampled(lane, since, end, **parts))
            since = end

    def awaits(
        self, task: int, since: float, until: float, then: str = "running", **shares: float
    ) -> None:
        """What a coroutine tells of itself."""
        whole = sum(shares.values())
        spent = {
            name: round((until - since) * MS * share / whole) for name, share in shares.items()
        }
        self.told.append(events.Awaited(at(until), task, at(since), spent, then))

    def uses(self, until: float, cores: float, *, every: float = 500) -> None:
        """So many of the machine's four cores are in use all the time, by whatever runs."""
        since = 0.0
        while since < until:
            end = min(since + every, until)
            busy = round((end - since) * MS * cores)
            self.told.append(events.MachineSampled(at(end), at(since), busy, 4))
            since = end

    def prints(self, ms: float, text: str, task: int | None = None) -> None:
        """A line."""
        self.told.append(events.Output(at(ms), task, text))

    def mark(self, ms: float, lane: str, label: str) -> None:
        """It says that something is so."""
        self.told.append(events.Marked(at(ms), lane, label))

    # -- what it comes to --

    @property
    def header(self) -> Header:
        """First line of its recording."""
        return Header(program=self.program, environment=self.environment)

    def messages(
        self, end: float | None = None, exitcode: int = 0
    ) -> list[Header | events.AnyEvent]:
        """In the order of their times; without an ``end`` it is under way."""
        told = sorted(self.told, key=lambda event: event.t_ns)
        last: Told = []
        if end is not None:
            last = [events.RunFinished(at(end), None), events.RunnerExited(at(end + 1), exitcode)]
        begun = events.RunStarted(ZERO, self.program.pid or 0)
        return [self.header, begun, *told, *last]

    def run(self, end: float | None = None, exitcode: int = 0) -> Run:
        """All of that."""
        run = Run()
        run.apply(self.messages(end, exitcode))
        return run

    def recording(self, end: float | None = None, exitcode: int = 0) -> bytes:
        """The same as lines."""
        header, *told = self.messages(end, exitcode)
        assert isinstance(header, Header)
        return header.encode() + events.encode_lines(told)


def made(*argv: str, how: str = "watched", python: str = "3.14.0", pid: int | None = PID) -> Made:
    """A program of which nothing is told yet."""
    program = Program(argv=list(argv), how=how, python=python, pid=pid)  # type: ignore[arg-type]
    return Made(program)


FIVE_SCENES_MS = 11_180


def five_scenes() -> Made:
    """A loop, five threads, a pool of three, five processes, a process pool of three."""
    told = made("five_scenes.py")
    main = told.process(0, name="five_scenes.py")
    told.does(main, 0, 60, running=1)
    told.does(main, 60, 5_060, sleep=1)
    told.prints(5_060, "loop took 5 seconds")

    threads = told.group(5_061, "threads", "fetch")
    for n in range(5):
        name = f"Thread-{n + 1} (fetch)"
        lane = told.thread(5_061 + n, PID, PID + 1 + n, name, starting=5_061 + n - 0.5)
        task = told.task(threads, f"fetch({n}, 1)", lane, 5_061 + n - 0.5, 5_061 + n, 6_062 + n)
        told.prints(5_062 + n, f"start {n}", task)
        told.does(lane, 5_061 + n, 6_062 + n, sleep=1)
        told.ends(6_062 + n, lane)
    told.does(main, 5_060, 6_070, lock=1)

    pool = told.group(6_071, "thread-pool", "ThreadPoolExecutor, 3 workers")
    lanes = []
    for n in range(3):
        name = f"ThreadPoolExecutor-0_{n}"
        lanes.append(told.thread(6_072 + n, PID, PID + 11 + n, name, group=pool))
        told.does(lanes[n], 6_072 + n, 7_074, sleep=1)
    for n in range(5):
        start = 6_072 + n if n < 3 else 7_075
        end = start + 1_000
        told.task(pool, f"number({n})", lanes[n % 3], 6_071, start, end, cpu=0.2, collected=end + 1)
    for n, lane in enumerate(lanes):
        told.does(lane, 7_074, 8_076, **({"sleep": 1} if n < 2 else {"lock": 1}))
        told.ends(8_077, lane)
    told.does(main, 6_070, 8_080, lock=1)

    processes = told.group(8_081, "processes", "fetch")
    for n in range(5):
        pid = PID + 30 + n
        lane = told.process(8_095 + n, pid, f"Process-{n + 1}", PID, "fork", starting=8_085 + n)
        told.task(processes, f"fetch({n}, 1)", lane, 8_085 + n, 8_096 + n, 9_096 + n)
        told.does(lane, 8_096 + n, 9_096 + n, sleep=1)
        told.ends(9_097 + n, lane)
        told.exits(9_099 + n, pid)
    told.does(main, 8_080, 9_110, io=1)

    pool = told.group(9_111, "process-pool", "ProcessPoolExecutor, 3 workers")
    lanes = []
    for n in range(3):
        pid = PID + 40 + n
        name = f"ForkProcess-{n + 6}"
        lanes.append(told.process(9_130 + n, pid, name, PID, "fork", starting=9_120, group=pool))
    for n in range(5):
        start = 9_135 + n if n < 3 else 10_137
        end = start + 1_000
        task = told.task(pool, f"square({n})", lanes[n % 3], 9_112, start, end, collected=end + 5)
        told.does(lanes[n % 3], start, end, sleep=1)
        told.prints(end + 5, f"Square: {n * n}", task)
    for n, lane in enumerate(lanes):
        told.does(lane, 10_137 + (1_000 if n < 2 else 0), 11_150, lock=1)
        told.ends(11_160, lane)
        told.exits(11_162, PID + 40 + n)
    for tid, name in ((PID + 50, "Thread-6"), (PID + 51, "QueueFeederThread")):
        lane = told.thread(9_115, PID, tid, name, helper=True, daemon=True)
        told.does(lane, 9_115, 11_150, io=99, running=1)
        told.ends(11_160, lane)
    told.does(main, 9_110, 11_170, lock=1)
    told.exits(11_175, PID)
    told.uses(11_175, 0.1)
    return told


SERVER_MS = 2_400


def server() -> Made:
    """A loop that serves, blocks for a while, and hands work to threads; one child computes."""
    told = made("-m", "server", "--port", "8080")
    main = told.process(0, name="server")
    told.does(main, 0, 180, running=9, io=1, every=20)
    told.mark(180, main, "ready")
    loop = told.group(150, "loop", "asyncio loop")
    pool = told.group(400, "thread-pool", "asyncio's default executor")
    slots = [told.slot(160, PID, PID, n + 1, loop) for n in range(7)]
    threads = [told.thread(400, PID, PID + 1 + n, f"asyncio_{n}", group=pool) for n in range(2)]
    for n in range(12):
        begin = 200 + 130 * n
        lane = slots[n % 6]
        end = begin + 700 if n != 8 else None
        task = told.task(
            loop,
            f"handle({n}, '/images/{n}.png')",
            lane,
            begin - 2,
            begin,
            end,
            cancelled=begin + 400 if end is None else None,
            collected=None if end is None else end + 1,
        )
        until = begin + 700 if end is not None else begin + 399
        told.awaits(task, begin, until - 100, "io", io=8, sleep=1, running=0.3)
        told.awaits(task, until - 100, until, io=8, running=1)
    blocked = told.task(
        loop, "report()", slots[6], 1_150, 1_160, 1_700, error="ValueError: no rows"
    )
    told.told.append(events.LoopBlocked(at(1_660), blocked, 500 * MS))
    told.awaits(blocked, 1_160, 1_700, running=1)
    for n in range(6):
        start = 420 + 320 * (n // 2)
        begun = n < 4
        told.task(
            pool,
            f"resize('{n}.png')" if n != 3 else "thumbnails",
            threads[n % 2] if begun else None,
            410 + n,
            start if begun else None,
            start + 300 if begun else None,
            cpu=120,
            items=500 if n == 3 else 1,
            cancelled=1_500 if n == 5 else None,
        )
    for lane in threads:
        told.does(lane, 400, 1_060, running=4, gil_wait=5, io=1, every=20)
        told.does(lane, 1_060, 2_300, lock=1)
    told.does(main, 180, 1_160, io=8, running=1, gil_wait=1, every=20)
    told.does(main, 1_160, 1_660, running=9, gil_wait=1, every=20)
    told.does(main, 1_660, 2_300, io=9, running=1, every=20)
    child = told.process(600, PID + 9, "SpawnProcess-1", PID)
    told.does(child, 600, 2_200, running=1)
    beside = told.thread(700, PID + 9, PID + 12, "SpawnProcess-1 · Thread-1")
    told.does(beside, 700, 2_200, core_wait=1, running=1)
    unannounced = told.thread(700, PID + 9, PID + 10)
    told.does(unannounced, 700, 2_200, lock=1)
    helper = told.thread(650, PID + 9, PID + 11, "QueueFeederThread", helper=True)
    told.does(helper, 650, 2_200, lock=99, running=1)
    told.dies(2_210, PID + 9, -9)
    told.mark(1_900, threads[0], "cache full")
    told.told.append(
        events.NotSeen(at(700), "pid 4711 was started with -I: its tasks are not seen")
    )
    told.told.append(events.NotTold(at(1_800), 37))
    told.prints(190, "listening on 8080")
    told.exits(2_390, PID, 1)
    told.uses(2_390, 1.7)
    return told
