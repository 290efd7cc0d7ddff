"""Whether the processes of a cluster run the same Python and the same Dask as its client."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib.metadata import version

from concviz.cluster.hosts import reached_at
from concviz.trace.sanitize import sanitize

Versions = Mapping[str, str]
"""By name."""


def versions() -> dict[str, str]:
    """Of a process. Of Python the part that decides what can be sent from one to another."""
    return {
        "Python": "{}.{}".format(*sys.version_info),
        "Dask's distributed": version("distributed"),
    }


def differing(ours: Versions, found: Mapping[str, object]) -> str | None:
    """In a sentence, which are not the same; None: all are.

    ``found``: by address of a worker, or "scheduler", its versions. Dask runs all the same; what
    goes wrong then may go wrong because of that.
    """
    others: dict[str, list[str]] = {}
    for place, theirs in found.items():
        if not isinstance(theirs, dict):
            continue
        scheduler = place == "scheduler"
        where = "the scheduler" if scheduler else f"a worker on {reached_at(place) or place}"
        for name, here in ours.items():
            if (there := str(theirs.get(name))) != here:
                said = f"{name} {sanitize(there[:40])} in {where} and {here} here"
                others.setdefault(name, []).append(said)
    if not others:
        return None
    said = ", ".join(each[0] for each in others.values())
    return f"There is {said}: what fails may fail for that; install the same everywhere."
