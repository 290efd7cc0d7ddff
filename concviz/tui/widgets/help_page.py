"""A page of help: rows of keys and words, in as many columns as fit, which can be scrolled."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import ClassVar, NamedTuple

from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.binding import BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from concviz.tui import bindings
from concviz.tui.widgets.pane import Pane

COLUMN = 54
"""Cells from which on a column is wide enough to be read."""
MOST_COLUMNS = 3
BETWEEN = 4
"""Cells between two columns."""
NAMES = 13
"""Cells for the keys or glyphs of a row; longer ones push the words on their line aside."""
EMPHASIS = re.compile(r"\*\*(.+?)\*\*|\*(.+?)\*|`(.+?)`", re.DOTALL)

HEADING, KEY, STRONG = "help--heading", "help--key", "help--strong"
"""Styles, by name: which they are depends on the theme."""
PLAIN = "plain"


class Rows(NamedTuple):
    """Keys, or glyphs, and what is said of each."""

    heading: str
    rows: tuple[tuple[str, str], ...]


class Words(NamedTuple):
    """Paragraphs, in which ``**`` and backticks emphasise."""

    heading: str
    text: str


Part = Rows | Words


def emphasised(text: str) -> Text:
    """A paragraph without its marks, in one line."""
    made, end, line = Text(), 0, " ".join(text.split())
    for found in EMPHASIS.finditer(line):
        made.append(line[end : found.start()])
        strong, slanted, code = found.groups()
        made.append(strong or slanted or code, KEY if code else STRONG)
        end = found.end()
    return made.append(line[end:])


@lru_cache(maxsize=64)
def lines_of(part: Part, width: int, console: Console) -> tuple[Text, ...]:
    """The lines of a part, none wider than that, with an empty one after the last.

    They are kept: all pages have most of their parts in common.
    """
    return tuple(_wrapped(part, width, console))


def _wrapped(part: Part, width: int, console: Console) -> Iterator[Text]:
    if part.heading:
        yield Text().append(part.heading, HEADING)
    if isinstance(part, Words):
        for paragraph in part.text.strip().split("\n\n"):
            yield from emphasised(paragraph).wrap(console, width)
            yield Text()
        return
    for names, words in part.rows:
        name = f"{names:<{NAMES}}  "
        wrapped = Text(words).wrap(console, max(1, width - len(name)))
        yield Text.assemble((name, KEY), *wrapped[:1])
        yield from (Text(" " * len(name)) + line for line in wrapped[1:])
    yield Text()


def columns_of(blocks: Sequence[Sequence[Text]], most: int) -> list[list[Text]]:
    """Blocks in so many columns, in order, of about the same height."""
    fair = -(-sum(map(len, blocks)) // most)
    columns: list[list[Text]] = [[]]
    for block in blocks:
        full = len(columns[-1]) + len(block) / 2 > fair
        if columns[-1] and full and len(columns) < most:
            columns.append([])
        columns[-1].extend(block)
    return columns


class HelpPage(ScrollView, Pane, can_focus=True):
    """Draws the lines that are seen; nothing is mounted, parsed or styled but the widget itself."""

    BINDINGS: ClassVar[list[BindingType]] = bindings.SCROLLING
    COMPONENT_CLASSES: ClassVar[set[str]] = {HEADING, KEY, STRONG}
    DEFAULT_CSS = """
    HelpPage {
        height: 1fr; padding: 0 1; scrollbar-size: 1 1; overflow-y: scroll;
        border: round $accent; border-title-color: $accent; border-title-style: bold;
        border-subtitle-color: $text-muted;
    }
    HelpPage > .help--heading { color: $accent; text-style: bold; }
    HelpPage > .help--strong { text-style: bold; }
    HelpPage > .help--key { color: $footer-key-foreground; text-style: bold; }
    """

    def __init__(self, parts: Iterable[Part]) -> None:
        super().__init__()
        self.parts = list(parts)
        """What it says."""
        self._columns: list[list[Text]] = []
        self._width = 0
        self._laid_out = 0
        self._pens: dict[str, Style] = {}

    @property
    def text(self) -> str:
        """All that it says, line by line, also what is scrolled out of sight."""
        return "\n".join(line.plain for column in self._columns for line in column)

    def on_mount(self) -> None:
        """It is as wide as the screen: the first frame has all of it, and its scroll bar."""
        styles = self.styles
        self._lay_out(self.app.size.width - styles.gutter.width - styles.scrollbar_size_vertical)

    def on_resize(self) -> None:
        """In lines of another width."""
        self._lay_out(self.scrollable_content_region.width)

    def _lay_out(self, width: int) -> None:
        if width == self._laid_out:
            return
        self._laid_out = width
        most = max(1, min(MOST_COLUMNS, (width + BETWEEN) // (COLUMN + BETWEEN)))
        self._width = max(1, (width + BETWEEN) // most - BETWEEN)
        blocks = [lines_of(part, self._width, self.app.console) for part in self.parts]
        self._columns = columns_of(blocks, most)
        size = Size(width, max(map(len, self._columns)))
        # Set so, it asks for no layout of its own: there is one anyway, which led to this.
        self.set_reactive(ScrollView.virtual_size, size)
        self._scroll_update(size)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of each column."""
        if not self._pens:
            styles = (HEADING, KEY, STRONG)
            self._pens = {style: self.get_component_rich_style(style) for style in styles}
            self._pens[PLAIN] = self.rich_style
        row, plain = y + self.scroll_offset.y, self._pens[PLAIN]
        segments: list[Segment] = []
        drawn = 0
        for at, column in enumerate(self._columns):
            begin = at * (self._width + BETWEEN)
            if begin > drawn:
                segments.append(Segment(" " * (begin - drawn), plain))
            line = column[row] if row < len(column) else Text()
            if line.cell_len > self._width:
                line = line[: self._width]
            segments += self._drawn(line, plain)
            drawn = begin + line.cell_len
        return Strip(segments, drawn).adjust_cell_length(self.size.width, plain)

    def _drawn(self, line: Text, plain: Style) -> Iterator[Segment]:
        text, end = line.plain, 0
        for start, stop, name in sorted(line.spans):
            if start > end:
                yield Segment(text[end:start], plain)
            yield Segment(text[start:stop], self._pens[str(name)])
            end = stop
        if end < len(text):
            yield Segment(text[end:], plain)

    def notify_style_update(self) -> None:
        """Perhaps another theme."""
        super().notify_style_update()
        self._pens = {}
