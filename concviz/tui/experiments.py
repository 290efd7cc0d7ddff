"""The experiments of the lab: a row for each, with the widget that pictures its result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from concviz.experiments.compare import Compare
from concviz.experiments.durations import Durations
from concviz.experiments.sweep import Sweep
from concviz.trace.environment import Environment
from concviz.tui.screens.experiment import ExperimentScreen, Show
from concviz.tui.widgets.plot import PlotPane
from concviz.tui.widgets.stack import Stack

Make = Callable[[Environment, float, Show, Durations], ExperimentScreen[Any]]

SCREENS: dict[str, Make] = {
    "compare": lambda *given: ExperimentScreen(Compare(), Stack(id="stack"), *given),
    "sweep": lambda *given: ExperimentScreen(Sweep(), PlotPane(id="plot"), *given),
}
"""By the name of the command that does the same."""
