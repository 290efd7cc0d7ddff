"""The pictures of the README are what the program draws."""

from __future__ import annotations

import importlib.util
import re
import sys
from html import unescape
from pathlib import Path
from types import ModuleType

import pytest

from concviz.casts.key_script import parse
from concviz.casts.reading import read

SCREENSHOTS = Path(__file__).parents[1] / "screenshots"


def script(name: str) -> ModuleType:
    """A script that makes some of them."""
    spec = importlib.util.spec_from_file_location(f"{name}_pictures", SCREENSHOTS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


make, demo = script("make"), script("demo")


def lines(svg: str) -> dict[str, str]:
    """What stands in each line of a picture, by its height.

    It may be in more pieces or fewer, and spaces that look alike may be drawn or not.
    """
    found: dict[str, str] = {}
    for y, text in re.findall(r'<text[^>]* y="([^"]*)"[^>]*>([^<]*)</text>', svg):
        found[y] = found.get(y, "") + unescape(text)
    return {y: " ".join(text.split()) for y, text in found.items()}


@pytest.mark.parametrize("picture", make.PICTURES, ids=lambda picture: picture.name)
async def test_picture_is_what_the_program_draws(picture: object) -> None:
    kept = (SCREENSHOTS / f"{picture.name}.svg").read_text()  # type: ignore[attr-defined]
    drawn = await make.draw(picture)
    assert lines(drawn) == lines(kept), "stale: run python screenshots/make.py"


@pytest.mark.parametrize("picture", make.EXPORTED, ids=lambda picture: picture.name)
def test_exported_picture_is_what_the_exporter_writes(picture: object) -> None:
    kept = (SCREENSHOTS / f"{picture.name}.svg").read_text()  # type: ignore[attr-defined]
    assert make.export(picture) == kept, "stale: run python screenshots/make.py"


def test_every_picture_is_of_the_script_and_every_one_of_the_readme_exists() -> None:
    names = {f"{picture.name}.svg" for picture in [*make.PICTURES, *make.EXPORTED]}
    assert {path.name for path in SCREENSHOTS.glob("*.svg")} == names
    readme = (SCREENSHOTS.parent / "README.md").read_text()
    assert set(re.findall(r"\(screenshots/(\S+\.svg)\)", readme)) <= names


def test_the_moving_picture_is_of_its_script_and_no_burden() -> None:
    assert parse((SCREENSHOTS / "demo.keys").read_text())
    for name, most in demo.MOST_BYTES.items():
        assert 0 < (SCREENSHOTS / name).stat().st_size <= most
    with (SCREENSHOTS / "demo.cast").open("rb") as file:
        cast = read(file)
    assert cast.remark is None
    assert (cast.header.columns, cast.header.rows) == (100, 30)
