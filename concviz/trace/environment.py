"""Where a run took place: what a reader needs to know to judge its figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec
from msgspec.structs import replace

from concviz.trace.states import State


class Observer(msgspec.Struct, frozen=True, kw_only=True):
    """What can be seen of a worker's thread from outside, and why the rest cannot."""

    hz: float
    """Samples a second; 0: it is switched off."""
    cpu: bool
    """How long it was on a core and how long it waited for one."""
    blocking: bool
    """What it waits for when it is blocked."""
    gil: bool
    """Whether that is the GIL. (True where there is none: then no wait is one.)"""
    missing: dict[str, str] = {}
    """For each of these, and "locks", that cannot be seen, the reason in a few words."""

    @property
    def locks(self) -> bool:
        """Whether a lock is told from other things that a thread gets from another one."""
        return self.blocking and "locks" not in self.missing

    @property
    def complete(self) -> bool:
        """Whether everything can be seen."""
        return self.cpu and self.blocking and self.gil and self.locks

    @property
    def unseen(self) -> frozenset[State]:
        """States in which no time, or not all of it, can be seen: none there means nothing."""
        found = set() if self.cpu else {State.RUNNING, State.CORE_WAIT}
        if not self.blocking:
            found |= {State.GIL_WAIT, State.LOCK, State.THREAD_WAIT}
            found |= {State.IO, State.SLEEP, State.OTHER}
        elif not self.gil:  # a wait at a place that is not known may be for another thread, too
            found |= {State.GIL_WAIT, State.LOCK, State.THREAD_WAIT}
        elif not self.locks:  # one for another thread may be for a lock
            found |= {State.LOCK}
        return frozenset(found)

    @property
    def text(self) -> str:
        """For example "states at 50 Hz", "GIL waits unavailable: not known of CPython 3.14"."""
        if self.hz == 0:
            return "states are not observed (--sample-hz 0)"
        if self.complete:
            return f"states at {self.hz:g} Hz"
        names = {
            "cpu": "core waits",
            "blocking": "GIL, lock and I/O waits",
            "gil": "GIL waits",
            "locks": "which waits are for locks",
        }
        parts: dict[str, list[str]] = {}
        for part, reason in self.missing.items():
            if part not in ("gil", "locks") or "blocking" not in self.missing:
                parts.setdefault(reason, []).append(names.get(part, part))
        said = [f"{' and '.join(what)} unavailable: {reason}" for reason, what in parts.items()]
        return "; ".join(said)


PARTS = ("cpu", "blocking", "gil", "locks")


def weakest(observers: Iterable[Observer]) -> Observer:
    """What can be seen of all of them."""
    every = list(observers)
    return Observer(
        hz=min((seen.hz for seen in every if seen.hz), default=0),
        cpu=all(seen.cpu for seen in every),
        blocking=all(seen.blocking for seen in every),
        gil=all(seen.gil for seen in every),
        missing={
            part: ", ".join(dict.fromkeys(reasons))
            for part in PARTS
            if (reasons := [seen.missing[part] for seen in every if part in seen.missing])
        },
    )


def on_all_hosts(observers: Mapping[str, Observer]) -> Observer:
    """What can be seen on all of these hosts, and where the rest cannot if that differs."""
    if len({frozenset(seen.missing.items()) for seen in observers.values()}) == 1:
        return weakest(observers.values())
    return weakest(_on(host or "this machine", seen) for host, seen in observers.items())


def _on(host: str, seen: Observer) -> Observer:
    return replace(seen, missing={p: f"{why} on {host}" for p, why in seen.missing.items()})


NOT_OBSERVED = Observer(hz=0, cpu=False, blocking=False, gil=False)
"""Where it is not known what could be seen."""


class Environment(msgspec.Struct, frozen=True, kw_only=True):
    """A Python on a machine, as the header of a recording tells it."""

    concviz: str
    """Version of concviz."""
    python: str
    """Version of Python."""
    implementation: str
    """Of Python, for example "CPython"."""
    gil: bool
    """Whether it has one, and it is on."""
    platform: str
    """The system and its version."""
    machine: str
    """The kind of processor."""
    cores_total: int
    """That the machine has."""
    cores_usable: float
    """Cores this process may use: its affinity, limited by the cgroup's quota (may be 1.5)."""
    cores_limit: str | None = None
    """What makes ``cores_usable`` smaller than ``cores_total``: "affinity" or "cgroup quota"."""
    start_method: str = "fork"
    """The start method that multiprocessing uses by default here."""
    observer: Observer | None = None
    """What can be seen of the workers; None where that was not found out."""

    @property
    def cores_text(self) -> str:
        """For example "2 cores" or "1.5 of 8 cores (cgroup quota)"."""
        usable = f"{self.cores_usable:g}"
        if self.cores_limit is None:
            return f"{usable} core{'' if self.cores_usable == 1 else 's'}"
        return f"{usable} of {self.cores_total} cores ({self.cores_limit})"

    @property
    def python_text(self) -> str:
        """For example "CPython 3.11.7, GIL on"."""
        return f"{self.implementation} {self.python}, GIL {'on' if self.gil else 'off'}"
