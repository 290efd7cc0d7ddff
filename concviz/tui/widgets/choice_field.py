"""A field of the plan with few choices."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.strip import Strip

from concviz.trace.sanitize import sanitize
from concviz.tui import bindings
from concviz.tui.messages import OptionChanged
from concviz.tui.widgets.plan_field import NAME, PlanField, with_note, words_of

CHOOSE = "On the start method: next, previous"
CHOICES = bindings.Hint("Choose", rank=bindings.AT_HAND)


class ChoiceField(PlanField, can_focus=True):
    """Arrow keys, plus and minus or a click go to the next choice."""

    DEFAULT_CSS = "ChoiceField { height: 1; }"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"field--name", "field--choice", "field--note"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("minus,left,up", "next(-1)", "Previous", tooltip=CHOOSE, group=CHOICES),
        Binding(
            "plus,equals_sign,right,down,space", "next(1)", "Next", tooltip=CHOOSE, group=CHOICES
        ),
    ]

    def __init__(self, name: str, field: str, choices: list[str], value: str) -> None:
        super().__init__(id=f"field-{field.replace('_', '-')}")
        self._words = name
        self.field = field
        self._choices = choices
        self.text = value
        self._note = ""

    def use(self, used: bool, instead: str = "") -> None:
        """Show it, or nothing in its place."""
        if used != self.used:
            super().use(used, instead)
            self.can_focus = used
            self.refresh()

    def tell_shown(self, value: str | None) -> None:
        """What the run on the screen has here, where that is something else; None: nothing else."""
        if (note := words_of(value)) != self._note:
            super().tell_shown(value)
            self._note = note
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The name, the choice between arrows."""
        width = self.size.width
        if not self.used:
            return Strip.blank(width, self.rich_style)
        name, choice, note = (
            self.get_component_rich_style(f"field--{part}") for part in ("name", "choice", "note")
        )
        named = Strip([Segment(f"{self._words:<{NAME}}", name)])
        chosen = Strip([Segment(f"‹ {sanitize(self.text)} ›", choice)])
        line = Strip.join([named, chosen.adjust_cell_length(max(0, width - NAME), choice)])
        return with_note(line.crop(0, width), self._note, note, width)

    def action_next(self, step: int) -> None:
        """The next or previous choice, round and round."""
        at = self._choices.index(self.text) if self.text in self._choices else 0
        self.put(self._choices[(at + step) % len(self._choices)])
        self.post_message(OptionChanged(self.field, self.text))

    def put(self, text: str) -> None:
        """Let something else stand there, which may be none of the choices."""
        self.text = text
        self.refresh()

    def on_click(self) -> None:
        """The next one."""
        if self.used:
            self.action_next(1)
