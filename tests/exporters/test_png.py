"""PNG is the SVG in pixels, words and all; what it needs and does not find is said."""

from __future__ import annotations

import re
import struct
import sys
from collections.abc import Iterator

import pytest

from concviz.exporters import png
from concviz.exporters.drawing.timeline import of_run
from concviz.exporters.exporter import Look
from concviz.exporters.registry import EXPORTERS
from concviz.exporters.svg import whole
from tests.builders import comparison, pool, sweep


def size(picture: bytes) -> tuple[int, int]:
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


@pytest.fixture
def fonts() -> Iterator[None]:
    png.font.cache_clear()
    yield
    png.font.cache_clear()


@pytest.mark.parametrize("found", [pool(), comparison(), sweep()], ids=type)
def test_it_is_as_large_as_the_picture(found: object) -> None:
    narrow, wide = (png.EXPORTER.write(found, Look(width)) for width in (60, 120))  # type: ignore[arg-type]
    assert size(narrow)[0] < size(wide)[0]
    vectors = EXPORTERS.load("svg").write(found, Look(120)).decode()  # type: ignore[arg-type]
    sides = re.search(r'viewBox="0 0 (\d+) (\d+)"', vectors)
    assert sides is not None
    assert size(wide) == (2 * int(sides[1]), 2 * int(sides[2]))


def test_words_are_drawn_and_the_ground_is_dark_or_light() -> None:
    svg = whole(of_run(pool(), 80), dark=True)
    assert png.pixels(svg) != png.pixels(re.sub(r"(<text[^>]*>)[^<]*", r"\1", svg))
    assert png.EXPORTER.write(pool(), Look(80)) != png.EXPORTER.write(pool(), Look(80, dark=False))


def test_without_the_extra_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    assert png.EXPORTER.missing() == ""
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    assert png.EXPORTER.missing() == "PNG needs resvg-py: pip install 'concviz[png]'"
    with pytest.raises(RuntimeError, match=r"pip install 'concviz\[png\]'"):
        png.EXPORTER.write(pool())


@pytest.mark.usefixtures("fonts")
def test_another_font_will_do_and_without_any_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(png, "FAMILIES", ("No Such Font", "DejaVu Sans Mono"))
    assert png.font() == "DejaVu Sans Mono"
    png.font.cache_clear()
    monkeypatch.setattr(png, "FAMILIES", ("No Such Font",))
    with pytest.raises(png.NoFontError, match="there is no font to draw words with: install No"):
        png.EXPORTER.write(pool())
