"""The client's side of what is seen and timed on every machine of a cluster."""

from __future__ import annotations

from time import monotonic_ns

import distributed

from concviz.cluster.clock_keeping import Asking, handler_of
from concviz.cluster.clocks import Clocks
from concviz.cluster.lines import Line
from concviz.cluster.machine import Machine
from concviz.cluster.nanny_plugin import ObservingPlugin
from concviz.cluster.parent import Watch

FIRST_S = 2.0
"""So long, at most, is waited for the first answers: whatever happens meanwhile has no time yet."""


class WatchedHosts:
    """Those of one session."""

    def __init__(self, session: str, topic: str, hz: float, here: Machine, there: Machine) -> None:
        """``here`` is the machine of the client, ``there`` that of the scheduler."""
        self.watch = Watch(session, hz, (here, there))
        """For the plugins in workers."""
        self.clocks = Clocks(here, there)
        self._topic = topic
        self._known = here.same_clock(there)
        self._asking: Asking | None = None

    async def join(self, client: distributed.Client) -> None:
        """Once the session's plugin is in the scheduler, and before it is in workers."""
        session = self.watch.session
        if not self._known:
            there = getattr(client.scheduler, handler_of(session))
            self._asking = Asking(there, self._asked)
            await self._asking.first(FIRST_S)
        await client.register_plugin(ObservingPlugin(self.watch, self._topic), name=session)

    def leave(self) -> None:
        """Ask no more. (The plugins are taken off with the session's others.)"""
        if self._asking is not None:
            self._asking.close()

    def _asked(self, line: Line) -> None:
        self.clocks.asked_here(line[2], monotonic_ns())
