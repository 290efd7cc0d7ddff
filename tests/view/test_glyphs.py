"""Where there is no Unicode, what is drawn is ASCII, and as different as it was."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len

import concviz
from concviz.view import plot
from concviz.view.glyphs import ASCII, BARS, LINES, POINTS, celled, drawable
from concviz.view.signs import LEVELS, SIGNS

SOURCES = sorted(Path(concviz.__file__).parent.rglob("*.py"))


def drawn_by(source: Path) -> Iterator[str]:
    """The characters of its strings, but not of what is said to people who read it."""
    tree = ast.parse(source.read_text(encoding="utf-8"))
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare:
            yield from node.value


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_whatever_we_draw_has_a_glyph_in_ascii(source: Path) -> None:
    drawn = filter(str.isprintable, drawn_by(source))
    assert [each for each in drawn if not each.isascii() and each not in ASCII] == []


def test_all_of_them_are_ascii() -> None:
    assert "".join(ASCII.values()).isascii()


def test_what_differs_in_a_picture_differs_in_ascii() -> None:
    signs = [sign.glyph for sign in SIGNS]
    assert len({drawable(glyph, "ascii") for glyph in signs}) == len(signs)
    for glyphs in (
        LEVELS,
        plot.POINTS,
    ):
        assert len(set(drawable(glyphs, "ascii"))) == len(glyphs)


def test_no_picture_becomes_wider() -> None:
    assert {len(glyph) for glyph in (BARS | LINES | POINTS).values()} == {1}


@pytest.mark.parametrize("text", ["▇▇ 2× …", "é日本", "␛[31m", "🔎", "e\u0301", *ASCII])
def test_on_a_screen_everything_stays_as_wide_as_it_was(text: str) -> None:
    shown = celled(text, "ascii")
    assert shown.isascii()
    assert len(shown) == cell_len(text)


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [("utf-8", "▇ 2×…"), ("ascii", "# 2x..."), ("latin-1", "# 2x..."), ("cp437", "# 2x...")],
)
def test_all_of_a_text_or_nothing_is_in_ascii(encoding: str, expected: str) -> None:
    assert drawable("▇ 2×…", encoding) == expected


def test_the_readme_explains_every_sign() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    picture = readme[readme.index("## How to read the picture") :]
    assert [sign for sign in SIGNS for each in sign.glyph if f"`{each}`" not in picture] == []
