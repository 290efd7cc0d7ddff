"""Plans that use a cluster: which one, where nobody said so, and how many of its workers."""

from __future__ import annotations

import os
from collections.abc import Container, Sequence

from msgspec.structs import replace

from concviz.runner import catalogue, clusters_known
from concviz.trace import scheduler_address
from concviz.trace.plan import Plan
from concviz.trace.worker_kind import WorkerKind


def strategy_of_clusters() -> str | None:
    """The first strategy that uses a cluster; None where there is none."""
    return next((e.id for e in catalogue.strategies() if e.traits.kind == WorkerKind.CLUSTER), None)


def needs_cluster(strategy: str) -> bool:
    """Whether it runs on a cluster; False for one of another package that was never used."""
    return any(
        entry.id == strategy and entry.traits.kind == WorkerKind.CLUSTER
        for entry in catalogue.strategies()
    )


def placed(plan: Plan, strategies: Sequence[str], said: Container[str]) -> Plan:
    """The plan on the cluster that the environment names, if one of the strategies uses a cluster.

    Unless the field of the plan is among those that somebody ``said``; and with no more workers
    than are there, if nobody said how many. May wait until the cluster answers.
    """
    if not plan.scheduler and "scheduler" not in said and any(map(needs_cluster, strategies)):
        plan = replace(plan, scheduler=scheduler_address.told(os.environ))
    there = None if "workers" in said else workers_there(plan, strategies)
    return plan if there is None else replace(plan, workers=min(plan.workers, there))


def workers_there(plan: Plan, strategies: Sequence[str]) -> int | None:
    """Workers of the cluster that the plan names, if one of the strategies uses a cluster.

    None where it does not answer; that is a problem of the plan (``catalogue.problems``).
    """
    if not clusters_known.can_be_asked(plan) or not any(map(needs_cluster, strategies)):
        return None
    return clusters_known.workers(plan.scheduler)[0]
