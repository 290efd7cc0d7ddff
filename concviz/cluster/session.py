"""A run's side of a cluster: it joins when the strategy's client is there, and leaves with it."""

from __future__ import annotations

import asyncio
import contextlib
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic_ns
from typing import Any

import distributed

from concviz.cluster.call import Call
from concviz.cluster.hosts import Hosts
from concviz.cluster.machine import this_machine
from concviz.cluster.scheduler_plugin import SessionPlugin, take_off, take_off_workers
from concviz.cluster.translation import Translation
from concviz.cluster.watched_hosts import WatchedHosts
from concviz.cluster.worker_plugin import Settings, TracingPlugin
from concviz.worker.tracing import Emit

LAST_S = 1.0
"""So long, at most, is waited for the last lines of all workers."""


class Session:
    """What a run has on a cluster, and hears from there."""

    def __init__(
        self,
        call: Call,
        task: str,
        arguments: tuple[Any, ...],
        tasks: int,
        emit: Emit,
        latest: dict[int, int],
        hz: float,
    ) -> None:
        """``task``: what does one, for ``function_of``; ``tasks``: how many there are.

        ``latest`` is told which number a task has that was begun again; threads are looked at
        ``hz`` times a second.
        """
        self._call = call
        self._task = task
        self._arguments = pickle.dumps(arguments, pickle.HIGHEST_PROTOCOL)
        self._tasks = tasks
        self._emit = emit
        self._latest = latest
        self._hz = hz
        self._hosts: WatchedHosts | None = None
        self._topic = f"concviz-{call.session}"
        self._translation: Translation | None = None
        self._changed = asyncio.Event()

    @property
    def name(self) -> str:
        """Of all that it has there."""
        return self._call.session

    async def join(self, client: distributed.Client) -> None:
        """Begin to listen to the cluster of a client, in its event loop."""
        here = this_machine()
        there = await client.run_on_scheduler(this_machine)
        self._hosts = hosts = WatchedHosts(self.name, self._topic, self._hz, here, there)
        self._translation = Translation(Hosts(here), hosts.clocks, self._tasks, self._latest)
        client._event_handlers[self._topic] = self._hear  # its plugin knows for whom it tells
        plugin = SessionPlugin(self.name, self._topic, client.id)
        await client.register_plugin(plugin, name=self.name)
        await hosts.join(client)
        own = client.cluster is not None
        settings = Settings(self._topic, client.id, self._task, self._arguments, own, hosts.watch)
        await client.register_plugin(TracingPlugin(settings), name=self.name)

    async def leave(self, client: distributed.Client) -> None:
        """Take everything off again, and wait a moment for what was still to be told."""
        if self._translation is None or self._hosts is None:
            return
        self._hosts.leave()
        what = {"session": self.name, "topic": self._topic}
        with contextlib.suppress(Exception):
            await client.run_on_scheduler(take_off_workers, session=self.name)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._all_said(self._translation), LAST_S)
            await client.run_on_scheduler(take_off, **what)

    async def _all_said(self, translation: Translation) -> None:
        while translation.open:
            self._changed.clear()
            await self._changed.wait()

    def _hear(self, event: tuple[float, Any]) -> None:
        assert self._translation is not None
        for told in self._translation.take(event[1], monotonic_ns()):
            self._emit(told)
        self._changed.set()


@contextmanager
def watched(session: Session) -> Iterator[None]:
    """Within it, a client that is made is one whose cluster the session joins."""
    plain = distributed.Client
    distributed.Client = _client_of(session)  # type: ignore[misc]
    try:
        yield
    finally:
        distributed.Client = plain  # type: ignore[misc]


def _client_of(session: Session) -> type[distributed.Client]:
    class Client(distributed.Client):
        """One that names the tasks of a session, so that all who see them know which they are."""

        async def _start(self, *args: Any, **kwargs: Any) -> Any:
            started = await super()._start(*args, **kwargs)  # type: ignore[no-untyped-call]
            await session.join(self)
            return started

        async def _close(self, *args: Any, **kwargs: Any) -> None:
            if self.status not in ("closed", "newly-created"):
                await session.leave(self)
            await super()._close(*args, **kwargs)

        def submit(self, func: Any, *args: Any, **kwargs: Any) -> Any:
            if isinstance(func, Call) and len(args) == 1:
                kwargs["key"] = func.key(args[0])
            return super().submit(func, *args, **kwargs)

        def map(self, func: Any, *iterables: Any, **kwargs: Any) -> Any:
            if isinstance(func, Call) and len(iterables) == 1:
                items = list(iterables[0])
                iterables = (items,)
                kwargs["key"] = [func.key(item) for item in items]
            return super().map(func, *iterables, **kwargs)

    return Client
