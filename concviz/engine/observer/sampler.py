"""The thread that looks at every live worker, many times a second, and tells what it saw."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from time import monotonic_ns, thread_time

from concviz.engine.observer.account import Account
from concviz.engine.observer.gil import Finder
from concviz.engine.observer.locks import Lock
from concviz.engine.observer.machine import Machine
from concviz.engine.observer.proc import Proc, counts, read
from concviz.engine.observer.process import Process
from concviz.engine.observer.syscalls import Classify, Futex, classifier, futex_of
from concviz.model import events
from concviz.model.environment import Observer
from concviz.model.states import State

AT_MOST = 1 / 40
"""Share of a core that looking may take: with many workers it is done less often."""

NOTHING = Observer(hz=0, cpu=False, blocking=False, gil=False)
Tell = Callable[[list[events.AnyEvent]], None]


@dataclass
class _Thread:
    """A worker's thread under observation."""

    worker: str
    process: Process
    tid: int
    schedstat: int | None
    syscall: int | None
    account: Account
    waited: tuple[Futex | None, int | None, State] = None, None, State.UNKNOWN
    """Where it waited for another thread, the time it had run by then, and for what it waited."""
    lock: Lock | None = None
    """The latest that it was seen to wait for."""

    def waits(self, line: bytes, run: int | None) -> State:
        """That it waits for another thread, or for a lock: known of a wait that goes on."""
        futex = futex_of(line)
        if run is None or self.waited[:2] != (futex, run):
            lock = None if futex is None else self.process.lock(self.tid, futex)
            # What was read of it holds if it has not gone on meanwhile.
            if lock is not None and self.syscall is not None and read(self.syscall) == line:
                self.lock = lock
                self.waited = futex, run, State.LOCK
            else:
                self.waited = futex, run, State.THREAD_WAIT
        return self.waited[2]

    def close(self) -> None:
        for fd in (self.schedstat, self.syscall):
            if fd is not None:
                os.close(fd)


class Sampler:
    """Looks at the threads that it is told of until it is stopped."""

    def __init__(self, tell: Tell, proc: Proc | None = None) -> None:
        self._tell = tell
        self._proc = proc or Proc()
        self._sees = NOTHING
        self._classify: Classify | None = None
        self._finder = Finder(self._proc)
        self._processes: dict[int, Process] = {}
        """Those of which a thread is looked at."""
        self._locks: set[str] = set()
        self._threads: dict[int, _Thread] = {}
        self._orders: SimpleQueue[events.WorkerStarted | str] = SimpleQueue()
        self._stopped = threading.Event()
        self._machine: Machine | None = None
        self._thread = threading.Thread(target=self._run, name="concviz-observe", daemon=True)

    def start(self, sees: Observer) -> None:
        """Begin to look at the workers of a run, of whom so much can be seen."""
        self._sees = sees
        self._classify = classifier() if sees.blocking else None
        self._thread.start()

    def watch(self, event: events.WorkerStarted) -> None:
        """Look at this worker, too. Of several in one thread, the first stands for all."""
        self._orders.put(event)

    def forget(self, worker: str) -> None:
        """Do not look at this one any more."""
        self._orders.put(worker)

    def stop(self) -> None:
        """Look no more; returns when it is so."""
        self._stopped.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        self._machine = Machine()
        interval = 1 / self._sees.hz
        pause = interval
        while not self._stopped.wait(pause):
            self._take_orders()  # once for each worker: no reason to look less often afterwards
            begun = thread_time()
            told = self._look()
            if told:
                self._tell(told)
            cost = thread_time() - begun
            pause = max(interval - cost, cost / AT_MOST)
        self._take_orders()
        told = self._look(last=True)
        if told:
            self._tell(told)
        for tid in list(self._threads):
            self._close(tid)

    def _take_orders(self) -> None:
        with contextlib.suppress(Empty):
            while True:
                order = self._orders.get_nowait()
                if isinstance(order, str):
                    for tid, thread in list(self._threads.items()):
                        if thread.worker == order:
                            self._close(tid)
                elif order.tid not in self._threads:
                    self._open(order)

    def _open(self, order: events.WorkerStarted) -> None:
        schedstat = syscall = None
        try:
            if self._sees.cpu:
                schedstat = self._proc.open(order.pid, order.tid, "schedstat")
            if self._sees.blocking:
                syscall = self._proc.open(order.pid, order.tid, "syscall")
        except OSError:  # it is gone already, or there are no more descriptors
            if schedstat is not None:
                os.close(schedstat)
            return
        if schedstat is None and syscall is None:
            return
        account = Account(order.t_ns, order.run_ns, order.wait_ns)
        process = self._processes.get(order.pid)
        if process is None:
            sees = self._sees
            process = Process(order.pid, self._proc, self._finder, sees.gil, sees.locks)
            self._processes[order.pid] = process
        self._threads[order.tid] = _Thread(
            order.worker, process, order.tid, schedstat, syscall, account
        )

    def _close(self, tid: int) -> None:
        """Look at it no more, and let go of its process with its last thread."""
        thread = self._threads.pop(tid)
        thread.close()
        if all(other.process is not thread.process for other in self._threads.values()):
            thread.process.close()
            self._processes = {k: p for k, p in self._processes.items() if p is not thread.process}

    def _look(self, last: bool = False) -> list[events.AnyEvent]:
        told: list[events.AnyEvent] = []
        for tid, thread in list(self._threads.items()):
            try:
                sample = self._sample(thread)
            except OSError:  # the thread has ended
                self._close(tid)
                continue
            if sample is None:
                continue
            since, until, spent, seen = sample
            lock = thread.lock if spent[State.LOCK] else None
            if lock is not None and lock.key not in self._locks:
                self._locks.add(lock.key)
                told.append(events.LockSeen(until, lock.key, lock.function))
            key = None if lock is None else lock.key
            told.append(events.Sampled(until, thread.worker, since, spent, seen, key))
        if self._machine is not None and (sampled := self._machine.sample(last)) is not None:
            told.append(sampled)
        return told

    def _sample(self, thread: _Thread) -> tuple[int, int, list[int], State] | None:
        seen = State.UNKNOWN
        run = wait = None
        line = b""
        # First how it is, then the counts: they are complete for a thread that was blocked.
        if thread.syscall is not None and self._classify is not None:
            line = _of_living(thread.syscall)
            seen = self._classify(line, thread.process.gils)
        if thread.schedstat is not None:
            run, wait = counts(_of_living(thread.schedstat))
        if seen is State.THREAD_WAIT:
            seen = thread.waits(line, run)
        return thread.account.sample(monotonic_ns(), run, wait, seen)


def _of_living(fd: int) -> bytes:
    """What the file of a thread says. Raises OSError when the thread has ended."""
    line = read(fd)
    if not line:
        raise ProcessLookupError
    return line
