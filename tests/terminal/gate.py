"""A workload whose tasks wait until the test lets them go on: a run is under way for so long."""

from __future__ import annotations

from pathlib import Path

GATED = ("--strategy", "thread-pool", "--workload", "gate")
_MODULE = """
import time
from pathlib import Path
from concviz.workloads import Workload

def pass_through(i, seconds):
    while not Path({open!r}).exists():
        time.sleep(0.02)
    Path({passed!r}, str(i)).touch()
    print(f"Number: {{i}}")

WORKLOAD = Workload(summary="Waits until there is a file.", function=pass_through, cores=0.0)
"""


class Gate:
    """The gate, closed, and the environment in which there is its workload."""

    def __init__(self, folder: Path) -> None:
        place = folder / "site"
        info = place / "gates-1.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: gates\nVersion: 1\n")
        (info / "entry_points.txt").write_text("[concviz.workloads]\ngate = gates:WORKLOAD\n")
        self._open, self._passed = folder / "open", folder / "passed"
        self._passed.mkdir()
        module = _MODULE.format(open=str(self._open), passed=str(self._passed))
        (place / "gates.py").write_text(module)
        self.environment = {"PYTHONPATH": str(place)}

    def open(self) -> None:
        """Let all tasks through."""
        self._open.touch()

    @property
    def passed(self) -> int:
        """How many tasks have come through."""
        return len(list(self._passed.iterdir()))
