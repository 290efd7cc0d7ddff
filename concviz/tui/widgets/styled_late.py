"""A widget whose styles are worked out when it stands somewhere, and not before."""

from __future__ import annotations

from textual.widget import Widget


class StyledLate(Widget):
    """Mixed into widgets of Textual's that change their classes while they are being made.

    After the class whose styles they inherit. Each change applies the whole stylesheet, for a
    place that they do not yet have.
    """

    def update_node_styles(self, animate: bool = True) -> None:
        """Once it has its place."""
        if self.is_attached:
            super().update_node_styles(animate)
