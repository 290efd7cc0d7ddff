"""All workloads: ours, and those of other packages. (A worker imports only what it is told to.)"""

from __future__ import annotations

from concviz.worker.registry import Registry
from concviz.workloads import Workload

WORKLOADS: Registry[Workload] = Registry(
    "concviz.workloads",
    {
        name: f"concviz.workloads.{name}:WORKLOAD"
        for name in (
            "sleep",
            "number",
            "square",
            "cpu",
            "hash",
            "http",
            "disk",
            "mixed",
            "lock",
            "uneven",
            "counter",
            "error",
            "crash",
        )
    },
)
