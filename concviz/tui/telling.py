"""What the head of an experiment says: how far it is, what follows, what is refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.text import Text

from concviz.analysis.comparison import STOPPED
from concviz.analysis.wording import left
from concviz.experiments.execution import Execution
from concviz.experiments.experiment import Result
from concviz.trace.sanitize import sanitize

BAR = 24
"""Cells of the bar that fills."""
FEW = 2
"""Remarks that have room on the screen."""


def choosing(instructions: str, will_do: str) -> Text:
    """What there is to choose, and what would be done with the choice."""
    return Text(f"{instructions}\n").append(will_do, "bold")


def progress(execution: Execution, now: float) -> Text:
    """How many runs are made, how long it takes, and which run is under way.

    ``now`` is on the clock of ``time.monotonic``.
    """
    filled = execution.done * BAR // max(1, execution.total)
    text = Text()
    text.append("━" * filled, style="bold green").append("─" * (BAR - filled), style="dim")
    text.append(f"  {execution.done:,} of {execution.total:,} runs  ")
    to_go = "stopping…" if execution.stopped else left(execution.left_s(now))
    text.append(to_go, style="bold")
    return text.append(f"\n{execution.telling}")


def result(found: Result[Any], command: str) -> Text:
    """What follows. What qualifies all of it comes first: the rest may need more room."""
    text = Text(f"{STOPPED} ", style="yellow") if found.stopped else Text()
    text.append(found.conclusion, style="bold")
    for detail in found.details():
        text.append(f"\n{detail}", style="not bold")
    said = found.remarks()
    for remark in said[:FEW]:
        text.append(f"\n· {remark}", style="yellow not bold")
    if len(said) > FEW:
        more = len(said) - FEW
        remarks = "remark" if more == 1 else "remarks"
        text.append(f"\n· {more} more {remarks}: concviz {command} prints all", style="yellow")
    return text


def refusal(sentences: Sequence[str]) -> Text:
    """Why nothing was started."""
    text = Text("Nothing was started. ", style="bold")
    for sentence in sentences:
        text.append(f"{sanitize(sentence[0].upper() + sentence[1:])} ", style="not bold")
    return text
