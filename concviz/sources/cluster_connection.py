"""The process that is connected to a cluster, until it is known whether that can be looked at."""

from __future__ import annotations

import os
import select
import time

import msgspec

from concviz.runner.attachment import Order
from concviz.sources.supervised import Supervised
from concviz.trace import events
from concviz.trace.header import Header
from concviz.trace.reader import messages_of

PIECE = 1 << 12
BROKEN_OFF = "the process of concviz that was connected to the cluster has ended"


class ClusterConnection:
    """Started, and asked whether there is such a cluster, before anything is shown or written.

    It ends in a ``sources.cluster.AttachedCluster``, or is closed. Raises OSError where the process
    cannot be started.
    """

    def __init__(self, address: str, sample_hz: float) -> None:
        self.address = address
        self.refused: str | None = None
        """Why it cannot be looked at, in a sentence."""
        self.header: Header | None = None
        self.begun = b""
        """What was read of the process's lines."""
        order = msgspec.json.encode(Order(address=address, sample_hz=sample_hz))
        self.run = Supervised(order, "attachment")

    def answered(self, timeout: float) -> bool:
        """Wait, no longer than that, until there is a header or a reason why there is none."""
        deadline = time.monotonic() + timeout
        while self.header is None and self.refused is None:
            left_s = max(0.0, deadline - time.monotonic())
            if not select.select([self.run.events], [], [], left_s)[0]:
                return False
            piece = os.read(self.run.events, PIECE)
            self.begun += piece
            line, end, _ = self.begun.partition(b"\n")
            if end or not piece:
                self._learn(line)
        return True

    def _learn(self, line: bytes) -> None:
        try:
            self.header = Header.decode(line)
        except ValueError:
            (said,) = messages_of(line) or [b""]
            self.refused = said.reason if isinstance(said, events.CutOff) else BROKEN_OFF

    def close(self) -> None:
        """End the process; nothing of it is left at the cluster."""
        self.run.let_go()
        while os.read(self.run.events, PIECE):  # so that it need not wait to write
            pass
        self.run.abandon()
