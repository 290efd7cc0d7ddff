"""A screen above another one, for which a change of focus costs as little."""

from __future__ import annotations

from typing import TypeVar

from textual.screen import ModalScreen

from concviz.tui.screens.base import BaseScreen

T = TypeVar("T")


class BaseModal(BaseScreen[T], ModalScreen[T]):
    """The same, above another screen, which is seen as it was.

    Textual's dims it: that is another colour for each of its cells, and most of them would have to
    be written twice for a question of three lines.
    """

    DEFAULT_CSS = "BaseModal { background: transparent; }"
