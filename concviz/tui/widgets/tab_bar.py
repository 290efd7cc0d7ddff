"""The line of names of panes that share a place, of which one is seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from concviz.tui.messages import TabChosen
from concviz.tui.widgets.looks import look


class TabBar(Widget, can_focus=True):
    """Draws itself: Textual's ``Tabs`` are ten widgets, also where all panes are seen at once."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "TabBar { height: 1; pointer: pointer; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", "Previous tab", show=False),
        Binding("right", "move(1)", "Next tab", show=False),
    ]

    active = reactive("", layout=False)
    """The pane that is seen."""
    over: reactive[str | None] = reactive(None, layout=False)
    """What the mouse points at."""

    def __init__(self, names: Sequence[str], *, id: str) -> None:
        super().__init__(id=id)
        self._names = names
        self.set_reactive(TabBar.active, names[0])

    def place_of(self, name: str) -> range:
        """Columns of the tab of that pane."""
        begin = sum(len(before) + 2 for before in self._names[: self._names.index(name)])
        return range(begin, begin + len(name) + 2)

    def _at(self, x: int) -> str | None:
        return next((name for name in self._names if x in self.place_of(name)), None)

    def render_line(self, y: int) -> Strip:
        """The names."""
        dark = self.app.native_ansi_color
        at_rest = look(self, "$foreground 50%", "dim" if dark else "none")
        seen = look(self, "$foreground", "bold" if dark else "none")
        if self.has_focus:
            seen = look(
                self,
                "$block-cursor-foreground",
                self.app.theme_variables["block-cursor-text-style"],
                on="$block-cursor-background",
            )
        pointed = look(self, "$foreground")
        styles = {self.over: pointed, self.active: seen}
        return Strip(
            Segment(f" {name.title()} ", styles.get(name, at_rest)) for name in self._names
        ).adjust_cell_length(self.size.width, self.rich_style)

    def watch_has_focus(self, has_focus: bool) -> None:
        """Look like it."""
        super().watch_has_focus(has_focus)
        self.refresh()

    def watch_active(self, active: str) -> None:
        """Tell of it."""
        self.post_message(TabChosen(active))

    def action_move(self, step: int) -> None:
        """The next tab or the previous one, round and round."""
        self.active = self._names[(self._names.index(self.active) + step) % len(self._names)]

    def on_click(self, event: events.Click) -> None:
        """That tab."""
        event.stop()
        self.active = self._at(event.x) or self.active

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """What can be clicked looks like it."""
        self.over = self._at(event.x)

    def on_leave(self) -> None:
        """Nothing any more."""
        self.over = None
