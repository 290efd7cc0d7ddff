"""The process that is connected to a cluster for as long as somebody looks at what runs there.

A process of its own: the client of a cluster has a loop that takes the GIL from the screen, and
importing it takes as long as a lab does to begin. Under its supervisor as a run is, and asked to
say goodbye to the cluster whoever ends it; if it cannot, what it has put there takes itself off.
"""

from __future__ import annotations

import asyncio
import faulthandler
import os
import sys
from pathlib import Path
from time import monotonic_ns

import msgspec

from concviz.runner.collector import Collector
from concviz.runner.environment import describe
from concviz.runner.supervisor import supervise
from concviz.trace import events
from concviz.trace.header import Header, Program
from concviz.trace.worker_kind import WorkerKind
from concviz.worker.tracing import Wire

FAREWELL_S = 4.0
"""How long it may take to take off what was put into the cluster: a round trip to every worker."""
MOST_WAITING = 500_000
"""Events that wait for who reads them. What comes beyond is counted."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What it is told to do, in a line."""

    address: str
    """Of the scheduler."""
    sample_hz: float
    """How often a second the threads of workers are to be looked at; 0: not at all."""


def main() -> None:
    """Be connected to a cluster under supervision, in a Python that was started for it."""
    supervise(int(sys.argv[1]), sys.argv[2], attach, FAREWELL_S)


def attach(line: bytes, fd: int, folder: Path, last_word: tuple[int, int]) -> None:
    """Tell what runs on the cluster, until it is gone or the supervisor asks for the last word.

    Where there is none to be told of, the only line is a CutOff, which says why.
    """
    faulthandler.enable()
    os.set_inheritable(fd, False)
    order = msgspec.json.decode(line, type=Order)
    from concviz.cluster.attaching import Attaching
    from concviz.cluster.trouble import UnreachableError

    asked, answer = last_word
    never, _ = os.pipe()  # the last word is said when all has been taken off, and not before
    collector = Collector(fd, (never, answer))

    def headed(python: str) -> None:
        header = Header(
            program=Program(argv=[order.address], how="cluster", python=python),
            environment=describe(),
            worker_kind=WorkerKind.CLUSTER,
        )
        os.write(fd, header.encode())
        collector.start()

    attaching = Attaching(order.address, order.sample_hz, _Bounded(collector).emit, headed)
    try:
        end = asyncio.run(attaching.follow(asked))
    except UnreachableError as error:
        os.write(fd, events.encode_lines([events.CutOff(monotonic_ns(), str(error))]))
        return
    if end is not None:
        collector.emit(("cut-off", monotonic_ns(), end))
    collector.close()


class _Bounded:
    """Passes events on as long as not too many wait; those beyond are counted."""

    def __init__(self, to: Collector) -> None:
        self._to = to
        self._left_out = 0

    def emit(self, event: Wire) -> None:
        """In one thread."""
        if self._to.waiting >= MOST_WAITING:
            self._left_out += 1
            return
        if self._left_out:
            self._to.emit(("not-told", monotonic_ns(), self._left_out))
            self._left_out = 0
        self._to.emit(event)
