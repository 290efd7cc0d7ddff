"""A list of strategies of which some are marked, with a guess for each if somebody makes one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from concviz.experiments.experiment import Offer
from concviz.trace.sanitize import sanitize
from concviz.tui import bindings
from concviz.tui.messages import ChoiceChanged
from concviz.tui.notices import Kind, tell

GUESS = "guess "
"""What stands before a guess."""
LONGEST = 6
"""Characters of a guess."""
STEPS = ("0.5", "1", "1.5", "2", "3", "4", "5", "6", "8", "12", "16", "24", "32", "64")
"""Guesses that are reached without typing."""
LESS, MORE = "-", "+"
"""Stand beside a guess, to be clicked."""


@dataclass
class Mark:
    """A line of the list."""

    offer: Offer
    on: bool
    guess: str = ""

    @property
    def id(self) -> str:
        """Of the strategy."""
        return self.offer.id

    @property
    def can(self) -> bool:
        """Whether it can be marked."""
        return self.offer.can

    @property
    def fixed(self) -> bool:
        """Whether it stays marked."""
        return self.offer.fixed

    @property
    def factor(self) -> float | None:
        """The guess as a number; None where there is none."""
        try:
            guess = float(self.guess)
        except ValueError:
            return None
        return guess if guess > 0 else None

    def stepped(self, step: int) -> str:
        """The next guess above it, or below it where ``step`` is less than 0; "" below them all."""
        factor = self.factor or 0.0
        if step > 0:
            return next((guess for guess in STEPS if float(guess) > factor), STEPS[-1])
        return next((guess for guess in reversed(STEPS) if float(guess) < factor), "")

    @property
    def wrong(self) -> bool:
        """Whether a guess stands there that is none."""
        return bool(self.guess) and self.factor is None


A_GUESS = "write it as 2 or 1.5, above 0"
"""What a guess is."""
GUESSING = "Guess the speedup of the highlighted strategy, where speedups are compared"
STEPPING = "Guess more or less, also by a click on the - or + beside a guess"
STEP = bindings.Hint("Guess", rank=bindings.AT_HAND + 3)


class MarkList(OptionList):
    """Space marks; digits guess the speedup of the highlighted one."""

    class Accepted(Message):
        """Enter: go on with what is marked."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings.LISTS,
        Binding(
            "space",
            "mark",
            "Mark",
            tooltip="Mark a strategy, or take its mark away",
            group=bindings.Hint("Mark", rank=bindings.AT_HAND + 1),
        ),
        Binding(
            "a",
            "all",
            "All/none",
            tooltip="Mark all strategies, or none if all are",
            group=bindings.Hint("All/none", rank=bindings.AT_HAND + 2),
        ),
        *(
            Binding(str(digit), f"type('{digit}')", "Guess", show=False, tooltip=GUESSING)
            for digit in range(10)
        ),
        Binding("full_stop", "type('.')", "Guess", show=False, tooltip="The point of a guess"),
        Binding("minus", "step(-1)", "Less", key_display="-", tooltip=STEPPING, group=STEP),
        Binding(
            "plus,equals_sign", "step(1)", "More", key_display="+", tooltip=STEPPING, group=STEP
        ),
        Binding(
            "backspace", "erase", "Erase", show=False, tooltip="Erase the last digit of a guess"
        ),
        Binding("enter", "accept", "Run", show=False, tooltip="Run what is marked"),
    ]

    def __init__(self, marks: list[Mark], *, guesses: bool, id: str) -> None:
        super().__init__(id=id, compact=True, markup=False)
        self.marks = marks
        self._guesses = guesses

    def on_mount(self) -> None:
        """The lines."""
        self.put(self.marks)

    def put(self, marks: list[Mark]) -> None:
        """Other lines."""
        at = self.highlighted or 0
        self.marks = marks
        self.clear_options()
        self.add_options(Option(self._words(mark), id=f"mark-{n}") for n, mark in enumerate(marks))
        if marks:
            self.highlighted = min(at, len(marks) - 1)

    @property
    def marked(self) -> list[Mark]:
        """Those that are marked."""
        return [mark for mark in self.marks if mark.on and mark.can]

    def _words(self, mark: Mark) -> Text:
        text = Text(no_wrap=True, overflow="ellipsis")
        text.append("[x] " if mark.on and mark.can else "[ ] ", "" if mark.can else "dim")
        text.append(f"{sanitize(mark.id):<14}", "bold" if mark.can else "dim strike")
        if self._guesses and not mark.fixed and mark.can:
            style = "bold red" if mark.wrong else "" if mark.guess else "dim"
            number = f"{mark.guess}×" if mark.guess else "–"
            guess = f"{LESS} {number} {MORE}"
            text.append(f"{GUESS}{guess:<{LONGEST + 7}}", style)
            if mark.wrong:
                return text.append(f"no speedup: {A_GUESS}", "red")
        elif self._guesses:
            text.append(" " * (len(GUESS) + LONGEST + 7))
        return text.append(sanitize(mark.offer.note), "dim")

    def _changed(self, index: int) -> None:
        self.replace_option_prompt_at_index(index, self._words(self.marks[index]))
        self.post_message(ChoiceChanged())

    def point_at(self, mark: Mark) -> None:
        """Go to its line."""
        self.highlighted = self.marks.index(mark)
        self.focus()

    def action_mark(self) -> None:
        """Mark the highlighted one, or take its mark away."""
        if self.highlighted is None:
            return
        mark = self.marks[self.highlighted]
        if mark.fixed or not mark.can:
            why = "speedup is measured against it" if mark.fixed else mark.offer.note
            tell(self, Kind.DOING, f"{mark.id}: {why}.", warning=True)
            return
        mark.on = not mark.on
        self._changed(self.highlighted)

    def on_click(self, event: events.Click) -> None:
        """On a sign beside a guess: another guess, and no other mark."""
        index, column = event.style.meta.get("option"), event.get_content_offset(self)
        if index is None or column is None:
            return
        text = self._words(self.marks[index]).plain
        _, found, after = text.partition(GUESS)
        for sign, step in ((LESS, -1), (MORE, 1)):
            at = len(text) - len(after) + after.find(sign)
            if found and sign in after and abs(column.x - at) <= 1:
                event.prevent_default()
                self.highlighted = index
                self.action_step(step)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click: as Space."""
        event.stop()
        self.action_mark()

    def action_all(self) -> None:
        """Mark all, or none if all are; what stands aside is marked by itself alone."""
        free = [mark for mark in self.marks if mark.can and not mark.fixed]
        on = not all(mark.on or mark.offer.aside for mark in free)
        for mark in free:
            if not (on and mark.offer.aside):
                mark.on = on
        for index in range(len(self.marks)):
            self._changed(index)

    def action_accept(self) -> None:
        """Go on."""
        self.post_message(self.Accepted())

    def action_erase(self) -> None:
        """Take back a digit."""
        self._guess(lambda guess: guess[:-1])

    def action_type(self, digit: str) -> None:
        """A digit or a point is part of a guess.

        As bindings these keys stay in order with the arrows, also when a slow line brings several
        at once; a handler of key events would overtake them.
        """
        self._guess(lambda guess: f"{guess}{digit}"[:LONGEST])

    def action_step(self, step: int) -> None:
        """The next guess, or the one before it."""
        if self.highlighted is not None:
            mark = self.marks[self.highlighted]
            self._guess(lambda _: mark.stepped(step))

    def _guess(self, change: Callable[[str], str]) -> None:
        if self.highlighted is None or not self._guesses:
            return
        mark = self.marks[self.highlighted]
        if mark.fixed or not mark.can:
            return
        mark.guess = change(mark.guess)
        self._changed(self.highlighted)
