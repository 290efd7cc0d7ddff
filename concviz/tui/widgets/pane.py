"""A pane: a frame with a title, which shows whether the focus is inside of it."""

from __future__ import annotations

from rich.style import Style
from textual.color import Color
from textual.content import Content
from textual.geometry import Region
from textual.scrollbar import ScrollBar
from textual.widget import Widget

from concviz.tui.widgets.scroll_bar import LineScrollBar

EDGES = ("border_top", "border_right", "border_bottom", "border_left")
TITLE, TITLE_STYLE = "border_title_color", "border_title_style"


class Pane(Widget):
    """Mixed into the widgets that have a frame, after the class whose styles they inherit.

    Textual's own ways of showing the focus, ``:focus`` and ``:focus-within``, work out the styles
    of all that is inside of the frame, and a border of another colour draws all of it anew, for
    each change of focus, though the frame alone looks different. So the screen tells the pane
    (``BaseScreen``), which changes the colour itself, and draws the frame.
    """

    marked = False
    """Whether the frame shows that the focus is here."""

    @property
    def vertical_scrollbar(self) -> ScrollBar:
        """Made when it is first asked for, as Textual's."""
        if self._vertical_scrollbar is None:
            bar = LineScrollBar(thickness=self.scrollbar_size_vertical)
            bar.display = False
            self._vertical_scrollbar = bar
            self.app._start_widget(self, bar)
        return self._vertical_scrollbar

    def watch_has_focus(self, has_focus: bool) -> None:
        """Nothing: the screen tells."""

    def mark_focused(self, focused: bool) -> None:
        """Show that the focus is here, or no longer."""
        if focused != self.marked:
            self.marked = focused
            self._colour_frame()
            width, height = self.outer_size
            self._draw_anew(
                Region(0, 0, width, 1),
                Region(0, height - 1, width, 1),
                Region(0, 0, 1, height),
                Region(width - 1, 0, 1, height),
            )

    def say_below(self, words: str) -> None:
        """Put that into the line below, which alone is drawn anew, not all that is inside."""
        if words != (self.border_subtitle or ""):  # None at first
            self._border_subtitle = Content(words)
            width, height = self.outer_size
            self._draw_anew(Region(0, height - 1, width, 1))

    def _draw_anew(self, *parts: Region) -> None:
        left, top = self.content_offset
        self.refresh(*(part.translate((-left, -top)) for part in parts))

    def notify_style_update(self) -> None:
        """The frame may be another one, or the theme."""
        super().notify_style_update()
        self._colour_frame()

    def _colour_frame(self) -> None:
        styles = self.styles.inline
        for rule in (*EDGES, TITLE, TITLE_STYLE):
            styles.clear_rule(rule)
        if self.marked:
            accent = Color.parse(self.app.theme_variables["accent"])
            for edge in EDGES:
                kind, _ = getattr(self.styles, edge)
                if kind:
                    styles.set_rule(edge, (kind, accent))
            styles.set_rule(TITLE, accent)
            if self.app.no_color:
                styles.set_rule(TITLE_STYLE, Style(bold=True, reverse=True))


def pane_of(widget: Widget | None) -> Pane | None:
    """The pane that is that widget, or in which it is."""
    if widget is not None:
        for node in widget.ancestors_with_self:
            if isinstance(node, Pane):
                return node
    return None
