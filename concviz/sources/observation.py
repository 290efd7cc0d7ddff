"""A run is looked at from outside, from the start of its workers to their end."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from concviz.observer.memory import Memory
from concviz.observer.probe import of_interpreters, probe
from concviz.observer.proc import Proc
from concviz.observer.sampler import Sampler
from concviz.trace import events
from concviz.trace.header import Header
from concviz.trace.message import Message
from concviz.trace.worker_kind import WorkerKind

ENDS = events.RunFinished, events.RunnerExited


class Observation:
    """Looks at the processes below ``pid``, and tells what it sees in threads of its own."""

    def __init__(
        self,
        pid: int,
        sample_hz: float,
        proc: Proc | None,
        memory: bool,
        tell: Callable[[list[events.AnyEvent]], None],
    ) -> None:
        self._pid = pid
        self._proc = proc
        self._sees = probe(pid, sample_hz, proc)
        self._sampler = Sampler(tell, proc) if self._sees.hz else None
        self._memory = Memory(pid, tell) if memory else None
        self._of_cluster = False

    def begin(self, header: Header) -> Header:
        """The runner's header, with what can be seen of the workers from here."""
        if header.worker_kind == WorkerKind.CLUSTER:
            return self._begin_of_cluster(header)
        sees = self._sees
        if header.worker_kind == WorkerKind.INTERPRETER:
            sees = of_interpreters(sees, self._pid, self._proc)
        if self._sampler is not None:
            self._sampler.start(sees, header.worker_kind)
        return replace(header, environment=replace(header.environment, observer=sees))

    def _begin_of_cluster(self, header: Header) -> Header:
        """Who is where its workers are looks at them, and tells what can be seen of them there.

        From here it could only be found out by numbers of processes, which are of other machines.
        """
        self._of_cluster = True
        if header.plan is not None and header.plan.scheduler:  # not of this machine
            self._sampler = self._memory = None
        if self._sampler is not None:  # how busy the machine is, and nothing else
            self._sampler.start(self._sees, header.worker_kind)
        return replace(header, environment=replace(header.environment, observer=None))

    def learn(self, told: Iterable[Message]) -> None:
        """Look at workers that have started, and no more at those that have ended."""
        for event in told:
            if self._memory is not None:
                if isinstance(event, events.RunStarted):
                    self._memory.start()
                elif isinstance(event, ENDS):
                    self._memory.stop()
            if self._sampler is None:
                continue
            match event:
                case events.RunStarted() | events.WorkerStarted() if not self._of_cluster:
                    self._sampler.watch(event)
                case events.WorkerStopped() | events.WorkerDied():
                    self._sampler.forget(event.worker)
                case events.RunFinished() | events.RunnerExited():
                    self._sampler.stop()

    def end(self) -> None:
        """Look no more; returns when it is so."""
        self.learn([events.RunnerExited(0, 0)])
