"""The process that is connected to a cluster for as long as somebody looks at what runs there.

A process of its own: the client of a cluster has a loop that takes the GIL from the screen, and
importing it takes as long as a lab does to begin. Under its supervisor as a run is, and asked to
say goodbye to the cluster whoever ends it; if it cannot, what it has put there takes itself off.
"""

from __future__ import annotations

import faulthandler
import os
import sys
from pathlib import Path

import msgspec

from concviz.runner.supervisor import supervise

FAREWELL_S = 4.0
"""How long it may take to take off what was put into the cluster: a round trip to every worker."""


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
    """Tell what runs on the cluster, until it is gone or the supervisor asks for the last word."""
    faulthandler.enable()
    os.set_inheritable(fd, False)
    order = msgspec.json.decode(line, type=Order)
    from concviz.cluster.attaching import Attaching

    Attaching(order.address, order.sample_hz, fd).follow(last_word)
