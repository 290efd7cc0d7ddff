"""What a screen asks of the widget that pictures the result of an experiment."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar, runtime_checkable

P_contra = TypeVar("P_contra", contravariant=True)


class Picture(Protocol[P_contra]):
    """A widget. Where it can have the focus, its keys select a line of the result.

    It says so by the messages ``CaseSelected`` and ``CaseOpened``.
    """

    can_focus: bool

    def show(self, what: P_contra, /) -> None:
        """Picture this from now on."""

    def select(self, key: str) -> None:
        """Make the line with that key stand out, if it is in the picture."""

    @property
    def selected(self) -> str | None:
        """Key of the line that stands out."""

    def focus(self, scroll_visible: bool = True) -> Any:
        """As any widget's."""


@runtime_checkable
class HasBars(Protocol):
    """One that draws bars."""

    def action_view(self) -> None:
        """Bars by state instead of by task, and back."""
