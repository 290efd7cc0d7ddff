"""Text without colours: what the commands print."""

from __future__ import annotations

from concviz.analysis.statistics import summarise
from concviz.exporters import pages
from concviz.exporters.exporter import Exporter
from concviz.model.run import Run


def _run(run: Run) -> str:
    return _whole(pages.of_run(run, summarise(run), explain=True, width=pages.WIDTH))


def _whole(page: pages.Page) -> str:
    return pages.plain(page) + "\n"


EXPORTER = Exporter(
    name="text",
    summary="what the command prints, without colours",
    suffixes=(".txt",),
    writers={
        "run": _run,
        "compare": lambda found: _whole(pages.of_comparison(found, pages.WIDTH)),
        "sweep": lambda found: _whole(pages.of_sweep(found, pages.WIDTH)),
    },
)
