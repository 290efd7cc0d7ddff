"""SVG: the picture as vectors at exact times, for a page, a README or a slide."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from concviz.exporters.drawing.elements import data, element
from concviz.exporters.drawing.fills import literal, style_sheet
from concviz.exporters.drawing.palette import palette
from concviz.exporters.drawing.plot import of_sweep
from concviz.exporters.drawing.sheet import Picture
from concviz.exporters.drawing.stack import of_comparison
from concviz.exporters.drawing.timeline import of_run
from concviz.exporters.exporter import Exporter, Look

PICTURES: Mapping[str, Callable[[Any, int | None], Picture]] = {
    "run": of_run,
    "compare": of_comparison,
    "sweep": of_sweep,
}
"""By what there is to draw."""


def whole(picture: Picture, dark: bool) -> str:
    """A file of it."""
    return (
        element(
            "svg",
            element("title", data(picture.title)),
            element("style", style_sheet(literal(palette(dark)))),
            picture.body,
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {picture.width:.0f} {picture.height:.0f}",
            width=round(picture.width),
            height=round(picture.height),
            role="img",
        )
        + "\n"
    )


def _writer(draw: Callable[[Any, int | None], Picture]) -> Callable[[Any, Look], str]:
    return lambda found, look: whole(draw(found, look.width), look.dark)


EXPORTER = Exporter(
    name="svg",
    summary="the picture as vectors, for a page or a slide",
    suffixes=(".svg",),
    writers={kind: _writer(draw) for kind, draw in PICTURES.items()},
    heeds=frozenset(("width", "dark")),
)
