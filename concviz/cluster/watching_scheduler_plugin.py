"""What an attachment has in the scheduler: it tells which tasks there are, whose, and where."""

from __future__ import annotations

import contextlib
from time import monotonic_ns
from typing import Any

from distributed import Scheduler

from concviz.cluster.lines import Line
from concviz.cluster.scheduler_plugin import SessionPlugin
from concviz.cluster.task_names import Clients, bounded, task_name
from concviz.worker.describe import RESULT

UNDER_WAY = ("waiting", "no-worker", "queued", "processing")
ENDED = ("memory", "erred")
MOST_GROUPS = 500
OTHERS = "other functions"
"""Tasks for whose function there is no group any more."""
MOST_AT_ONCE = 2_000
"""Lines that are put together before they leave: a large graph comes in one go."""


class WatchingSchedulerPlugin(SessionPlugin):
    """Of one attachment. It numbers tasks as they come: one that is computed anew is another."""

    async def start(self, scheduler: Scheduler) -> None:
        """Begin to tell, of those first that are there already."""
        await super().start(scheduler)
        self._next = self._at_once = 0
        self._open: dict[Any, int] = {}
        """Numbers of tasks that are not done, by key."""
        self._done: dict[Any, int] = {}
        """Of those that are, as long as the scheduler knows them."""
        self._lost: set[int] = set()
        """Of those, the ones whose result is gone although it is still needed."""
        self._clients = Clients()
        self._groups: dict[tuple[str, str], int] = {}
        self._asking, self._stimulus = "", ""
        """Who asked for tasks last, and what the scheduler calls that."""
        found = [task for task in scheduler.tasks.values() if task.state in UNDER_WAY]
        for task in found:
            self._new(task, _client_of(task), there=True)
            if task.state == "processing":
                self._given(task.key)
        running = sum(task.state == "processing" for task in found)
        self._put(("there", monotonic_ns(), len(found), running))

    def add_worker(self, scheduler: Scheduler, worker: str) -> None:
        """A worker process joins the cluster; it gets our plugin, if it can load that."""
        name = str(scheduler.workers[worker].name)
        self._put(("worker-came", monotonic_ns(), worker, bounded(name)))

    def update_graph(
        self, scheduler: Scheduler, *, client: str, stimulus_id: str, **_: Any
    ) -> None:
        """A client asks for tasks. Which of them are to be computed is said right afterwards."""
        self._asking, self._stimulus = client, stimulus_id

    def transition(
        self, key: Any, start: str, finish: str, *_: Any, stimulus_id: str, **more: Any
    ) -> None:
        """What the scheduler knows of a task changes."""
        now = monotonic_ns()
        if start == "released" and finish in UNDER_WAY and key not in self._open:
            asked = self._asking if stimulus_id == self._stimulus else ""
            task = self._scheduler.tasks[key]
            self._new(task, asked or _client_of(task))
        if finish == "processing":
            self._given(key)
        elif finish in ENDED:
            self._end(key, now, start, finish, more)
        elif finish == "released":
            self._release(key, now, start, stimulus_id)
        elif finish == "forgotten":
            number = self._open.pop(key, None)
            number = self._done.pop(key, None) if number is None else number
            if number is not None:
                self._lost.discard(number)
                self._put(("forgotten", now, number))

    def _note_stolen(self, msg: Any) -> None:
        with contextlib.suppress(TypeError, ValueError, IndexError):
            what, key, _, victim, *_ = msg
            if what == "confirm" and (number := self._open.get(key)) is not None:
                self._put(("stolen", monotonic_ns(), number, victim))
                self._given(key)

    def _new(self, task: Any, client: str, *, there: bool = False) -> None:
        now = monotonic_ns()
        number, self._next = self._next, self._next + 1
        before = self._done.pop(task.key, None)
        self._open[task.key] = number
        prefix = task.prefix.name
        group = self._group(prefix, client, now)
        again = before if before in self._lost else None
        self._put(("new", now, number, group, task_name(task.key, prefix), again, there))

    def _group(self, prefix: str, client: str, now: int) -> int:
        """That of a client's tasks of the same function, as far as there is room for groups."""
        if len(self._groups) >= MOST_GROUPS:
            prefix, client = OTHERS, ""
        found = self._groups.get((prefix, client))
        if found is None:
            found = self._groups[prefix, client] = len(self._groups)
            whose = self._clients.name(client) if client else ""
            self._put(("group", now, found, bounded(prefix), whose))
        return found

    def _given(self, key: Any) -> None:
        """It was sent to a worker."""
        task = self._scheduler.tasks.get(key)
        if task is not None and (number := self._open.get(key)) is not None:
            worker = task.processing_on
            address = "" if worker is None else worker.address
            self._put(("given", monotonic_ns(), number, task.run_id, address))

    def _end(self, key: Any, now: int, start: str, finish: str, more: dict[str, Any]) -> None:
        number = self._open.pop(key, None)
        if number is None:
            return
        self._done[key] = number
        if finish == "memory":
            self._put(("computed", now, number))
            return
        task = self._scheduler.tasks[key]
        cause = task.exception_blame
        if cause is not None and cause.key != key:
            text = f"{task_name(cause.key, cause.prefix.name)}, on which it depends, failed"
        else:
            text = str(more.get("exception_text") or task.exception_text or "an error")
        self._put(("erred", now, number, bounded(text, RESULT), start == "processing"))

    def _release(self, key: Any, now: int, start: str, stimulus: str) -> None:
        task = self._scheduler.tasks.get(key)
        wanted = task is not None and bool(task.who_wants or task.waiters)
        if (number := self._open.get(key)) is not None:
            if wanted:
                gone = stimulus.startswith("handle-worker-cleanup")
                self._put(("back", now, number, gone))
            else:
                self._done[key] = self._open.pop(key)
                self._put(("called-off", now, number))
        elif wanted and start == "memory" and (number := self._done.get(key)) is not None:
            self._lost.add(number)
            self._put(("lost", now, number, "the worker that had its result is gone"))

    def _put(self, line: Line) -> None:
        self._outbox.put(line)
        self._at_once += 1
        if self._at_once >= MOST_AT_ONCE:
            self._at_once = 0
            self._outbox.flush()


def _client_of(task: Any) -> str:
    """Who wants it, as far as the scheduler knows: nobody wants what is only needed on the way."""
    wants = task.who_wants or ()
    return next((str(client.client_key) for client in wants), "")
