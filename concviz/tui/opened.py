"""A run of an experiment that is shown in the lab: which one it is, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from concviz.analysis.wording import count, spoken

if TYPE_CHECKING:  # else the first frame would wait for all that they import
    from concviz.analysis.measurement import Shown
    from concviz.experiments.experiment import Experiment, Result
    from concviz.model.run import Run
    from concviz.sources.spool import Lines


@dataclass(frozen=True)
class Opened:
    """What the lab is told of it."""

    run: Run
    sequential: Run | None
    """The baseline's, of the same work."""
    experiment: str
    """By which name the lab knows the screen that it comes from."""
    word: str
    """What that makes, for example "comparison"."""
    number: int
    among: int
    """It is the run of that number, of so many of its kind."""
    lines: Lines | None = None
    """What it was told in; None where that was not kept."""

    @classmethod
    def of(
        cls, experiment: Experiment[Any], result: Result[Any], shown: Shown, lines: Lines | None
    ) -> Opened:
        """A run of a result of that experiment."""
        baseline = result.baseline
        return cls(
            shown.run,
            baseline.run if baseline is not None else None,
            experiment.command,
            experiment.word,
            shown.number,
            shown.of,
            lines,
        )

    @property
    def badge(self) -> str:
        """For example "run 2 of 3 of the comparison · Esc back · thread pool, 3 workers"."""
        which = f"run {self.number} of {self.among} of" if self.among > 1 else "from"
        said = f"{which} the {self.word} · Esc back"
        plan, kind, workers = self.run.plan, self.run.kind, len(self.run.workers)
        if plan is None:
            return said
        return f"{said} · {spoken(plan.strategy)}, {count(workers, kind.value, kind.plural)}"
