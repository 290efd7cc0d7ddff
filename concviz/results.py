"""What ``concviz.run``, ``compare`` and ``sweep`` give.

It prints as the commands of these names do, without colour; a notebook and rich show it with
colour, and its ``repr`` is one line.
"""

from __future__ import annotations

import json
import sys
from abc import ABC, abstractmethod
from contextlib import closing
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from rich.console import Console, ConsoleOptions, RenderResult

from concviz.analysis.comparison import Comparison, Row
from concviz.analysis.recommendation import Recommendation
from concviz.analysis.scaling_laws import Fit
from concviz.analysis.statistics import Summary, summarise
from concviz.analysis.sweep import Point, Sweep
from concviz.analysis.verdict import Verdict
from concviz.exporters import pages
from concviz.exporters.exporter import kind_of
from concviz.exporters.registry import EXPORTERS, by_name, for_file
from concviz.model.run import Run
from concviz.sources.saving import opened
from concviz.view.glyphs import drawable, encoding_of


class Printed(ABC):
    """Prints as the command does; its ``repr`` is one line, as that of anything in a list."""

    @property
    @abstractmethod
    def _found(self) -> Run | Comparison | Sweep:
        """What it is about."""

    @abstractmethod
    def page(self, width: int) -> pages.Page:
        """Lines of text and tables for rich, at most so many cells wide where they can be."""

    @abstractmethod
    def _told(self) -> dict[str, object]:
        """What the ``repr`` tells."""

    def to_dict(self) -> dict[str, Any]:
        """What the command prints with ``--json``; ``concviz schema`` describes it."""
        told: dict[str, Any] = json.loads(EXPORTERS.load("json").write(self._found))
        return told

    def save(self, path: str | PathLike[str], format: str | None = None) -> None:
        """Write it to a file, which is replaced, in the format of its suffix or of that name.

        That are those of ``concviz export``, also packed (``.gz``); the file is replaced when all
        of it is there. Raises UnknownFormatError, a ValueError, in a sentence, for others.
        """
        kind = kind_of(self._found)
        exporter = for_file(fspath(path), kind) if format is None else by_name(format, kind)
        with closing(opened(Path(path), replace=True)) as file:
            file.write(exporter.pieces(self._found))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for part in self.page(options.max_width):
            for segment in console.render(part, options):
                yield segment._replace(text=drawable(segment.text, options.encoding))

    def __str__(self) -> str:
        return drawable(pages.plain(self.page(pages.WIDTH)), encoding_of(sys.stdout))

    def _repr_html_(self) -> str:
        return pages.html(self.page(pages.WIDTH))

    def __repr__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self._told().items())
        return f"{type(self).__name__}({told})"


@dataclass(frozen=True, repr=False)
class RunResult(Printed):
    """One run: its events, reduced."""

    run: Run

    @property
    def summary(self) -> Summary:
        """Its figures. Seconds."""
        return summarise(self.run)

    @property
    def _found(self) -> Run:
        return self.run

    def page(self, width: int) -> pages.Page:
        """The picture of the run, its figures and findings."""
        return pages.of_run(self.run, self.summary, explain=True, width=width)

    def _told(self) -> dict[str, object]:
        plan = self.run.plan
        work: dict[str, object] = {"tasks": len(self.run.tasks)}
        if plan is not None:
            work = {"strategy": plan.strategy, "workload": plan.workload, **work}
        return {**work, "makespan_s": self.summary.makespan_s}


@dataclass(frozen=True, repr=False)
class CompareResult(Printed):
    """The same work under several strategies."""

    comparison: Comparison

    @property
    def rows(self) -> list[Row]:
        """The figures of each strategy, in the order in which they were asked for."""
        return self.comparison.rows()

    @property
    def verdict(self) -> Verdict:
        """Which strategy, by how much, why, and how sure that is."""
        return self.comparison.verdict()

    @property
    def _found(self) -> Comparison:
        return self.comparison

    def page(self, width: int) -> pages.Page:
        """Verdict, stacked timelines and table."""
        return pages.of_comparison(self.comparison, width)

    def _told(self) -> dict[str, object]:
        cases = self.comparison.cases
        work = {"workload": cases[0].plan.workload, "tasks": cases[0].plan.tasks}
        strategies = [case.strategy for case in cases]
        return {**work, "strategies": strategies, "recommended": self.verdict.recommended}


@dataclass(frozen=True, repr=False)
class SweepResult(Printed):
    """The same work with more and more workers."""

    sweep: Sweep

    @property
    def points(self) -> list[Point]:
        """In order of strategy and workers."""
        return self.sweep.points()

    @property
    def fits(self) -> dict[str, list[Fit]]:
        """The laws of scaling that have enough points, by strategy."""
        return {strategy: self.sweep.fits(strategy) for strategy in self.sweep.strategies}

    @property
    def recommendation(self) -> Recommendation:
        """How many workers, and why."""
        return self.sweep.recommendation()

    @property
    def _found(self) -> Sweep:
        return self.sweep

    def page(self, width: int) -> pages.Page:
        """Recommendation, plot, table and laws."""
        return pages.of_sweep(self.sweep, width)

    def _told(self) -> dict[str, object]:
        plan, cases = self.sweep.baseline.plan, self.sweep.cases
        work = {"workload": plan.workload, "tasks": plan.tasks}
        tried = {
            "strategies": self.sweep.strategies,
            "workers": sorted({case.workers for case in cases}),
        }
        advice = self.recommendation
        told = {"recommended": advice.recommended, "recommended_workers": advice.workers}
        return {**work, **tried, **told}
