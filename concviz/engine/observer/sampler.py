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
from concviz.engine.observer.machine import Machine
from concviz.engine.observer.proc import Proc, read
from concviz.engine.observer.syscalls import Classify, classifier
from concviz.model import events
from concviz.model.environment import Observer
from concviz.model.states import State

AT_MOST = 1 / 40
"""Share of a core that looking may take: with many workers it is done less often."""

Tell = Callable[[list[events.AnyEvent]], None]


@dataclass
class _Thread:
    """A worker's thread under observation."""

    worker: str
    schedstat: int | None
    syscall: int | None
    gil: range | None
    account: Account

    def close(self) -> None:
        for fd in (self.schedstat, self.syscall):
            if fd is not None:
                os.close(fd)


class Sampler:
    """Looks at the threads that it is told of until it is stopped."""

    def __init__(self, sees: Observer, tell: Tell, proc: Proc | None = None) -> None:
        self._sees = sees
        self._tell = tell
        self._proc = proc or Proc()
        self._classify: Classify | None = classifier() if sees.blocking else None
        self._finder: Finder | None = None
        self._gils: dict[int, range | None] = {}
        self._threads: dict[int, _Thread] = {}
        self._orders: SimpleQueue[events.WorkerStarted | str] = SimpleQueue()
        self._stopped = threading.Event()
        self._machine: Machine | None = None
        self._thread = threading.Thread(target=self._run, name="concviz-observe", daemon=True)
        self._with_gil = True

    def start(self, worker_kind: str) -> None:
        """Begin to look at the workers of a run, whatever they are."""
        # The GIL of a sub-interpreter is in the heap, where a lock would be, too.
        self._with_gil = worker_kind != "interpreter"
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
        for thread in self._threads.values():
            thread.close()

    def _take_orders(self) -> None:
        with contextlib.suppress(Empty):
            while True:
                order = self._orders.get_nowait()
                if isinstance(order, str):
                    for tid, thread in list(self._threads.items()):
                        if thread.worker == order:
                            self._threads.pop(tid).close()
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
        self._threads[order.tid] = _Thread(
            order.worker, schedstat, syscall, self._gil(order.pid), account
        )

    def _gil(self, pid: int) -> range | None:
        if not (self._sees.gil and self._with_gil):
            return None
        if pid not in self._gils:
            self._finder = self._finder or Finder(self._proc)
            self._gils[pid] = self._finder.find(pid)
        return self._gils[pid]

    def _look(self, last: bool = False) -> list[events.AnyEvent]:
        told: list[events.AnyEvent] = []
        for tid, thread in list(self._threads.items()):
            try:
                sample = self._sample(thread)
            except (OSError, ValueError):  # the thread has ended
                self._threads.pop(tid).close()
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
            line = read(thread.syscall)
            if not line:
                raise ProcessLookupError
            seen = self._classify(line, thread.gil)
        if thread.schedstat is not None:
            words = read(thread.schedstat).split()
            run, wait = int(words[0]), int(words[1])
        return thread.account.sample(monotonic_ns(), run, wait, seen)
