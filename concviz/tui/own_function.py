"""The function of somebody's own that the lab has in its list."""

from __future__ import annotations

from typing import NamedTuple

from concviz.trace.plan import Plan


class Own(NamedTuple):
    """A function of somebody's own, and what it is called with."""

    function: str
    """Its reference; "" for none."""
    inputs: tuple[str, ...]

    @property
    def plan(self) -> Plan:
        """One that calls it."""
        return Plan(workload=self.function, inputs=self.inputs)


NO_OWN = Own("", ())
