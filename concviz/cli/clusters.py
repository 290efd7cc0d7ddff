"""Which cluster is meant, and the connection to it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

from concviz.cli.options import Refused
from concviz.trace.scheduler_address import is_address, meant, wrong_with

if TYPE_CHECKING:
    from concviz.sources.cluster import AttachedCluster
    from concviz.sources.source import Source
    from concviz.trace.recorder import PipeRecorder, Recorder

LOOK_S = 0.1
SAID_S = 0.5
"""Whoever waits so long for an answer is told for what."""
ANSWER_S = 30.0
"""Longer than the connected process waits for anything before it gives up, in a sentence."""
EXTRA = "attaching to a cluster needs Dask: install it with pip install 'concviz[dask]'."


def address_meant(target: str | None) -> str | None:
    """The address of a scheduler that is meant; None: it is none. Refuses one that is wrong."""
    if target is None:
        return None
    if not is_address(target):
        if (address := meant(target)) is not None:
            raise Refused(f"{target} is no process: a cluster is meant by {address}.")
        return None
    if (sentence := wrong_with(target)) is not None:
        raise Refused(sentence)
    if find_spec("distributed") is None:
        raise Refused(EXTRA)
    return target


@contextmanager
def connected(
    address: str, hz: float, *, keep: bool
) -> Iterator[Callable[[Recorder | PipeRecorder | None], Source]]:
    """Gives what attaches to that cluster, once that is known to be there and to let us look.

    Refuses others, with the reason. In the end it is let go, in whatever way that comes.
    """
    from concviz.cli.watching import tell
    from concviz.sources.cluster_connection import ClusterConnection
    from concviz.trace.sanitize import sanitize

    try:
        connection = ClusterConnection(address, hz)
    except OSError as error:  # no more processes or open files
        raise Refused(f"nothing can be started: {error.strerror or error}.") from None
    source: AttachedCluster | None = None

    def attach_to(recorder: Recorder | PipeRecorder | None) -> Source:
        from concviz.sources.cluster import AttachedCluster

        nonlocal source
        source = AttachedCluster(connection, recorder, keep=keep)
        return source

    try:
        begun, said = time.monotonic(), False
        while not connection.answered(LOOK_S):
            waited = time.monotonic() - begun
            if waited > SAID_S and not said:
                said = True
                tell(f"connecting to {sanitize(address)}")
            if waited > ANSWER_S:
                raise Refused(f"{sanitize(address)} does not answer.")
        if connection.refused is not None:
            raise Refused(sanitize(connection.refused))
        yield attach_to
    finally:
        if source is None:
            connection.close()
        else:
            source.close()
