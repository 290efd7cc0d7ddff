"""Help: what the pane at hand is for, its keys, all other keys, and how to read the picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

from concviz.tui import bindings, keys
from concviz.tui.screens.base import BaseScreen
from concviz.tui.widgets.help_page import HelpPage, Part, Rows, Words
from concviz.tui.widgets.key_bar import KeyBar
from concviz.view.signs import SIGNS

THE_LAB = Words(
    "The lab",
    "Choose a **strategy**, a **workload** and the number of **workers**, press `r`, and watch "
    "every worker on the timeline. The figures appear in the summary when the run is over. "
    "`t` leads through all of that in twelve scenes.",
)
THE_PICTURE = Rows("The picture", tuple((sign.glyph, sign.word) for sign in SIGNS))


class HelpScreen(BaseScreen[None], inherit_bindings=False):
    """Fills the terminal: dimming what is behind it would write every cell twice.

    Closes with Escape, ``?`` or ``q``.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape,question_mark,q,f1",
            "dismiss",
            "Close help",
            key_display="Esc",
            group=bindings.Hint("Close", rank=bindings.FIRST),
        ),
    ]

    def __init__(self, about: str, parts: Iterable[Part]) -> None:
        """``about`` is what is at hand, which comes first in the parts."""
        super().__init__()
        self.about = about
        self._page = HelpPage(parts)

    def compose(self) -> ComposeResult:
        """The page, and its keys."""
        self._page.border_title = Content(f"Help: {self.about}" if self.about else "Help")
        self._page.border_subtitle = "Escape closes"
        yield self._page
        yield KeyBar()


def own_keys(widget: Widget | None) -> set[Binding]:
    """The bindings that a widget has itself, whether they are of use now or not."""
    found: dict[str, Binding] = {}
    for of in type(widget).__mro__:
        for binding in Binding.make_bindings(vars(of).get("BINDINGS", ())):
            found.setdefault(binding.key, binding)
    return set(found.values())


def parts_of(
    about: str, text: str, screen: Screen[Any], sections: Sequence[keys.Section]
) -> list[Part]:
    """What is at hand in a sentence or two, its keys, the other keys, and the rest of the words."""
    lead, _, more = text.strip().partition("\n\n")
    here = own_keys(screen.focused)
    at_hand: list[Binding] = []
    others: list[Part] = []
    for heading, section in sections:
        each = bindings.each(section)
        at_hand += [binding for binding in each if binding in here]
        if rest := [binding for binding in each if binding not in at_hand]:
            others.append(Rows(heading, keys.rows(rest)))
    parts: list[Part] = [Words("", lead)] if lead else []
    parts += [Rows("Keys here", keys.rows(at_hand))] if at_hand else []
    parts += others
    parts += [Words(f"More of {about}", more)] if more else []
    return parts
