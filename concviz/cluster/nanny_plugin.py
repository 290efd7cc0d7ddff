"""What a session has in each nanny: it looks at the worker process that the nanny has started.

A worker's own thread would wait for the GIL that it wants to see; its parent does not, and is the
one that the system lets look. Nannies of one process share one thread that looks.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from time import monotonic_ns

from distributed import Nanny
from distributed.diagnostics.plugin import NannyPlugin

from concviz.cluster.clock_keeping import Asking, handler_of
from concviz.cluster.exits import Exits
from concviz.cluster.guarded import Guarded
from concviz.cluster.lines import Place, pack, unpack
from concviz.cluster.machine import this_machine
from concviz.cluster.observing import Observing
from concviz.cluster.outbox import Outbox
from concviz.cluster.parent import Watch, observer_handler
from concviz.trace import events

INTERVAL_S = 0.2
"""Between two batches: the scheduler takes them from all nannies, beside its own work."""
SLOWEST_S = 1.0
SHARE = 1 / 20
"""Of its time a nanny may wait for answers of the scheduler: a slow one is sent less."""
MOST = 200
"""Batches that wait for a scheduler that does not answer; of those beyond, lines are counted."""

_observing: dict[str, tuple[Observing, int]] = {}
"""Of each session that has plugins in this process, and how many."""


class ObservingPlugin(Guarded, NannyPlugin):
    """Looks at one worker process, and at the one that comes after it."""

    def __init__(self, watch: Watch, topic: str) -> None:
        self._watch = watch
        self._session = watch.session
        self._topic = topic
        self._nanny: Nanny | None = None

    async def setup(self, nanny: Nanny) -> None:
        """Be ready for what the worker process will tell."""
        self._nanny = nanny
        self._sender = _Sender(nanny, self._topic)
        self._outbox = Outbox(self._send)
        self._outbox.interval_s = INTERVAL_S
        self._observing = _join(self._session, self._watch.hz)
        self._pid: int | None = None
        nanny.handlers[observer_handler(self._session)] = self._thread_started
        here = this_machine()
        place = Place("nanny", os.getpid(), here, str(nanny.address), str(nanny.name))
        self._outbox.put(("here", monotonic_ns(), place))
        self._asking: Asking | None = None
        if not self._watch.is_known(here):
            time = getattr(nanny.scheduler, handler_of(self._session))
            self._asking = Asking(time, self._outbox.put)
        self._exits = Exits(nanny, self._exited)
        if nanny.pid is not None:
            await self._look_at(nanny.pid)

    async def teardown(self, nanny: Nanny) -> None:
        """Look no more, and leave the nanny as it was."""
        if self._nanny is None:
            return
        self._nanny = None
        self._exits.leave()
        nanny.handlers.pop(observer_handler(self._session), None)
        if self._asking is not None:
            self._asking.close()
        if self._pid is not None:
            self._observing.leave(self._pid)
        await asyncio.to_thread(_leave, self._session)
        self._outbox.close(("bye", monotonic_ns()))
        await self._sender.close()

    async def _thread_started(
        self, pid: int, tid: int, t_ns: int, run_ns: int | None, wait_ns: int | None
    ) -> None:
        """A worker process says that it has such a thread."""
        if self._nanny is None or pid != self._nanny.pid:  # not of that child: never looked at
            return
        await self._look_at(pid)
        worker = f"{pid}:{tid}"
        self._observing.thread_started(
            events.WorkerStarted(t_ns, worker, pid, tid, run_ns, wait_ns)
        )

    def _send(self, packed: bytes) -> None:
        self._outbox.interval_s = min(max(INTERVAL_S, self._sender.took_s / SHARE), SLOWEST_S)
        self._sender.send(packed)

    def _exited(self, exitcode: int) -> None:
        """Its process has ended."""
        if self._pid is not None:
            self._outbox.put(("exited", monotonic_ns(), self._pid, exitcode))

    async def _look_at(self, pid: int) -> None:
        """At that process, if it is another one; returns when it is known what is seen of it."""
        if pid != self._pid:
            if self._pid is not None:
                self._observing.leave(self._pid)
            self._pid = pid
            begin = asyncio.to_thread(self._observing.begin, pid, self._outbox.put)
            self._beginning = asyncio.create_task(begin)
        await asyncio.shield(self._beginning)


class _Sender:
    """Sends batches one after the other, so that they arrive in order."""

    def __init__(self, nanny: Nanny, topic: str) -> None:
        self._nanny = nanny
        self._topic = topic
        self._waiting: deque[bytes] = deque()
        self._left_out = 0
        self.took_s = 0.0
        """How long it was until the latest batch was taken."""
        self._task: asyncio.Task[None] | None = None

    def send(self, packed: bytes) -> None:
        if len(self._waiting) >= MOST:
            batch = unpack(packed)
            self._left_out += batch.left_out + len(batch.lines)
            return
        self._waiting.append(packed)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._send())

    async def close(self) -> None:
        """Returns when all has been sent that can be."""
        if self._task is not None:
            await self._task

    async def _send(self) -> None:
        while self._waiting:
            packed = self._waiting.popleft()
            if self._left_out:
                source, left_out, lines = unpack(packed)
                packed = pack(source, left_out + self._left_out, lines)
                self._left_out = 0
            begun = monotonic_ns()
            try:
                await self._nanny.scheduler.log_event(topic=self._topic, msg=packed)
            except OSError:  # out of reach: so is whoever would listen
                return
            self.took_s = (monotonic_ns() - begun) / 1e9


def _join(session: str, hz: float) -> Observing:
    observing, members = _observing.get(session, (None, 0))
    observing = observing or Observing(hz)
    _observing[session] = observing, members + 1
    return observing


def _leave(session: str) -> None:
    observing, members = _observing.pop(session)
    if members > 1:
        _observing[session] = observing, members - 1
    else:
        observing.end()
