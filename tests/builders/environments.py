"""Places where made-up runs were made."""

from __future__ import annotations

from msgspec.structs import replace

from concviz.trace.environment import Environment, Observer

EVERYTHING = Observer(hz=50, cpu=True, blocking=True, gil=True)
ENVIRONMENT = Environment(
    concviz="1",
    python="3.11.7",
    implementation="CPython",
    gil=True,
    platform="Linux 6",
    machine="x86_64",
    cores_total=2,
    cores_usable=2,
    observer=EVERYTHING,
)

NO_GIL_WAITS = replace(
    ENVIRONMENT,
    observer=replace(EVERYTHING, gil=False, missing={"gil": "not known of CPython 3.99"}),
)
"""A place where it cannot be told whether a thread waits for the GIL or for something else."""
UNOBSERVED = replace(
    ENVIRONMENT,
    observer=Observer(
        hz=0, cpu=False, blocking=False, gil=False, missing=dict.fromkeys(("cpu", "gil"), "off")
    ),
)

LAB_ENVIRONMENT = Environment(
    concviz="1.0",
    python="3.13.1",
    implementation="CPython",
    gil=True,
    platform="Linux-6.8.0-x86_64",
    machine="x86_64",
    cores_total=8,
    cores_usable=4,
    cores_limit="affinity",
    observer=Observer(hz=50, cpu=True, blocking=True, gil=True),
)
"""Of a machine that does not exist."""
