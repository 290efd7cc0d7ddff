"""What the hosts of a cluster are called in the stream. Pure."""

from __future__ import annotations

from urllib.parse import urlsplit

from concviz.cluster.machine import Machine
from concviz.trace.sanitize import sanitize


class Hosts:
    """Names of machines: each has one of its own, "" is the one that the stream is told on."""

    def __init__(self, here: Machine) -> None:
        self._here = here
        self._names: dict[Machine, str] = {}

    def name(self, machine: Machine, address: str) -> str:
        """The host of a process that is on that machine, and is reached at that address.

        It is called as the cluster reaches it. Where two machines are reached by the same name,
        as some behind the same gate are, they are told apart by what they call themselves.
        """
        if machine.same(self._here):
            return ""
        if (found := self._names.get(machine)) is None:
            reached = reached_at(address) or sanitize(machine.name) or "?"
            taken = self._names.values()
            names = [reached, f"{reached} {sanitize(machine.name)}"]
            names += (f"{reached} {number}" for number in range(2, 3 + len(taken)))
            found = self._names[machine] = next(name for name in names if name not in taken)
        return found


def reached_at(address: str) -> str:
    """The name or number of the host in an address such as "tcp://10.0.0.7:8786"; "": none."""
    try:
        found = urlsplit(address if "://" in address else f"//{address}").hostname
    except ValueError:
        return ""
    return sanitize(found or "")
