"""PNG: the picture of ``svg`` as pixels, for where vectors are not taken. Needs resvg-py."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Any

from concviz.exporters.drawing.elements import element
from concviz.exporters.drawing.sheet import Picture
from concviz.exporters.exporter import Exporter, Look
from concviz.exporters.svg import PICTURES, whole

ZOOM = 2
"""Pixels of the file for one of the picture, as sharp screens have them."""
LARGEST = 12_000
"""Pixels: a picture that would be higher or wider is drawn smaller, to need no gigabyte."""
INSTALL = "PNG needs resvg-py: pip install 'concviz[png]'"
FAMILIES = (
    *("DejaVu Sans Mono", "Liberation Mono", "Noto Sans Mono", "Ubuntu Mono", "FreeMono"),
    *("Menlo", "SF Mono", "Consolas", "Cascadia Mono", "Courier New", "DejaVu Sans", "Arial"),
)
"""Fonts to draw words and glyphs with, the best first: it has all glyphs."""


class NoFontError(RuntimeError):
    """There is no font to draw words with; says what to do."""


def missing() -> str:
    """What must be installed first; "" if nothing."""
    return "" if find_spec("resvg_py") is not None else INSTALL


def pixels(svg: str, zoom: float = ZOOM) -> bytes:
    """An SVG as PNG. Raises NoFontError where there is no font, RuntimeError without resvg-py."""
    if wanted := missing():
        raise RuntimeError(wanted)
    import resvg_py

    family = font()
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=zoom, monospace_family=family))


@cache
def font() -> str:
    """A monospaced font that is there. Raises NoFontError where none is."""
    import resvg_py

    def drawn(text: str, family: str) -> bytes:
        word = element("text", text, y=20, font_family=family)
        page = element("svg", word, xmlns="http://www.w3.org/2000/svg", width=60, height=30)
        return bytes(resvg_py.svg_to_bytes(svg_string=page, monospace_family=family))

    # A family that is not there draws nothing at all.
    for family in FAMILIES:
        if drawn("iM", family) != drawn("", family):
            return family
    raise NoFontError(
        f"there is no font to draw words with: install {FAMILIES[0]}"
        " (on Debian and Ubuntu the package fonts-dejavu-core)"
    )


def _writer(draw: Callable[[Any, int | None], Picture]) -> Callable[[Any, Look], bytes]:
    def write(found: Any, look: Look) -> bytes:
        picture = draw(found, look.width)
        zoom = min(ZOOM, LARGEST / max(picture.width, picture.height))
        return pixels(whole(picture, look.dark), zoom)

    return write


EXPORTER = Exporter(
    name="png",
    summary="the picture as pixels (an extra: concviz[png])",
    suffixes=(".png",),
    writers={kind: _writer(draw) for kind, draw in PICTURES.items()},
    heeds=frozenset(("width", "dark")),
    binary=True,
    missing=missing,
)
