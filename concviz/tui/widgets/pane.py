"""A pane: a frame with a title, which shows whether the focus is inside of it."""

from __future__ import annotations

from textual.widget import Widget

FOCUSED = "-focused"
"""Class of the pane that has the focus, or in which something has."""


class Pane(Widget):
    """Mixed into the widgets that have a frame, after the class whose styles they inherit.

    Textual's own ways of showing the focus, ``:focus`` and ``:focus-within``, work out the styles
    of all that is inside of the frame, for each change of focus, though the frame alone looks
    different. The screen tells the pane instead (``BaseScreen``), and no other style is touched.
    """

    def watch_has_focus(self, has_focus: bool) -> None:
        """Nothing: the screen tells."""

    def mark_focused(self, focused: bool) -> None:
        """Show that the focus is here, or no longer."""
        if focused != self.has_class(FOCUSED):
            (self.add_class if focused else self.remove_class)(FOCUSED, update=False)
            self.app.stylesheet.update_nodes((self,))


def pane_of(widget: Widget | None) -> Pane | None:
    """The pane that is that widget, or in which it is."""
    if widget is not None:
        for node in widget.ancestors_with_self:
            if isinstance(node, Pane):
                return node
    return None
