"""What a run of a plan has in the scheduler: it tells where its tasks are, and counts others."""

from __future__ import annotations

import asyncio
import contextlib
from time import monotonic_ns
from typing import Any

from distributed import Scheduler

from concviz.cluster.call import task_of
from concviz.cluster.others_count import OthersCount
from concviz.cluster.scheduler_plugin import SessionPlugin

COUNT_S = 0.5
"""So often is told what others do."""


class RunSchedulerPlugin(SessionPlugin):
    """Of one run."""

    async def start(self, scheduler: Scheduler) -> None:
        """Begin to tell."""
        await super().start(scheduler)
        self._others = OthersCount()
        for task in scheduler.tasks.values():
            self._others.there(task.state)
        self._counting = asyncio.create_task(self._keep_counting())

    def end(self) -> None:
        """Tell nothing more by itself, but for what has been counted."""
        self._counting.cancel()
        self._tell_others()
        self._outbox.flush()
        super().end()

    async def _keep_counting(self) -> None:
        while True:
            self._tell_others()
            await asyncio.sleep(COUNT_S)

    def _tell_others(self) -> None:
        if (line := self._others.take(monotonic_ns())) is not None:
            self._outbox.put(line)

    def _note_stolen(self, msg: Any) -> None:
        with contextlib.suppress(TypeError, ValueError, IndexError):
            what, key, _, victim, *_ = msg
            if what == "confirm" and (task := task_of(key, self.name)) is not None:
                self._outbox.put(("stolen", monotonic_ns(), task, victim))

    def transition(self, key: Any, start: str, finish: str, *_: Any, **__: Any) -> None:
        """A task that is still wanted goes back, or is given up: what it was doing is lost."""
        if (task := task_of(key, self.name)) is None:
            self._others.changes(start, finish)
            return
        ends = finish in ("released", "erred") and start in ("processing", "memory")
        state = self._scheduler.tasks.get(key)
        if not (ends or finish == "no-worker") or state is None or not state.who_wants:
            return
        if finish == "no-worker":
            if state.worker_restrictions:  # else it waits for any to come
                self._outbox.put(("stranded", monotonic_ns(), task))
            return
        if finish == "erred":
            self._outbox.put(("given-up", monotonic_ns(), task, str(state.exception_text)))
        else:
            self._outbox.put(("lost", monotonic_ns(), task))
        self._outbox.flush()  # before anybody can say that it was begun again
