"""The thread that looks at every live worker, many times a second, and tells what it saw."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue
from time import thread_time
from typing import NamedTuple

from concviz.observer.machine import Machine
from concviz.observer.others import Others
from concviz.observer.proc import Proc
from concviz.observer.process import Process
from concviz.observer.pythons import Pythons
from concviz.observer.syscalls import Classify, classifier
from concviz.observer.thread import Thread
from concviz.trace import events
from concviz.trace.environment import Observer
from concviz.trace.sparse import sparse
from concviz.trace.states import State

AT_MOST = 1 / 40
"""Share of a core that looking may take: with many workers it is done less often."""

NOTHING = Observer(hz=0, cpu=False, blocking=False, gil=False)
Tell = Callable[[list[events.AnyEvent]], None]


class _Watched(NamedTuple):
    """A worker under observation."""

    worker: str
    thread: Thread
    process: Process


class Sampler:
    """Looks at the threads that it is told of until it is stopped.

    And, ``beside`` them, at what their tasks start and how busy the machine is.
    """

    def __init__(self, tell: Tell, proc: Proc | None = None, *, beside: bool = True) -> None:
        self._tell = tell
        self._beside = beside
        self._proc = proc or Proc()
        self._sees = NOTHING
        self._classify: Classify | None = None
        self._pythons = Pythons(self._proc)
        self._processes: dict[int, Process] = {}
        """Those of which a thread is looked at."""
        self._locks: set[str] = set()
        self._threads: dict[int, _Watched] = {}
        self._kind = ""
        self._others: Others | None = None
        self._orders: SimpleQueue[events.RunStarted | events.WorkerStarted | str] = SimpleQueue()
        self._going = threading.Lock()
        """Held until it is stopped. (To wait for an Event is much more work.)"""
        self._going.acquire()
        self._machine: Machine | None = None
        self._thread = threading.Thread(target=self._run, name="concviz-observe", daemon=True)

    def start(self, sees: Observer, kind: str) -> None:
        """Begin to look at the workers of a run, of that kind, of whom so much can be seen."""
        self._sees = sees
        self._kind = kind
        self._classify = classifier() if sees.blocking else None
        if sees.cpu and self._beside:
            self._others = Others(self._proc, sees, self._classify)
        self._thread.start()

    def watch(self, event: events.RunStarted | events.WorkerStarted) -> None:
        """Look at this worker, too. Of several in one thread, the first stands for all.

        Or at what the tasks of the run start, from now on.
        """
        self._orders.put(event)

    def forget(self, worker: str) -> None:
        """Do not look at this one any more."""
        self._orders.put(worker)

    def stop(self) -> None:
        """Look no more; returns when it is so."""
        if self._going.locked():
            self._going.release()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        self._machine = Machine() if self._beside else None
        interval = 1 / self._sees.hz
        pause = interval
        while not self._going.acquire(timeout=pause):
            # Once for each worker and each thread: no reason to look less often afterwards.
            self._take_orders()
            if self._others is not None:
                self._others.search()
            begun = thread_time()
            told = self._look()
            if told:
                self._tell(told)
            cost = thread_time() - begun
            pause = max(interval - cost, cost / AT_MOST)
        self._going.release()
        self._take_orders()
        told = self._look(last=True)
        if told:
            self._tell(told)
        for tid in list(self._threads):
            self._close(tid)
        if self._others is not None:
            self._others.close()
        for process in self._processes.values():
            process.close()

    def _take_orders(self) -> None:
        for _ in range(self._orders.qsize()):  # nobody else takes from it
            order = self._orders.get()
            if isinstance(order, events.RunStarted):
                if self._others is not None and order.pid and not self._in_processes:
                    process = self._process(order.pid)
                    workers = self._kind in ("thread", "interpreter")
                    self._others.begin(process, order.threads, order.children, workers)
            elif isinstance(order, str):
                for tid, watched in list(self._threads.items()):
                    if watched.worker == order:
                        self._close(tid)
            elif order.tid not in self._threads:
                self._open(order)

    @property
    def _in_processes(self) -> bool:
        """Whether each worker is a process; else all are threads of one."""
        return self._kind == "process"

    def _process(self, pid: int) -> Process:
        found = self._processes.get(pid)
        if found is None:
            sees = self._sees
            found = Process(pid, self._proc, self._pythons, sees.gil, sees.locks)
            self._processes[pid] = found
        return found

    def _open(self, order: events.WorkerStarted) -> None:
        if not (self._sees.cpu or self._sees.blocking):
            return
        try:
            thread = Thread(self._proc, order.pid, order.tid, self._sees)
        except OSError:  # it is gone already, or there are no more descriptors
            return
        thread.count_from(order.t_ns, order.run_ns, order.wait_ns)
        process = self._process(order.pid)
        self._threads[order.tid] = _Watched(order.worker, thread, process)
        if self._others is not None:
            if self._in_processes:
                self._others.begin(process, order.beside, [], workers=False)
            self._others.ours(order.pid, order.tid)

    def _close(self, tid: int) -> None:
        """Look at it no more, nor at its process if it was that."""
        watched = self._threads.pop(tid)
        watched.thread.close()
        pid = watched.process.pid
        if self._kind in ("process", "cluster") and not self._looks_into(pid):
            if self._others is not None:
                self._others.close(pid)
            self._processes.pop(pid).close()

    def _looks_into(self, pid: int) -> bool:
        return any(each.process.pid == pid for each in self._threads.values())

    def _look(self, last: bool = False) -> list[events.AnyEvent]:
        told: list[events.AnyEvent] = []
        for tid, (worker, thread, process) in list(self._threads.items()):
            try:
                look = thread.look(self._classify, process.gils, process)
            except OSError:  # the thread has ended
                self._close(tid)
                continue
            if look is None:
                continue
            lock = thread.lock if look.spent[State.LOCK] else None
            if lock is not None and lock.key not in self._locks:
                self._locks.add(lock.key)
                told.append(events.LockSeen(look.until, lock.key, lock.function))
            key = None if lock is None else lock.key
            spent = sparse(look.spent)
            told.append(events.Sampled(look.until, worker, look.since, spent, look.seen, key))
        if self._others is not None:
            told += self._others.look()
        if self._machine is not None and (sampled := self._machine.sample(last)) is not None:
            told.append(sampled)
        return told
