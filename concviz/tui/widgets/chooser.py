"""A list of which one entry is chosen, with a line that explains it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from concviz.trace.sanitize import sanitize
from concviz.tui import bindings
from concviz.tui.widgets.line_list import LineList
from concviz.tui.widgets.styled_late import StyledLate

SHOWN = " · shown"
"""Stands behind what the run on the screen has where something else is chosen."""


@dataclass(frozen=True)
class Entry:
    """Something to choose."""

    id: str
    summary: str
    reason: str | None = None
    """Why it cannot be chosen here."""
    asks: bool = False
    """Enter asks what it is to be."""


class ChoiceList(LineList, StyledLate):
    """Says what its arrows do."""

    BINDINGS: ClassVar[list[BindingType]] = bindings.LISTS


class Chooser(Vertical):
    """The list; what the arrow keys reach is chosen."""

    class Chosen(Message):
        """An entry was chosen."""

        def __init__(self, chooser: Chooser, entry: str) -> None:
            super().__init__()
            self.chooser = chooser
            self.entry = entry

        @property
        def control(self) -> Chooser:
            """The list it was chosen in."""
            return self.chooser

    class Entered(Message):
        """Somebody wants to say what the chosen entry is to be."""

    DEFAULT_CSS = """
    Chooser { height: 1fr; }
    Chooser > OptionList { height: 1fr; }
    Chooser > #explanation { height: auto; }
    """

    def __init__(self, entries: list[Entry], chosen: str, *, id: str) -> None:
        super().__init__(id=id)
        self._entries = entries
        ids = [entry.id for entry in entries]
        self._index = ids.index(chosen) if chosen in ids else 0
        self._shown: str | None = None

    def compose(self) -> ComposeResult:
        """The list and the line."""
        options = ChoiceList(
            *(Option(_prompt(entry), id=f"entry-{i}") for i, entry in enumerate(self._entries)),
            compact=True,
            markup=False,
        )
        options.highlighted = self._index
        yield options
        yield Static(self._explanation, id="explanation", markup=False)

    def tell(self, entry: Entry) -> None:
        """Something else is known of an entry. Raises ValueError for an unknown id."""
        index = [e.id for e in self._entries].index(entry.id)
        self._entries[index] = entry
        self._write(index)
        if index == self._index:
            self._explain()

    def rename(self, before: str, entry: Entry) -> None:
        """An entry becomes another one. Raises ValueError for an unknown id."""
        self._entries[[e.id for e in self._entries].index(before)] = entry
        self.tell(entry)

    def tell_shown(self, entry: str | None) -> None:
        """Id of what the run on the screen has, where that is another; None: nothing else."""
        before, self._shown = self._shown, entry
        for index, each in enumerate(self._entries):
            if entry != before and each.id in (before, entry):
                self._write(index)

    def _write(self, index: int) -> None:
        entry = self._entries[index]
        prompt = _prompt(entry, shown=entry.id == self._shown)
        self.query_one(ChoiceList).rewrite(index, prompt)

    @property
    def chosen(self) -> str:
        """Id of the chosen entry."""
        return self._entries[self._index].id

    @property
    def _explanation(self) -> str:
        entry = self._entries[self._index]
        return sanitize(f"Not available: {entry.reason}" if entry.reason else entry.summary)

    def _explain(self) -> None:
        static = self.query_one("#explanation", Static)
        before, now = Content(str(static.content)), Content(self._explanation)
        width = max(1, static.size.width)
        # A layout works out the whole screen, so there is one only where the height differs.
        static.update(now, layout=now.get_height({}, width) != before.get_height({}, width))

    def choose(self, entry: str) -> None:
        """Choose from outside. Raises ValueError for an unknown id."""
        index = [e.id for e in self._entries].index(entry)
        self.query_one(OptionList).highlighted = index

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """What is highlighted is chosen."""
        event.stop()
        if event.option_index != event.option_list.highlighted:
            return  # it has moved on since
        if event.option_index != self._index:
            self._index = event.option_index
            self._explain()
            self.post_message(self.Chosen(self, self.chosen))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter, or a click."""
        event.stop()
        if self._entries[event.option_index].asks:
            self.post_message(self.Entered())


def _prompt(entry: Entry, shown: bool = False) -> Text:
    name = Text(sanitize(entry.id), style="dim strike" if entry.reason else "", no_wrap=True)
    return name.append(SHOWN, "not bold not strike dim") if shown else name
