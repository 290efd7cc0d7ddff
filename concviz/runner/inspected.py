"""The process in which an entry of another package is loaded, so that all else is safe from it.

Started with the end of a pipe, a group of entry points and a reference (for a function: also the
inputs that it is to be called with; for a cluster: its address); it writes the facts as one
line of JSON and ends at once, whatever the package has begun meanwhile.
"""

from __future__ import annotations

import math
import os
import signal
import sys
from collections.abc import Callable, Sequence

import msgspec

from concviz.runner import functions
from concviz.runner.facts import CLUSTERS, FUNCTIONS, Facts, failed, look


def _cluster(address: str, _: Sequence[str]) -> Facts:
    from concviz.cluster.asking import AskingError, workers_of

    try:
        return Facts(cluster=workers_of(address))
    except AskingError as error:
        return Facts(cluster=0, reason=str(error))


_LOOKS: dict[str, Callable[[str, Sequence[str]], Facts]] = {
    FUNCTIONS: functions.look,
    CLUSTERS: _cluster,
}


def main() -> None:
    """Load it, look at it, say what it is."""
    pipe, limit_s, group, reference, *inputs = sys.argv[1:]
    os.set_inheritable(int(pipe), False)
    if hasattr(signal, "alarm"):  # if the lab is gone there is nobody else to end it
        signal.alarm(math.ceil(float(limit_s)) + 1)
    try:
        facts = _LOOKS[group](reference, inputs) if group in _LOOKS else look(group, reference)
    except BaseException as error:  # also what is no fault, such as a KeyboardInterrupt
        facts = failed(error)
    line = memoryview(msgspec.json.encode(facts) + b"\n")
    while line:
        line = line[os.write(int(pipe), line) :]
    os._exit(0)
