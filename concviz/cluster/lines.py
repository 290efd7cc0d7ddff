"""What plugins send from where they are to the run: batches of lines, packed once and never looked
into on their way.

A line is a tuple: what it tells, when (``time.monotonic_ns()`` where it happened), and the rest. A
task is a number of the plan, or the cluster's key for it where nobody has planned it; a thread is
its native id; a process is named by the source of the batch, which introduces itself first.

- ``("here", t, place)``: a process in which there is a plugin, see ``Place``
- ``("asked", t, exchanges)``: it has asked the scheduler for its time, see ``clocks``
- ``("ready", t, run_ns, wait_ns)``: it was started for the session, and its main thread took that
- ``("thread", t, tid, name, run_ns, wait_ns)``: it has a thread that does tasks
- ``("arrived", t, task)``, ``("fetched", t, task, since_ns, size_bytes, address)``
- ``("began", t, task, tid)``, ``("ended", t, task, cpu_ns)``: of a task that nobody has planned
- ``("observed", t, observer)``: from its parent, what can be seen of the threads of a process
- ``("sampled", t, "<pid>:<tid>", since_ns, spent, seen, lock)``: by the parent, too
- ``("lock-seen", t, lock, function)``: likewise
- ``started``, ``finished``, ``failed``, ``output`` …: as the stream has them; a worker is a tid
- ``("holds", t, address, held, managed, spilled, limit)``: of a worker, from the scheduler
- ``("stolen", t, task, address)``, ``("lost", t, task)``, ``("given-up", t, task, error)``: from
  the scheduler
- ``("stranded", t, task)``: from the scheduler: all workers are gone that were to do it
- ``("worker-gone", t, address)``: from the scheduler: a worker process is no more
- ``("exited", t, pid, exitcode)``: from its parent, likewise
- ``("bye", t)``: the last line
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec

from concviz.cluster.machine import Machine

Line = tuple[Any, ...]

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(tuple[str, int, list[tuple[Any, ...]]])


class Place(NamedTuple):
    """A process of a cluster."""

    role: str
    """"worker", "nanny" or "scheduler"."""
    pid: int
    machine: Machine
    address: str
    """At which the cluster reaches it, or the worker process that it looks after."""
    name: str = ""
    """Which its worker has."""
    threads: int = 0
    """In which it does tasks."""


def place_of(told: Any) -> Place:
    """The place as it was, from what came. Raises ValueError or TypeError if it is none."""
    role, pid, machine, *rest = told
    return Place(role, pid, Machine(*machine), *rest)


class Batch(NamedTuple):
    """What came at once from one process."""

    source: str
    """Which one: a name that it has made up."""
    left_out: int
    """Lines that it had no room for, since the batch before."""
    lines: list[Line]


def pack(source: str, left_out: int, lines: Iterable[Line]) -> bytes:
    """A batch as it travels."""
    return _encoder.encode((source, left_out, list(lines)))


def unpack(packed: bytes) -> Batch:
    """The batch. Raises ValueError when it is none."""
    return Batch(*_decoder.decode(packed))
