"""Timelines of several runs on one time axis, a few rows each, one of them selected."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.geometry import clamp
from textual.widgets import Static

from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.tui.messages import CaseOpened, CaseSelected
from concviz.tui.widgets.canvas import Canvas
from concviz.tui.widgets.legend import LOW, legend_text
from concviz.view.faces import Face, style_of
from concviz.view.legend import Used, signs_of
from concviz.view.painting import Painted, paint_ruler
from concviz.view.roles import Role
from concviz.view.stack import Block, one_axis, paint_block, rows_each
from concviz.view.viewport import Viewport

LABELS, FIGURES = 14, 16
"""Columns at the left and at the right of the bars."""


class Stack(Vertical, can_focus=True):
    """Draws blocks below each other; arrow keys select one, Enter opens it."""

    HELP = """\
The typical run of every strategy (the one that took the median) on **one time axis**, the fastest
first, with a line at its end: what it took, and its speedup over the sequential loop. Up and down
select; the lines below say what the glyphs mean, and how the time of the selected one was spent.
**Enter** opens it in the lab.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "select(-1)", "Above", show=False, tooltip="The run above"),
        Binding("down", "select(1)", "Below", show=False, tooltip="The run below"),
        Binding("home", "select(-1000)", "First", show=False, tooltip="The first"),
        Binding("end", "select(1000)", "Last", show=False, tooltip="The last"),
        Binding("enter", "open", "Open", tooltip="Open the selected run in the lab"),
    ]

    DEFAULT_CSS = """
    Stack > Horizontal { height: 1fr; }
    Stack #stack-names { width: 14; height: 1fr; }
    Stack #stack-figures { width: 16; height: 1fr; }
    Stack #stack-legend { height: 2; color: $text-muted; }
    Stack.-low #stack-legend { height: 1; }
    """

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._blocks: list[Block] = []
        self._selected: str | None = None
        self._top = 0

    def compose(self) -> ComposeResult:
        """Names, bars, figures; below, what the glyphs mean."""
        with Horizontal():
            yield Static(id="stack-names", markup=False)
            yield Canvas(id="stack-cells")
            yield Static(id="stack-figures", markup=False)
        yield Static(id="stack-legend", markup=False)

    def on_mount(self) -> None:
        """Name the pane."""
        self.border_title = "Timelines, fastest first"

    @property
    def selected(self) -> str | None:
        """Key of the selected block."""
        return self._selected

    def show(self, blocks: list[Block]) -> None:
        """Draw these, in this order."""
        self._blocks = [block for block in blocks if block.run.started != UNKNOWN]
        keys = [block.key for block in self._blocks]
        if self._selected not in keys:
            self._selected = keys[0] if keys else None
        self.draw()

    def select(self, key: str) -> None:
        """Select from outside."""
        if key != self._selected and key in [block.key for block in self._blocks]:
            self._selected = key
            self.draw()

    def draw(self) -> None:
        """Bring the picture up to date."""
        cells = self.query_one("#stack-cells", Canvas)
        width, height = cells.size.width, cells.size.height
        if width < 2 or height < 2:
            return
        view = one_axis(self._blocks, width)
        each = rows_each(self._blocks, height - 1)
        rows: list[Painted] = []
        runs: list[Run] = []
        names, figures = Text(), Text()
        first = last = 0
        for block in self._blocks:
            chosen = block.key == self._selected
            if chosen:
                first = len(rows)
            drawn = self._paint(block, view, each)
            rows += drawn
            runs += [block.run] * len(drawn)
            style = "bold reverse" if chosen else "bold"
            names.append(block.name[: LABELS - 1].ljust(LABELS - 1), style)
            names.append(" \n" + "\n" * (len(drawn) - 1))
            figures.append(f" {block.figures}".ljust(FIGURES)[:FIGURES], style)
            figures.append("\n" * len(drawn))
            if chosen:
                last = len(rows)
        room = height - 1
        self._top = clamp(self._top, last - room, first) if last - first <= room else first
        self._top = clamp(self._top, 0, max(0, len(rows) - room))
        shown = slice(self._top, self._top + room)
        cells.show([paint_ruler(view.ticks().cells, width), *rows[shown]])
        self._put("#stack-names", _lines(names, self._top, room))
        self._put("#stack-figures", _lines(figures, self._top, room))
        painted = [[row] for row in rows[shown]]
        self._show_legend(signs_of(zip(runs[shown], painted, strict=True)))

    def _paint(self, block: Block, view: Viewport, each: int) -> list[Painted]:
        rows = paint_block(block, view, each)
        if more := block.hidden(each):
            note, end = f" +{more:,} ", view.cell(block.length - 1) + 1
            rows[-1] = rows[-1].with_note(
                max(0, end - len(note)), note, style_of(Role.RULER, Face.NOTE)
            )
        return rows

    def _show_legend(self, used: Used) -> None:
        """Of all that is in view; the shares are those of the selected one."""
        block = next((b for b in self._blocks if b.key == self._selected), None)
        spent = (block.run, block.spent) if block is not None and block.spent else None
        style = self.query_one("#stack-cells", Canvas).style_of
        size = self.query_one("#stack-legend").size
        text = legend_text(used, size.width, size.height, style, spent)
        self._put("#stack-legend", text)

    def _put(self, where: str, text: Text) -> None:
        static = self.query_one(where, Static)
        if static.content != text:
            static.update(text, layout=False)

    def on_resize(self) -> None:
        """Draw in the new size, once the parts have theirs."""
        self.set_class(self.size.height < LOW, "-low")
        self.call_after_refresh(self.draw)

    def action_select(self, step: int) -> None:
        """The block above or below."""
        keys = [block.key for block in self._blocks]
        if self._selected in keys:
            at = clamp(keys.index(self._selected) + step, 0, len(keys) - 1)
            self.select(keys[at])
            self.post_message(CaseSelected(keys[at]))

    def action_open(self) -> None:
        """The selected one."""
        if self._selected is not None:
            self.post_message(CaseOpened())

    def on_click(self, event: events.Click) -> None:
        """Select what is clicked; open it with a second click."""
        row = event.screen_offset.y - self.query_one("#stack-cells").region.y - 1 + self._top
        each = rows_each(self._blocks, self.query_one("#stack-cells").size.height - 1)
        for block in self._blocks:
            row -= block.rows(each)
            if row < 0:
                self.select(block.key)
                self.post_message(CaseSelected(block.key))
                if event.chain > 1:
                    self.action_open()
                return


def _lines(text: Text, first: int, number: int) -> Text:
    """So many lines of a text, below an empty one."""
    return Text("\n").append_text(Text("\n").join(text.split("\n")[first : first + number]))
