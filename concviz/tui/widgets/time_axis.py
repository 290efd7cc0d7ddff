"""Looking closer at what is drawn against time, along it, and at its end while it grows."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.widget import Widget

from concviz.tui import bindings
from concviz.tui.bindings import AT_HAND
from concviz.view.window import Window

ZOOM, PAN = "Zoom about the time cursor, the selected task or the middle", "Look earlier or later"
FOLLOW = "Follow the run: keep its end in view, or not"
ZOOMS, FITS = bindings.Hint("Zoom", rank=AT_HAND + 2), bindings.Hint("Fit", rank=AT_HAND + 5)
FOLLOWS, PANS = bindings.Hint("Follow", rank=AT_HAND + 6), bindings.Hint("Pan", rank=AT_HAND + 7)


class TimeAxis(Widget):
    """Mixed into what draws runs: what its keys and the mouse do to the part that is in view."""

    KEYS: ClassVar[list[BindingType]] = [
        Binding("minus", "zoom(-2)", "Zoom out", tooltip=ZOOM, group=ZOOMS),
        Binding("plus,equals_sign", "zoom(2)", "Zoom in", tooltip=ZOOM, group=ZOOMS),
        Binding("0", "fit", "Fit", tooltip="Fit the run", group=FITS),
        Binding("comma,shift+left", "pan(-1)", "Earlier", tooltip=PAN, group=PANS),
        Binding("full_stop,shift+right", "pan(1)", "Later", tooltip=PAN, group=PANS),
        Binding("f", "follow", "Follow", tooltip=FOLLOW, group=FOLLOWS),
    ]

    _window: Window

    def draw(self) -> None:
        """Draw what is in view."""
        raise NotImplementedError

    def fit(self) -> Window:
        """All there is."""
        return self._window.fitted()

    def now_ns(self) -> int | None:
        """How far a run under way has come, in nanoseconds since its start; None: it is over."""
        return None

    def centre(self) -> int:
        """The cell that stays where it is when the scale changes."""
        return self._window.view.width // 2

    def after_zoom(self, before: Window, zoomed: Window) -> Window:
        """What was in view and must not leave it is brought back into it."""
        return zoomed

    def scroll_lines(self, lines: int) -> None:
        """The wheel was turned."""

    def look(self, window: Window) -> None:
        """Look at that part from now on."""
        self._window = window
        self.draw()

    def action_zoom(self, factor: int) -> None:
        """Finer (2) or coarser (-2): about now while that is followed."""
        finer = factor if factor > 0 else 1 / -factor
        now, window = self.now_ns(), self._window
        if now is not None and window.following:
            self.look(window.zoomed_at_end(finer, now))
        else:
            self.look(self.after_zoom(window, window.zoomed(finer, self.centre())))

    def action_pan(self, direction: int) -> None:
        """A quarter of the width earlier or later; what stands still is not followed."""
        cells = direction * max(1, self._window.view.width // 4)
        self.look(self._window.let_go().panned(cells))

    def action_fit(self) -> None:
        """All of it in the width, and follow it."""
        self.look(self.fit())

    def action_follow(self) -> None:
        """Keep the end of a growing run in view, in the same scale, or stop doing so."""
        window = self._window
        if window.following:
            self.look(window.let_go())
        else:
            now = self.now_ns()
            self.look(window.followed(window.length - 1 if now is None else now))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll, or with Ctrl zoom out."""
        event.stop()
        self.action_zoom(-2) if event.ctrl else self.scroll_lines(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll, or with Ctrl zoom in."""
        event.stop()
        self.action_zoom(2) if event.ctrl else self.scroll_lines(-3)
