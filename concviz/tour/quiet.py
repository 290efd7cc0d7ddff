"""Whether a run had the cores for itself: else its times say little of the tasks."""

from __future__ import annotations

from collections.abc import Sequence

from concviz.analysis.statistics import NS
from concviz.analysis.wording import percent
from concviz.model.run import Run
from concviz.tour.measured import took, whole
from concviz.tour.scene import Remark, Runs

OTHERS = 0.25
"""Share of the usable cores that others use, from which a run is disturbed. The lab itself uses
some, and processes do until their first task."""


def others(run: Run) -> float:
    """The share of the usable cores that was used, but not by its tasks; 0 where nobody looked."""
    used, place = run.machine.utilisation, run.environment
    if used is None or place is None or not took(run):
        return 0.0
    return max(0.0, used - run.cpu / NS / took(run) / place.cores_usable)


def undisturbed(runs: Runs, part: int) -> Run | None:
    """The run of a part that did all of its tasks, with the cores for itself."""
    run = whole(runs, part)
    return run if run is not None and others(run) < OTHERS else None


def disturbance(parts: Sequence[int]) -> Remark:
    """What is said if others used the cores while these parts ran."""

    def text(runs: Runs) -> str | None:
        found = [run for part in parts if (run := whole(runs, part)) is not None]
        most = max(map(others, found), default=0.0)
        if most < OTHERS:
            return None
        return (
            f"Other programs used up to {percent(most)} of the cores meanwhile, so these times say "
            "little: run it again when the machine is quiet."
        )

    return Remark(text)
