"""The plan of a run that has one."""

from __future__ import annotations

from concviz.model.run import Run
from concviz.trace.plan import Plan


def plan_of(run: Run) -> Plan:
    assert run.plan is not None
    return run.plan
