"""Text without colours: what the commands print."""

from __future__ import annotations

from concviz.analysis.comparison import Comparison
from concviz.analysis.statistics import summarise
from concviz.analysis.sweep import Sweep
from concviz.exporters import pages
from concviz.exporters.exporter import Exporter, Look
from concviz.model.run import Run


def _run(run: Run, look: Look) -> str:
    width = look.width or pages.WIDTH
    return _whole(pages.of_run(run, summarise(run), explain=True, width=width), width)


def _comparison(found: Comparison, look: Look) -> str:
    width = look.width or pages.WIDTH
    return _whole(pages.of_comparison(found, width), width)


def _sweep(found: Sweep, look: Look) -> str:
    width = look.width or pages.WIDTH
    return _whole(pages.of_sweep(found, width), width)


def _whole(page: pages.Page, width: int) -> str:
    return pages.plain(page, width) + "\n"


EXPORTER = Exporter(
    name="text",
    summary="what the command prints, without colours",
    suffixes=(".txt",),
    writers={"run": _run, "compare": _comparison, "sweep": _sweep},
    heeds=frozenset(("width",)),
)
