"""Fields of one line: a name and what is typed."""

from __future__ import annotations

import math
from typing import ClassVar

from rich.segment import Segment
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, Label, Static

from concviz.trace.sanitize import sanitize
from concviz.tui import bindings
from concviz.tui.messages import OptionChanged, RunRequested
from concviz.tui.widgets.plan_field import PlanField, with_note, words_of

STEP = "On a number: more, less"
STEPS = bindings.Hint("Number", rank=bindings.AT_HAND)


class StillInput(Input):
    """Its cursor does not blink: that is a timer, and nothing else moves in a lab at rest."""

    def __init__(self, value: str = "", *, max_length: int = 0, id: str | None = None) -> None:
        super().__init__(value, id=id, compact=True, select_on_focus=False, max_length=max_length)
        self.cursor_blink = False


class SparingInput(StillInput):
    """Takes some characters only; other keys mean what they mean elsewhere."""

    CHARACTERS: ClassVar[frozenset[str]] = frozenset()

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Only these are typed."""
        return character is not None and character in self.CHARACTERS

    async def _on_key(self, event: events.Key) -> None:
        if event.is_printable and not self.check_consume_key(event.key, event.character):
            event.prevent_default()  # a key of the screen, such as r for run


class NumberInput(SparingInput):
    """Takes what a number is made of; or there is none, and something else is said in its place."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"field--note"}

    CHARACTERS = frozenset("0123456789._eE")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("minus", "step(-1)", "Less", tooltip=STEP, group=STEPS),
        Binding("plus,equals_sign", "step(1)", "More", tooltip=STEP, group=STEPS),
        Binding("up", "step(1)", "More", show=False, tooltip=STEP),
        Binding("down", "step(-1)", "Less", show=False, tooltip=STEP),
    ]

    def __init__(self, value: str, *, whole: bool, id: str) -> None:
        super().__init__(value, id=id, max_length=24)
        self._whole = whole
        self._instead: str | None = None
        self._note = ""

    def say(self, instead: str | None = None, note: str = "") -> None:
        """Something ``instead`` of the number, which is of no use then; a note at its end."""
        if (instead, note) != (self._instead, self._note):
            self._instead, self._note = instead, note
            self.can_focus = instead is None
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The number, or what is said in its place."""
        style = self.get_component_rich_style("field--note")
        if self._instead is None:
            return with_note(super().render_line(y), self._note, style, self.size.width)
        return Strip([Segment(self._instead, style)]).adjust_cell_length(self.size.width, style)

    def action_step(self, direction: int) -> None:
        """The next round number up or down; never below the least that makes sense."""
        try:
            number = float(self.value.replace("_", ""))
        except ValueError:
            return
        if not math.isfinite(number):
            return
        if self._whole:
            step = 1 if number < 20 + (direction < 0) else 10 ** (len(str(int(number))) - 2)
            self.value = str(max(1, int(number) + direction * step))
        else:
            step_s = 0.1 if number < 1 + 0.01 * (direction < 0) else 0.5 if number < 5 else 1.0
            self.value = f"{max(0.0, round(number + direction * step_s, 3)):g}"
        self.cursor_position = len(self.value)


class NumberField(Horizontal, PlanField):
    """A named number of the plan."""

    DEFAULT_CSS = """
    NumberField { height: 1; }
    NumberField > Label { width: 12; }
    NumberField > NumberInput { width: 1fr; }
    """

    def __init__(self, name: str, field: str, value: str, *, whole: bool = True) -> None:
        super().__init__(id=f"field-{field.replace('_', '-')}")
        self._words = name
        self.field = field
        self._value = value
        self._whole = whole
        self._shown: str | None = None
        self._instead = ""
        self._expected: Static | None = None

    def compose(self) -> ComposeResult:
        """The name, the number."""
        yield Label(self._words)
        yield NumberInput(self._value, whole=self._whole, id=f"input-{self.field}")

    def tell_shown(self, value: str | None) -> None:
        """What the run on the screen has here, where that is another number; None: nothing else."""
        if value != self._shown:
            super().tell_shown(value)
            self._shown = value
            self._say()

    def use(self, used: bool, instead: str = "") -> None:
        """Show it, or its name and something else, or nothing in its place."""
        super().use(used, instead)
        self._instead = instead
        label, words = self.query_one(Label), self._words if used or instead else ""
        if label.content != words:
            label.update(words, layout=False)
        self._say()

    def _say(self) -> None:
        instead = None if self.used else self._instead
        self.query_one(NumberInput).say(instead, words_of(self._shown))

    def mark(self, wrong: bool, expected: str = "") -> None:
        """Whether that is wrong; and below it what was expected, which stays while it is wrong."""
        self.query_one(NumberInput).set_class(wrong, "-wrong")
        if self._expected is not None and (expected or not wrong):
            self._expected.remove()
            self._expected = None
        if wrong and expected and isinstance(self.parent, Widget):
            self._expected = Static(Text(sanitize(expected)), classes="-expected", markup=False)
            self.parent.mount(self._expected, after=self)

    @property
    def text(self) -> str:
        """What stands in the field, sensible or not."""
        return self.query_one(NumberInput).value

    def on_input_changed(self, event: Input.Changed) -> None:
        """Pass it on as a change of the plan."""
        event.stop()
        self.post_message(OptionChanged(self.field, event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter runs."""
        event.stop()
        self.post_message(RunRequested())


class CountsInput(SparingInput):
    """Takes what numbers of workers are written with."""

    CHARACTERS = frozenset("0123456789,-")


class CountsField(Horizontal):
    """Named numbers, such as "1-8" or "1,2,4,8"."""

    DEFAULT_CSS = """
    CountsField { height: 1; }
    CountsField > Label { width: 12; color: $text-muted; }
    CountsField > CountsInput { width: 1fr; }
    """

    def __init__(self, name: str, field: str, value: str) -> None:
        super().__init__(id=f"field-{field}")
        self._words = name
        self.field = field
        self._value = value

    def compose(self) -> ComposeResult:
        """The name, the numbers."""
        yield Label(self._words)
        yield CountsInput(self._value, id=f"input-{self.field}")

    @property
    def text(self) -> str:
        """What stands in the field, sensible or not."""
        return self.query_one(CountsInput).value

    def put(self, text: str) -> None:
        """Let something else stand there."""
        self.query_one(CountsInput).value = text

    def on_input_changed(self, event: Input.Changed) -> None:
        """Pass it on."""
        event.stop()
        self.post_message(OptionChanged(self.field, event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter runs."""
        event.stop()
        self.post_message(RunRequested())
