"""Where a run took place: what a reader needs to know to judge its figures."""

from __future__ import annotations

import msgspec


class Environment(msgspec.Struct, frozen=True, kw_only=True):
    """A Python on a machine, as the header of a recording tells it."""

    concviz: str
    python: str
    implementation: str
    gil: bool
    platform: str
    machine: str
    cores_total: int
    cores_usable: float
    """Cores this process may use: its affinity, limited by the cgroup's quota (may be 1.5)."""
    cores_limit: str | None = None
    """What makes ``cores_usable`` smaller than ``cores_total``: "affinity" or "cgroup quota"."""
    start_method: str = "fork"
    """The start method that multiprocessing uses by default here."""

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
