"""A run's side of a cluster: it joins when the strategy's client is there, and leaves with it."""

from __future__ import annotations

import asyncio
import logging
import pickle
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic_ns
from typing import Any

import dask
import distributed
from distributed.core import clean_exception
from distributed.protocol.pickle import dumps
from distributed.versions import VersionMismatchWarning

from concviz.cluster import starting
from concviz.cluster.call import Call
from concviz.cluster.connecting import ANSWER_S, check, reached
from concviz.cluster.farewell import farewell
from concviz.cluster.hosts import Hosts, reached_at
from concviz.cluster.machine import this_machine
from concviz.cluster.run_scheduler_plugin import RunSchedulerPlugin
from concviz.cluster.translation import Translation, starting_key
from concviz.cluster.trouble import STRANDED, UnreachableError
from concviz.cluster.versions import differing, versions
from concviz.cluster.watched_hosts import WatchedHosts
from concviz.cluster.worker_plugin import Settings, TracingPlugin
from concviz.worker.describe import describe_error
from concviz.worker.references import CALL
from concviz.worker.tracing import Emit

CLOSE_S = 20.0
"""So long may a client take to close, and a cluster of its own with it."""


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
        self._arguments = arguments
        self._tasks = tasks
        self._emit = emit
        self._latest = latest
        self._hz = hz
        self._hosts: WatchedHosts | None = None
        self._topic = f"concviz-{call.session}"
        self._translation: Translation | None = None
        self._starting: list[str] = []
        self._changed = asyncio.Event()

    @property
    def name(self) -> str:
        """Of all that it has there."""
        return self._call.session

    def starting(self, worker: str) -> None:
        """A worker process of a cluster of our own is about to be started, by that name."""
        self._starting.append(worker)
        key = starting_key(worker)
        self._emit(("worker", monotonic_ns(), key, "cluster", None, f"worker {worker}"))
        self._emit(("worker-starting", monotonic_ns(), key))

    async def join(self, client: distributed.Client) -> None:
        """Begin to listen to the cluster of a client, in its event loop.

        Raises UnreachableError where that is not possible; then nothing of it stays there.
        """
        self._client = client
        scheduler: Any = client.scheduler
        own = client.cluster is not None
        if not own:
            await check(client)
            await self._compare_versions(client)
            if not (await scheduler.identity(n_workers=1))["n_workers"]:
                raise UnreachableError(
                    f"the cluster of {scheduler.address} has no workers: start some, for example "
                    f"by dask worker {scheduler.address}"
                )
        arguments = self._pickled()
        here = this_machine()
        there = await client.run_on_scheduler(this_machine)
        self._hosts = hosts = WatchedHosts(self.name, self._topic, self._hz, here, there)
        self._translation = Translation(
            Hosts(here), hosts.clocks, self._tasks, self._latest, self._starting
        )
        client._event_handlers[self._topic] = self._hear  # its plugin knows for whom it tells
        plugin = RunSchedulerPlugin(self.name, self._topic, client.id)
        await client.register_plugin(plugin, name=self.name)
        await hosts.join(client)
        settings = Settings(self._topic, client.id, self._task, arguments, own, hosts.watch)
        prepared = await scheduler.register_worker_plugin(
            plugin=dumps(TracingPlugin(settings)), name=self.name, idempotent=False
        )
        for worker, answer in prepared.items():
            if answer["status"] == "error":
                raise UnreachableError(self._unprepared(worker, answer))

    async def _compare_versions(self, client: distributed.Client) -> None:
        found = {"scheduler": await client.run_on_scheduler(versions)}
        found |= await client.run(versions, on_error="return")
        if (said := differing(versions(), found)) is not None:
            self._emit(("output", monotonic_ns(), None, said))

    def _pickled(self) -> bytes:
        """What all tasks work on, as it travels. Raises UnreachableError."""
        try:
            return pickle.dumps(self._arguments, pickle.HIGHEST_PROTOCOL)
        except Exception as error:
            raise UnreachableError(
                "what these tasks share cannot be sent to the workers of a cluster "
                f"({describe_error(error)[0]}): a lock, for example, is of one machine."
            ) from None

    def _unprepared(self, worker: str, answer: dict[str, Any]) -> str:
        """Why a worker cannot do the tasks."""
        error = clean_exception(answer["exception"], answer["traceback"])[1] or RuntimeError()
        what = self._task.removeprefix(CALL)
        line, _ = describe_error(error)
        return (
            f"{what} cannot be loaded on {reached_at(worker) or worker}, where a worker runs "
            f"({line}): it must be there, too, and be found."
        )

    async def leave(self, client: distributed.Client) -> None:
        """Take everything off again, and wait a moment for what was still to be told."""
        if self._translation is None or self._hosts is None:
            return
        await farewell(client, self.name, self._topic, self._translation, self._changed)
        self._hosts.leave()
        for told in self._translation.finish(monotonic_ns()):
            self._emit(told)

    def _hear(self, event: tuple[float, Any]) -> None:
        assert self._translation is not None
        for told in self._translation.take(event[1], monotonic_ns()):
            self._emit(told)
        if self._translation.stranded:
            for future in self._client.futures.values():
                future.cancel(STRANDED, "")
        self._changed.set()


@contextmanager
def watched(session: Session) -> Iterator[None]:
    """Within it, a client that is made is one whose cluster the session joins."""
    for part in ("client", "protocol"):  # what goes wrong there we say in sentences
        logging.getLogger(f"distributed.{part}").setLevel(logging.CRITICAL)
    plain = distributed.Client
    distributed.Client = _client_of(session)  # type: ignore[misc]
    starting.listeners.append(session.starting)
    warnings.simplefilter("ignore", VersionMismatchWarning)  # a table of many lines
    try:
        with dask.config.set({"distributed.nanny.preload": [starting.__name__]}):
            yield
    finally:
        starting.listeners.remove(session.starting)
        distributed.Client = plain  # type: ignore[misc]


def _client_of(session: Session) -> type[distributed.Client]:
    class Client(distributed.Client):
        """One that names the tasks of a session, so that all who see them know which they are."""

        async def _start(self, *args: Any, **kwargs: Any) -> Any:
            starting = super()._start(*args, **kwargs)  # type: ignore[no-untyped-call]
            address = self._start_arg
            if isinstance(address, str):
                starting = reached(address, starting, ANSWER_S)
            started = await starting
            try:
                await session.join(self)
            except BaseException:
                await self._close()
                raise
            return started

        async def _reconnect(self) -> None:
            self._timeout = 0.0  # whoever comes back has forgotten our tasks
            await super()._reconnect()

        def close(self, timeout: Any = CLOSE_S) -> Any:
            return super().close(timeout)  # type: ignore[no-untyped-call]

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
