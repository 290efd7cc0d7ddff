"""A screen above another one, for which a change of focus costs as little."""

from __future__ import annotations

from typing import TypeVar

from textual.screen import ModalScreen

from concviz.tui.screens.base import BaseScreen

T = TypeVar("T")


class BaseModal(BaseScreen[T], ModalScreen[T]):
    """The same, above another screen."""
