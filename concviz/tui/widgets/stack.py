"""Timelines of several runs on one time axis, a few rows each, one of them selected."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.geometry import clamp
from textual.widgets import Static

from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.tui import bindings
from concviz.tui.messages import CaseOpened, CaseSelected
from concviz.tui.widgets.canvas import Canvas
from concviz.tui.widgets.figures import FiguresTable
from concviz.tui.widgets.legend import LOW, legend_text
from concviz.tui.widgets.pane import Pane
from concviz.tui.widgets.time_axis import TimeAxis
from concviz.view.faces import Face, style_of
from concviz.view.legend import Used, signs_of
from concviz.view.painting import Painted, blank, paint_ruler
from concviz.view.roles import Role
from concviz.view.stack import Block, one_axis, paint_block, rows_each, whole_ns
from concviz.view.viewport import NS, Viewport
from concviz.view.window import Window

LABELS, FIGURES = 14, 16
"""Columns at the left and at the right of the bars."""
TITLE = "Timelines, fastest first"
NOTHING_YET = "No run that counts has begun: short ones come first, so that all is warm."
"""Stands where timelines will be."""
ABOVE, ENDS = "The run above, below", "The first, the last run"
ZOOM, PAN = "Zoom about the middle, also by Ctrl and the wheel", "Look earlier or later"
ZOOMS = bindings.Hint("Zoom", rank=bindings.AT_HAND + 1)
PANS = bindings.Hint("Earlier/later", rank=bindings.AT_HAND + 2)
SELECTS = bindings.Hint("Select", rank=bindings.AT_HAND)


class Stack(TimeAxis, Vertical, Pane, can_focus=True):
    """Draws blocks below each other; arrow keys select one, Enter opens it."""

    HELP = """\
The typical run of every strategy (the one that took the median) on **one time axis**, the fastest
first, with a line at its end: what it took, and its speedup over the sequential loop. Up and down
select; the lines below say what the glyphs mean, and how the time of the selected one was spent.
`+` and `-` zoom, left and right move along, `0` fits all; `v` shows bars by task. **Enter** opens
the selected one in the lab.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "select(-1)", "Above", tooltip=ABOVE, group=SELECTS),
        Binding("down", "select(1)", "Below", tooltip=ABOVE, group=SELECTS),
        Binding("home", "select(-1000)", "First", show=False, tooltip=ENDS),
        Binding("end", "select(1000)", "Last", show=False, tooltip=ENDS),
        Binding(
            "plus,equals_sign", "zoom(2)", "Zoom in", key_display="+", tooltip=ZOOM, group=ZOOMS
        ),
        Binding("minus", "zoom(-2)", "Zoom out", key_display="-", tooltip=ZOOM, group=ZOOMS),
        Binding(
            "0",
            "fit",
            "Fit",
            tooltip="Fit all runs",
            group=bindings.Hint("Fit", rank=bindings.AT_HAND + 3),
        ),
        Binding("left,comma,shift+left", "pan(-1)", "Earlier", tooltip=PAN, group=PANS),
        Binding("right,full_stop,shift+right", "pan(1)", "Later", tooltip=PAN, group=PANS),
        Binding(
            "enter",
            "open",
            "Open",
            tooltip="Open the selected run in the lab",
            group=FiguresTable.OPEN,
        ),
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
        self._whole = 0
        self._window = Window.of(NS, 1)
        self._by_state = True
        self._painted: dict[str, tuple[object, list[Painted]]] = {}

    def compose(self) -> ComposeResult:
        """Names, bars, figures; below, what the glyphs mean."""
        with Horizontal():
            yield Static(id="stack-names", markup=False)
            yield Canvas(id="stack-cells")
            yield Static(id="stack-figures", markup=False)
        yield Static(id="stack-legend", markup=False)

    def on_mount(self) -> None:
        """Name the pane."""
        self.border_title = TITLE

    @property
    def selected(self) -> str | None:
        """Key of the selected block."""
        return self._selected

    @property
    def view(self) -> Viewport:
        """The part of the runs' time that is shown."""
        return self._window.view

    def show(self, blocks: list[Block]) -> None:
        """Draw these, in this order."""
        self._blocks = [block for block in blocks if block.run.started != UNKNOWN]
        self._whole = whole_ns(self._blocks, self._whole)
        keys = [block.key for block in self._blocks]
        self._painted = {key: kept for key, kept in self._painted.items() if key in keys}
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
        if not self.is_mounted:
            return
        width, height = self._cells.size
        if width < 2 or height < 2:
            return
        self._keep_window(width)
        view = self.view
        each, gap = rows_each(self._blocks, height - 1)
        apart = [blank(width)] * gap
        rows: list[Painted] = []
        runs: list[Run] = []
        names, figures = Text(), Text()
        first = last = 0
        for block in self._blocks:
            chosen = block.key == self._selected
            if chosen:
                first = len(rows)
            drawn = self._rows_of(block, view, each) + apart
            rows += drawn
            runs += [block.run] * len(drawn)
            style = "bold reverse" if chosen else "bold"
            names.append(block.name[: LABELS - 1].ljust(LABELS - 1), style)
            names.append(" \n" + "\n" * (len(drawn) - 1))
            figures.append(f" {block.figures}".ljust(FIGURES)[:FIGURES], style)
            figures.append("\n" * len(drawn))
            if chosen:
                last = len(rows) - len(apart)
        room = height - 1
        self._top = clamp(self._top, last - room, first) if last - first <= room else first
        self._top = clamp(self._top, 0, max(0, len(rows) - room))
        shown = slice(self._top, self._top + room)
        self._cells.show([paint_ruler(view.ticks().cells, width), *rows[shown]])
        if not self._blocks:
            self._cells.show([_words(NOTHING_YET, width)])
        self._put("#stack-names", _lines(names, self._top, room))
        self._put("#stack-figures", _lines(figures, self._top, room))
        painted = [[row] for row in rows[shown]]
        self._show_legend(signs_of(zip(runs[shown], painted, strict=True)))
        self._show_place()

    @property
    def _cells(self) -> Canvas:
        return self.query_one("#stack-cells", Canvas)

    def _rows_of(self, block: Block, view: Viewport, each: int) -> list[Painted]:
        """Painted once for as long as nothing of it changes."""
        key = (id(block.run), block.run.ended or block.now, view, each, self._by_state)
        kept = self._painted.get(block.key)
        if kept is None or kept[0] != key:
            kept = self._painted[block.key] = key, self._paint(block, view, each)
        return kept[1]

    def _paint(self, block: Block, view: Viewport, each: int) -> list[Painted]:
        rows = paint_block(block, view, each, by_states=self._by_state)
        if more := block.hidden(each):
            note, end = f" +{more:,} ", view.cell(block.length - 1) + 1
            at = clamp(end - len(note), 0, max(0, view.width - len(note)))
            rows[-1] = rows[-1].with_note(at, note, style_of(Role.RULER, Face.NOTE))
        return rows

    def _show_legend(self, used: Used) -> None:
        """Of all that is in view; the shares are those of the selected one, as the title says."""
        size = self.query_one("#stack-legend").size
        block = self._shared
        shares = (block.run, block.spent) if block is not None and block.spent else None
        text = legend_text(used, size.width, size.height, self._cells.style_of, shares)
        self._put("#stack-legend", text)

    @property
    def _shared(self) -> Block | None:
        """Whose shares stand in the legend."""
        chosen = (block for block in self._blocks if block.key == self._selected and block.spent)
        return next(chosen, None) if self._by_state else None

    def _keep_window(self, width: int) -> None:
        """The same part of the time in that width, or all of it, with a cell behind it."""
        length = one_axis(self._whole, width).end
        if self.view.width != width:
            self._window = self._window.resized(width)
        if self._window.length != length:
            self._window = self._window.of_length(length)

    def _show_place(self) -> None:
        """Which part of the time is in view, and whose shares the legend has."""
        title = TITLE
        if self._blocks and all(block.run.ended for block in self._blocks):
            title += f": {self._window.words(self._whole)}"
        if (block := self._shared) is not None:
            title += f" · shares of {block.name}"
        shown = Content(title)  # a name is data, from a recording perhaps
        if shown.markup != self.border_title:
            self.border_title = shown

    def _put(self, where: str, text: Text) -> None:
        static = self.query_one(where, Static)
        if static.content != text:
            static.update(text, layout=False)

    def on_resize(self) -> None:
        """Draw in the new size, once the parts have theirs."""
        self.set_class(self.size.height < LOW, "-low")
        self.call_after_refresh(self.draw)

    # -- select and open --

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

    def scroll_lines(self, lines: int) -> None:
        """The wheel selects."""
        self.action_select(1 if lines > 0 else -1)

    def action_view(self) -> None:
        """Bars by state instead of by task, and back."""
        self._by_state = not self._by_state
        self.draw()

    # -- the mouse --

    def on_click(self, event: events.Click) -> None:
        """Select what is clicked; open it with a second click."""
        row = event.screen_offset.y - self._cells.region.y - 1 + self._top
        each, gap = rows_each(self._blocks, self._cells.size.height - 1)
        for block in self._blocks:
            row -= block.rows(each) + gap
            if row < 0:
                self.select(block.key)
                self.post_message(CaseSelected(block.key))
                if event.chain > 1:
                    self.action_open()
                return


def _words(text: str, width: int) -> Painted:
    return blank(width).with_note(0, text[:width], Role.RULER)


def _lines(text: Text, first: int, number: int) -> Text:
    """So many lines of a text, below an empty one."""
    return Text("\n").append_text(Text("\n").join(text.split("\n")[first : first + number]))
