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
from concviz.engine.observer.gil import Finder, Gils
from concviz.engine.observer.machine import Machine
from concviz.engine.observer.proc import Proc, counts, read
from concviz.engine.observer.syscalls import Classify, classifier
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
    pid: int
    schedstat: int | None
    syscall: int | None
    account: Account

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
        self._gils: dict[int, Gils | None] = {}
        """Of each process of which a thread is looked at."""
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
        self._threads[order.tid] = _Thread(order.worker, order.pid, schedstat, syscall, account)
        if order.pid not in self._gils:
            self._gils[order.pid] = self._finder.find(order.pid) if self._sees.gil else None

    def _close(self, tid: int) -> None:
        """Look at it no more, and let go of its process with its last thread."""
        thread = self._threads.pop(tid)
        thread.close()
        if all(other.pid != thread.pid for other in self._threads.values()):
            gils = self._gils.pop(thread.pid)
            if gils is not None:
                gils.close()

    def _look(self, last: bool = False) -> list[events.AnyEvent]:
        told: list[events.AnyEvent] = []
        for tid, thread in list(self._threads.items()):
            try:
                sample = self._sample(thread)
            except OSError:  # the thread has ended
                self._close(tid)
                continue
            if sample is not None:
                since, until, spent, seen = sample
                told.append(events.Sampled(until, thread.worker, since, spent, seen))
        if self._machine is not None and (sampled := self._machine.sample(last)) is not None:
            told.append(sampled)
        return told

    def _sample(self, thread: _Thread) -> tuple[int, int, list[int], State] | None:
        seen = State.UNKNOWN
        run = wait = None
        # First how it is, then the counts: they are complete for a thread that was blocked.
        if thread.syscall is not None and self._classify is not None:
            line = _of_living(thread.syscall)
            seen = self._classify(line, self._gils[thread.pid])
        if thread.schedstat is not None:
            run, wait = counts(_of_living(thread.schedstat))
        return thread.account.sample(monotonic_ns(), run, wait, seen)


def _of_living(fd: int) -> bytes:
    """What the file of a thread says. Raises OSError when the thread has ended."""
    line = read(fd)
    if not line:
        raise ProcessLookupError
    return line
