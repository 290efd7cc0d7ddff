"""An attachment's side of a cluster: it joins, tells what it hears, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import platform
import traceback
from collections.abc import Callable
from time import monotonic_ns
from uuid import uuid4

import distributed

from concviz.cluster.connecting import connect
from concviz.cluster.farewell import LAST_S, farewell
from concviz.cluster.hosts import Hosts
from concviz.cluster.machine import this_machine
from concviz.cluster.others_translation import OthersTranslation
from concviz.cluster.translation import Wire
from concviz.cluster.trouble import UnreachableError
from concviz.cluster.watched_hosts import WatchedHosts
from concviz.cluster.watching_plugin import WatchingPlugin
from concviz.cluster.watching_scheduler_plugin import WatchingSchedulerPlugin

TICK_S = 0.25
"""How often is looked whether the scheduler is still there."""
Emit = Callable[[Wire], object]
Headed = Callable[[str], object]
"""Is told the version of the scheduler's Python, once all is known that is needed."""


class Attaching:
    """What is attached to the cluster of one scheduler."""

    def __init__(self, address: str, hz: float, emit: Emit, headed: Headed) -> None:
        """Threads are looked at ``hz`` times a second."""
        self._address = address
        self._hz = hz
        self._emit = emit
        self._headed = headed
        self._session = f"concviz-{uuid4().hex[:12]}"
        self._topic = self._session
        self._changed = asyncio.Event()
        self._hosts: WatchedHosts | None = None

    async def follow(self, asked: int) -> str | None:
        """Until somebody asks for the end by a byte there: None. Or why it has come by itself.

        Raises UnreachableError where there is no such cluster, or it cannot be joined.
        """
        logging.disable()  # in this process there is nobody else: what goes wrong is said
        over = asyncio.Event()
        asyncio.get_running_loop().add_reader(asked, over.set)
        client = await connect(self._address)
        try:
            if not over.is_set():
                await self._join_or_leave(client)
            while not over.is_set():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(over.wait(), TICK_S)
                self._tell(self._translation.tick(monotonic_ns()))
                comm = client.scheduler_comm
                if client.status != "running" or comm is None or comm.comm.closed():
                    return "its scheduler is gone"
            await self._leave(client)
        finally:
            asyncio.get_running_loop().remove_reader(asked)
            with contextlib.suppress(Exception):
                await asyncio.wait_for(client.close(), LAST_S)
        return None

    async def _join_or_leave(self, client: distributed.Client) -> None:
        """Raises UnreachableError where it is not let in, and has left nothing then."""
        try:
            await self._join(client)
        except Exception as error:
            await self._leave(client)
            said = " ".join(f"{type(error).__name__}: {error}".split())[:200].rstrip(".")
            raise UnreachableError(
                f"the cluster does not take what would tell of its tasks: {said}."
            ) from None

    async def _join(self, client: distributed.Client) -> None:
        here = this_machine()
        there, python = await client.run_on_scheduler(_place)
        self._hosts = hosts = WatchedHosts(self._session, self._topic, self._hz, here, there)
        self._translation = OthersTranslation(Hosts(here), hosts.clocks)
        self._emit(("run-started", monotonic_ns()))
        client._event_handlers[self._topic] = self._hear  # its plugin knows for whom it tells
        plugin = WatchingSchedulerPlugin(self._session, self._topic, client.id)
        await client.register_plugin(plugin, name=self._session)
        await hosts.join(client)
        watching = WatchingPlugin(hosts.watch, self._topic)
        await client.register_plugin(watching, name=self._session)
        self._headed(python)

    async def _leave(self, client: distributed.Client) -> None:
        """Take everything off again, and wait a moment for what was still to be told."""
        if self._hosts is None:  # it was not let in at all
            return
        await farewell(client, self._session, self._topic, self._translation, self._changed)
        self._hosts.leave()
        self._tell(self._translation.finish(monotonic_ns()))

    def _hear(self, event: tuple[float, bytes]) -> None:
        try:
            self._tell(self._translation.take(event[1], monotonic_ns()))
        except Exception:  # Dask would only log it
            traceback.print_exc()
        self._changed.set()

    def _tell(self, told: list[Wire]) -> None:
        for event in told:
            self._emit(event)


def _place() -> tuple[object, str]:
    return this_machine(), platform.python_version()
