"""The picture of a scene: its runs below each other, with what is to be noticed pinned to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.geometry import clamp
from textual.widgets import Static

from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.trace.states import Spent
from concviz.tui import bindings
from concviz.tui.widgets.canvas import Canvas
from concviz.tui.widgets.legend import legend_text
from concviz.tui.widgets.pane import Pane
from concviz.view.lanes import Lanes
from concviz.view.painting import Painted, blank, paint_ruler
from concviz.view.parts import Part, Pin, Size, lines_of, paint_parts, wanted_lines
from concviz.view.roles import Role
from concviz.view.stack import Block, one_axis, whole_ns

LABELS = 12
"""Columns for the names of the rows."""
RULER, LEGEND = 1, 2
"""Lines above the rows, and below them at most."""


COMING = (
    "What runs is seen here: a row for each worker, and time to the right.",
    "What runs is seen here.",
)
"""Before anything has: in the words for a wide and for a narrow picture."""


class Drawn(NamedTuple):
    """A run of the scene."""

    run: Run
    caption: str
    """"" where it is the only one."""
    expected: int
    """How long it will take, in nanoseconds, as far as that is known."""
    pins: Sequence[Pin] = ()


class ScenePicture(Vertical, Pane, can_focus=True):
    """All parts on one time axis."""

    HELP = """\
Each row is a **worker**; time runs to the right. A bar is a task, from the `▌` at its start to its
end, and shows what the worker's thread was doing; the lines below say what the glyphs mean. A
number such as `(1)` is the place that the words beside it speak of. `v` shows bars by task instead.
"""
    BINDINGS: ClassVar[list[BindingType]] = bindings.SCROLLING
    DEFAULT_CSS = """
    ScenePicture > Horizontal { height: 1fr; }
    ScenePicture #scene-names { width: 12; height: 1fr; color: $text-muted; }
    ScenePicture #scene-legend { height: 2; color: $text-muted; }
    ScenePicture.-low #scene-legend { height: 1; }
    """

    def __init__(self, *, id: str, classes: str) -> None:
        super().__init__(id=id, classes=classes)
        self._drawn: Sequence[Drawn] = ()
        self._lanes: dict[int, Lanes] = {}
        self._now = 0
        self._spent: tuple[Run, Spent] | None = None
        self._by_state = True
        self._top = self._lines = self._whole = 0

    def compose(self) -> ComposeResult:
        """Names, bars; below, what the glyphs mean."""
        with Horizontal():
            yield Static(id="scene-names", markup=False)
            yield Canvas(id="scene-cells")
        yield Static(id="scene-legend", markup=False)

    def on_mount(self) -> None:
        """Name the pane."""
        self.border_title = "Live"

    def clear(self) -> None:
        """Nothing has run yet."""
        self._lanes = {}
        self._top = self._whole = 0
        self.show((), 0, None)

    def show(self, drawn: Sequence[Drawn], now: int, spent: tuple[Run, Spent] | None) -> None:
        """Draw these, as of that time (monotonic nanoseconds); the legend says what was spent."""
        self._drawn, self._now, self._spent = drawn, now, spent
        self.draw()

    def least_height(self, parts: Sequence[Size]) -> int:
        """What these parts need at least for all of their rows to be in view."""
        return self.gutter.height + RULER + lines_of(parts) + 1

    def fit(self, parts: Sequence[Size], most: int) -> None:
        """Be as high as these parts can use, but no higher than that."""
        low = most <= self.least_height(parts)
        around = self.gutter.height + RULER + (1 if low else LEGEND)
        height = min(most, around + wanted_lines(parts, most - around))
        self.set_class(low, "-low")
        if self.styles.height is None or self.styles.height.value != height:
            self.styles.height = height

    def draw(self) -> None:
        """Bring the picture up to date."""
        if not self.is_mounted:
            return
        cells = self.query_one("#scene-cells", Canvas)
        width, height = cells.size
        if width < 2 or height < 2:
            return
        parts = [self._part(drawn) for drawn in self._drawn if drawn.run.started != UNKNOWN]
        self._whole = whole_ns([part.block for part in parts], self._whole)
        view = one_axis(self._whole, width)
        picture = paint_parts(parts, view, height - RULER)
        lines = picture.lines or [_announced(width)]
        self._lines = len(lines)
        if any(not part.block.run.ended for part in parts):  # which is the last one
            self._top = self._lines
        self._top = clamp(self._top, 0, max(0, self._lines - (height - RULER)))
        shown = slice(self._top, self._top + height - RULER)
        ruler = paint_ruler(view.ticks().cells if parts else [], width)
        cells.show([ruler, *lines[shown]])
        names = [name[: LABELS - 1] for name in picture.names[shown]]
        self._put("#scene-names", "\n".join(["", *names]))
        size = self.query_one("#scene-legend").size
        spent = self._spent if self._by_state else None
        legend = legend_text(picture.used, size.width, size.height, cells.style_of, spent)
        self._put("#scene-legend", legend)

    def _part(self, drawn: Drawn) -> Part:
        run = drawn.run
        lanes = self._lanes.get(id(run))
        if lanes is None or lanes.run is not run:
            lanes = self._lanes[id(run)] = Lanes(run, by_task=False, states=self._by_state)
        block = Block("", "", run, "", now=self._now, expected=drawn.expected)
        return Part(block, lanes, drawn.caption, drawn.pins)

    def _put(self, where: str, text: str | Text) -> None:
        static = self.query_one(where, Static)
        if static.content != text:
            static.update(text, layout=False)

    def on_resize(self) -> None:
        """Draw in the new size, once the parts have theirs."""
        self.call_after_refresh(self.draw)

    # -- what keys do --

    def toggle_states(self) -> None:
        """Bars by state instead of by task, and back."""
        self._by_state = not self._by_state
        self._lanes = {}
        self.draw()

    def scroll_lines(self, lines: int) -> None:
        """So many lines up or down."""
        self._top += lines
        self.draw()

    def action_scroll_up(self) -> None:
        """A line."""
        self.scroll_lines(-1)

    def action_scroll_down(self) -> None:
        """A line."""
        self.scroll_lines(1)

    def action_page_up(self) -> None:
        """Half a page."""
        self.scroll_lines(-max(1, self.size.height // 2))

    def action_page_down(self) -> None:
        """Half a page."""
        self.scroll_lines(max(1, self.size.height // 2))

    def action_scroll_home(self) -> None:
        """The first line."""
        self.scroll_lines(-self._lines)

    def action_scroll_end(self) -> None:
        """The last line."""
        self.scroll_lines(self._lines)


def _announced(width: int) -> Painted:
    said = next((words for words in COMING if len(words) <= width), "")
    return blank(width).with_note(0, said, Role.RULER)
