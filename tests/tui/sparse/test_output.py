"""What is written sparsely looks as what Textual would have written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, InlineUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from concviz.tui.sparse.output import SparseOutput
from tests.tui.sparse.terminal import Terminal

WIDTH, HEIGHT = 14, 4
CONSOLE = Console(force_terminal=True, color_system="truecolor")
CHARACTERS = [*"ab  ", "─", "█", "·", "●", "数", "ｶ", "🔎"]
STYLES = [
    None,
    Style(),
    Style.parse("red"),
    Style.parse("#102030 on #405060"),
    Style.parse("bold red on #405060"),
    Style.parse("dim italic on #405060"),
    Style.parse("bold dim underline"),
    Style.parse("reverse strike color(200) on color(20)"),
    Style.parse("blink bright_red on bright_blue"),
    Style(color="red", link="https://example.org"),
    Style(color="red", meta={"offset": (1, 2)}),
]

segments = st.builds(
    Segment,
    st.lists(st.sampled_from(CHARACTERS), max_size=9).map("".join),
    st.sampled_from(STYLES),
    st.none(),
)
lines = st.lists(segments, max_size=6).map(lambda each: Strip(each).adjust_cell_length(WIDTH))
pictures = st.lists(lines, min_size=HEIGHT, max_size=HEIGHT)
cuts = st.sets(st.integers(1, WIDTH - 1), max_size=4).map(lambda each: [0, *sorted(each), WIDTH])


@dataclass
class Step:
    """A new picture, how widgets divide its lines, and what of it is said to have changed."""

    picture: list[Strip]
    cuts: list[int]
    spans: list[tuple[int, int, int]] | None

    def update(self) -> CompositorUpdate:
        divided = [line.divide(self.cuts[1:]) for line in self.picture]
        if self.spans is None:
            return LayoutUpdate(list(divided), Region(0, 0, WIDTH, HEIGHT))
        chops = [dict(zip(self.cuts[:-1], line, strict=True)) for line in divided]
        return ChopsUpdate(chops, self.spans, [self.cuts[1:]] * HEIGHT)


@st.composite
def spans(draw: st.DrawFn) -> list[tuple[int, int, int]]:
    found = []
    for y in sorted(draw(st.sets(st.integers(0, HEIGHT - 1), min_size=1))):
        begin = draw(st.integers(0, WIDTH - 1))
        found.append((y, begin, draw(st.integers(begin + 1, WIDTH))))
    return found


steps = st.builds(Step, pictures, cuts, st.none() | spans())


def written(output: SparseOutput, update: CompositorUpdate) -> str:
    return output.encode(update, CONSOLE)


@settings(max_examples=60, deadline=None)
@given(st.lists(steps, min_size=1, max_size=6))
def test_the_terminal_shows_what_textual_would_have_written(story: Sequence[Step]) -> None:
    ours, theirs = Terminal(WIDTH, HEIGHT), Terminal(WIDTH, HEIGHT)
    output = SparseOutput()
    for step in story:
        ours.write(written(output, step.update()))
        theirs.write(step.update().render_segments(CONSOLE))
        assert ours.seen == theirs.seen


def whole(*texts: str, style: str = "") -> LayoutUpdate:
    strips = [[Strip([Segment(each, Style.parse(style))])] for each in texts]
    return LayoutUpdate(list(strips), Region(0, 0, strips[0][0].cell_length, len(texts)))


def test_what_the_terminal_shows_already_is_not_written() -> None:
    output = SparseOutput()
    assert "hello" in written(output, whole("hello", "world", style="red"))
    assert written(output, whole("hello", "world", style="red")) == ""
    assert written(output, whole("hello", "wOrld", style="red")) == "\x1b[2;2H\x1b[31mO\x1b[m"


def test_a_space_needs_no_colour_of_text() -> None:
    output = SparseOutput()
    written(output, whole("a   b", style="red on blue"))
    assert written(output, whole("a   b", style="red on blue")) == ""
    first = written(output, whole("     ", style="red on blue"))
    assert "31" not in first
    assert written(output, whole("     ", style="green on blue")) == ""


def test_what_terminals_draw_wider_or_narrower_moves_nothing_else() -> None:
    for unsure in ("❤\ufe0f", "👩\u200d🚀", "e\u0301", "🔎"):
        text = f"{unsure}ab"
        after = Strip([Segment(unsure)]).cell_length + 1
        assert written(SparseOutput(), whole(text)) == f"\x1b[1H{unsure}\x1b[1;{after}Hab"


@dataclass
class Hologram(CompositorUpdate):
    """A kind of update that Textual does not have yet."""

    text: str

    def render_segments(self, console: Console) -> str:
        return self.text


class Renamed(LayoutUpdate):
    """One that has not what it had."""

    def __init__(self, update: LayoutUpdate) -> None:
        self.rows, self.region = update.strips, update.region

    def render_segments(self, console: Console) -> str:
        return LayoutUpdate(self.rows, self.region).render_segments(console)


@pytest.mark.parametrize(
    "strange",
    [
        Hologram("\x1b[2J"),
        InlineUpdate([Strip([Segment("hello")])]),
        Renamed(whole("hello")),
        whole("\x1b[2Jhello"),
        whole("\u0301hello"),
        LayoutUpdate([[Strip([Segment("\x1b[2J", None, [(1,)])])]], Region(0, 0, 5, 1)),  # type: ignore[list-item]
    ],
    ids=["kind", "inline", "form", "control", "joins nothing", "segment"],
)
def test_of_what_it_does_not_understand_it_keeps_away(strange: CompositorUpdate) -> None:
    output = SparseOutput()
    written(output, whole("hello"))
    assert written(output, strange) == strange.render_segments(CONSOLE)
    assert "hello" in written(output, whole("hello")), "who knows what the terminal shows now"


def test_all_is_written_when_it_has_been_told_to_forget_and_when_the_size_is_another() -> None:
    output = SparseOutput()
    first = written(output, whole("hello"))
    output.forget()
    assert written(output, whole("hello")) == first
    assert "hello" in written(output, whole("hello", "world"))


def test_without_colours_there_are_none() -> None:
    plain = Console(force_terminal=True, color_system="standard")
    assert "[31m" in SparseOutput().encode(whole("hello", style="#aa0000"), plain)


def test_a_link_is_begun_and_ended() -> None:
    update = LayoutUpdate(
        [[Strip([Segment("to", Style(link="https://example.org")), Segment("day")])]],
        Region(0, 0, 5, 1),
    )
    text = written(SparseOutput(), update)
    assert text.count("\x1b]8;id=") == 1
    assert text.endswith("to\x1b]8;;\x1b\\day")


def test_rows_that_change_alike_change_the_colour_once() -> None:
    def rows(length: int) -> LayoutUpdate:
        bar = [Segment("─" * length, Style.parse("red")), Segment(">", Style.parse("blue"))]
        return LayoutUpdate([[Strip([*bar, Segment(" " * (9 - length))])]] * 4, Region(0, 0, 10, 4))

    output = SparseOutput()
    written(output, rows(3))
    text = written(output, rows(5))
    assert text.count("m") == 3, "red, blue, plain"
