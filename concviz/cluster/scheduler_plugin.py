"""What a session has in the scheduler: it tells where tasks are, and takes everything off when the
session is over, also if whoever began it was killed."""

from __future__ import annotations

import asyncio
import contextlib
import os
from time import monotonic_ns
from typing import Any

from distributed import Scheduler
from distributed.comm.core import CommClosedError
from distributed.diagnostics.plugin import SchedulerPlugin

from concviz.cluster.clock_keeping import handler_of, tell_time
from concviz.cluster.lines import Place, pack, unpack
from concviz.cluster.machine import this_machine
from concviz.cluster.memory import keep_telling
from concviz.cluster.outbox import Outbox

MOST_KEPT = 5_000
"""Messages that a scheduler keeps for a client that does not take them: a minute's, or less."""
LAST_S = 0.1
LATE_S = (1, 6, 36)
"""Who has not said by then what it had to say will not."""


class SessionPlugin(SchedulerPlugin):
    """Of one session, under the session's name, as its other plugins."""

    def __init__(self, session: str, topic: str, client: str) -> None:
        """``client``: the scheduler's name for whom the session is of."""
        self.name = session
        self._topic = topic
        self._client = client
        self._left_out = 0
        """Lines that were not kept for a client that is slow, and that it was not told of."""

    async def start(self, scheduler: Scheduler) -> None:
        """Begin to tell."""
        self._scheduler = scheduler
        scheduler.handlers[handler_of(self.name)] = tell_time
        self._outbox = Outbox(lambda packed: scheduler.log_event(self._topic, packed))
        here = (os.getpid(), this_machine(), scheduler.address)
        self._outbox.put(("here", monotonic_ns(), Place("scheduler", *here)))
        self._memory = asyncio.create_task(keep_telling(scheduler, self._outbox.put))

    async def close(self) -> None:
        """The scheduler ends."""
        self.end()
        self._outbox.close(("bye", monotonic_ns()))

    def end(self) -> None:
        """Tell nothing more by itself."""
        self._memory.cancel()
        self._scheduler.handlers.pop(handler_of(self.name), None)

    def log_event(self, topic: str, msg: Any) -> None:
        """What the session was sent need not be kept; and of what is said of stealing a part."""
        if topic == self._topic:
            self._scheduler._broker.truncate(topic)
            self._pass_on(msg)
        elif topic == "stealing":
            self._note_stolen(msg)

    def _pass_on(self, packed: bytes) -> None:
        """To our client, as if it had subscribed to that.

        (To one that has, a scheduler sends in vain until it notices that it is gone, and says so in
        its log; and for one that is slow it keeps any amount.)
        """
        comm = self._scheduler.client_comms.get(self._client)
        if comm is None or comm.closed():
            return
        if len(comm.buffer) >= MOST_KEPT:
            batch = unpack(packed)
            self._left_out += batch.left_out + len(batch.lines)
            return
        packs = [packed]
        if self._left_out:
            packs.insert(0, pack("", self._left_out, ()))
            self._left_out = 0
        with contextlib.suppress(CommClosedError):
            comm.send(*({"op": "event", "topic": self._topic, "event": (0.0, p)} for p in packs))

    def _note_stolen(self, msg: Any) -> None:
        """The scheduler's extension that steals tasks says what it does."""

    def remove_worker(self, scheduler: Scheduler, worker: str, **_: Any) -> None:
        """A worker process is no more."""
        self._outbox.put(("worker-gone", monotonic_ns(), worker))

    def remove_client(self, scheduler: Scheduler, client: str) -> None:
        """If it is ours, nothing of the session is to be left."""
        if client == self._client:
            self._ending = asyncio.ensure_future(take_off(scheduler, self.name, self._topic))


async def take_off_workers(dask_scheduler: Scheduler, session: str) -> None:
    """Remove a session's plugins from all workers and nannies.

    To be run in the scheduler, which gives itself by that name.
    """
    # Who cannot be reached is about to be gone itself: all others are told, and that is enough.
    with contextlib.suppress(Exception):
        if session in dask_scheduler.worker_plugins:
            await dask_scheduler.unregister_worker_plugin(None, name=session)
    with contextlib.suppress(Exception):
        if session in dask_scheduler.nanny_plugins:
            await dask_scheduler.unregister_nanny_plugin(None, name=session)


async def take_off(dask_scheduler: Scheduler, session: str, topic: str) -> None:
    """Remove all that there is of a session, in the same way."""
    await take_off_workers(dask_scheduler, session)
    if isinstance(plugin := dask_scheduler.plugins.get(session), SessionPlugin):
        plugin.end()
        del dask_scheduler.plugins[session]
    await asyncio.sleep(LAST_S)
    dask_scheduler._broker._topics.pop(topic, None)
    later = dask_scheduler._ongoing_background_tasks
    for pause in LATE_S if not later.closed else ():
        later.call_later(pause, _forget, dask_scheduler, topic)


async def _forget(scheduler: Scheduler, topic: str) -> None:
    """What workers and nannies had still to say is on its way, and makes the topic anew."""
    scheduler._broker._topics.pop(topic, None)
