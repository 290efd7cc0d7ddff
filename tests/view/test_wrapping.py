"""Sentences in lines, as rich would break them."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from concviz.view.wrapping import hanging

WORDS = st.lists(st.text("ab漢·", min_size=1, max_size=9), max_size=12)


@given(WORDS, st.integers(4, 30), st.sampled_from(["", "· "]))
def test_all_is_said_in_lines_that_fit(words: list[str], width: int, mark: str) -> None:
    said = " ".join(words)
    lines = hanging(said, width, mark)
    room = width - cell_len(mark)
    assert all(cell_len(line) <= width for line in lines)
    assert lines[0].startswith(mark)
    assert all(line.startswith(" " * cell_len(mark)) for line in lines[1:])
    kept = "".join(line[len(mark) :] for line in lines)
    assert kept.replace(" ", "") == said.replace(" ", "")
    for before, after in pairwise(lines):
        first = after[len(mark) :].split(" ")[0]
        assert cell_len(f"{before[len(mark) :]} {first}") > room, "no line ends too soon"


def test_no_number_stands_without_its_unit() -> None:
    assert hanging("They took 12 s in all", 13, "· ") == ["· They took", "  12 s in all"]
    assert hanging("", 13, "· ") == ["· "]
