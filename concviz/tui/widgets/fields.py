"""Fields of one line: a name and what stands there."""

from __future__ import annotations

import math
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, Static

from concviz.trace.sanitize import sanitize
from concviz.tui import bindings
from concviz.tui.messages import OptionChanged, RunRequested
from concviz.tui.widgets.looks import look
from concviz.tui.widgets.styled_late import StyledLate

NAME = 12
"""Cells for the name of a field."""

STEP = "On a number: more, less"
CHOOSE = "On the start method: next, previous"
STEPS, CHOICES = (
    bindings.Hint("Number", rank=bindings.AT_HAND),
    bindings.Hint("Choose", rank=bindings.AT_HAND),
)


class StillInput(Input, StyledLate):
    """Its cursor does not blink: that is a timer, and nothing else moves in a lab at rest."""

    def __init__(self, value: str = "", *, max_length: int = 0, id: str | None = None) -> None:
        # Nothing is validated, which would work its styles out twice for each change.
        super().__init__(
            value,
            id=id,
            compact=True,
            select_on_focus=False,
            max_length=max_length,
            validate_on=(),
        )
        self.cursor_blink = False


class ToldInput(StillInput):
    """Beside what stands there it is told what the run shown has; or there is nothing to type."""

    _shown: str | None = None
    _instead: str | None = None

    def say(self, shown: str | None, instead: str | None) -> None:
        """What the run on the screen has here; and ``instead`` of a text that is of no use."""
        if (shown, instead) != (self._shown, self._instead):
            self._shown, self._instead = shown, instead
            self.can_focus = instead is None
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The text, and at the end what the run on the screen has; or what is said instead."""
        width, beside = self.size.width, look(self, "$text-muted", on="$background")
        if self._instead is not None:
            return Strip([Segment(self._instead, beside)]).adjust_cell_length(width, beside)
        line, told = super().render_line(y), shown_words(self._shown, width)
        if not told:
            return line
        room = width - len(told)
        return Strip.join([line.adjust_cell_length(room), Strip([Segment(told, beside)])])


class SparingInput(ToldInput):
    """Takes some characters only; other keys mean what they mean elsewhere."""

    CHARACTERS: ClassVar[frozenset[str]] = frozenset()

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Only these are typed."""
        return character is not None and character in self.CHARACTERS

    async def _on_key(self, event: events.Key) -> None:
        if event.is_printable and not self.check_consume_key(event.key, event.character):
            event.prevent_default()  # a key of the screen, such as r for run


def shown_words(value: str | None, width: int) -> str:
    """What the run on the screen has in a field, in a part of that width; None: nothing else."""
    return "" if value is None else f" shown: {sanitize(value)}"[: width * 3 // 5]


class NumberInput(SparingInput):
    """Takes what a number is made of; or there is none, and something else is said in its place."""

    CHARACTERS = frozenset("0123456789._eE")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("minus", "step(-1)", "Less", tooltip=STEP, group=STEPS),
        Binding("plus,equals_sign", "step(1)", "More", tooltip=STEP, group=STEPS),
        Binding("up", "step(1)", "More", show=False, tooltip=STEP),
        Binding("down", "step(-1)", "Less", show=False, tooltip=STEP),
    ]

    def __init__(self, value: str, *, whole: bool, id: str) -> None:
        with self.prevent(Input.Changed):  # what it begins with is what the plan says
            super().__init__(value, id=id, max_length=24)
        self._whole = whole

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


class Field(Horizontal):
    """A line that begins with its name, which it draws itself; what is beside it follows."""

    DEFAULT_CSS = "Field { height: 1; color: $text-muted; }"

    def __init__(self, name: str, *, id: str) -> None:
        super().__init__(id=id)
        self.words = name
        """What is beside it."""
        self.used = True
        """Whether the plan makes use of it."""
        self._instead = ""

    def use(self, used: bool, instead: str = "") -> None:
        """Show it; or its name and something ``instead``; or nothing in its place.

        That stays free where there is room (see the styles of ``-unused``): a layout for each
        strategy that somebody passes by in the list would cost more than all else that changes.
        """
        if (used, instead) == (self.used, self._instead):
            return
        focused = self.screen.focused
        if not used and focused is not None and self in focused.ancestors_with_self:
            self.screen.focus_next()
        self.used, self._instead = used, instead
        # Only where it gives way any style depends on that.
        self.set_class(not used and not instead, "-unused", update=self.screen.has_class("-short"))
        self.refresh()

    def render(self) -> Content:
        """The name."""
        return Content(self.words if self.used or self._instead else "")


class TypedField(Field):
    """A named text of the plan."""

    def __init__(self, name: str, field: str, typed: ToldInput) -> None:
        """``typed`` is where it stands."""
        super().__init__(name, id=f"field-{field.replace('_', '-')}")
        self.field = field
        self.typed = typed
        self._shown: str | None = None
        self._expected: Static | None = None

    def compose(self) -> ComposeResult:
        """The text."""
        yield self.typed

    def tell_shown(self, value: str | None) -> None:
        """What the run on the screen has here, where that is another number; None: nothing else."""
        if value != self._shown:
            self._shown = value
            self.set_class(value is not None, "-changed")
            self._say()

    def use(self, used: bool, instead: str = "") -> None:
        """Show it; or its name and something ``instead``; or nothing in its place."""
        super().use(used, instead)
        self._say()

    def _say(self) -> None:
        self.typed.say(self._shown, None if self.used else self._instead)

    def mark(self, wrong: bool, expected: str = "") -> None:
        """Whether that is wrong; and below it what was expected, which stays while it is wrong."""
        self.typed.set_class(wrong, "-wrong")
        if self._expected is not None and (expected or not wrong):
            self._expected.remove()
            self._expected = None
        if wrong and expected and isinstance(self.parent, Widget):
            self._expected = Static(Text(sanitize(expected)), classes="-expected", markup=False)
            self.parent.mount(self._expected, after=self)

    @property
    def text(self) -> str:
        """What stands in the field, sensible or not."""
        return self.typed.value

    def on_input_changed(self, event: Input.Changed) -> None:
        """Pass it on as a change of the plan."""
        event.stop()
        self.post_message(OptionChanged(self.field, event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter runs."""
        event.stop()
        self.post_message(RunRequested())


class NumberField(TypedField):
    """A named number of the plan."""

    DEFAULT_CSS = "NumberField > NumberInput { width: 1fr; margin-left: 12; }"

    def __init__(self, name: str, field: str, value: str, *, whole: bool = True) -> None:
        super().__init__(name, field, NumberInput(value, whole=whole, id=f"input-{field}"))


class CountsInput(SparingInput):
    """Takes what numbers of workers are written with."""

    CHARACTERS = frozenset("0123456789,-")


class CountsField(Field):
    """Named numbers, such as "1-8" or "1,2,4,8"."""

    DEFAULT_CSS = "CountsField > CountsInput { width: 1fr; margin-left: 12; }"

    def __init__(self, name: str, field: str, value: str) -> None:
        super().__init__(name, id=f"field-{field}")
        self.field = field
        self._value = value

    def compose(self) -> ComposeResult:
        """The numbers."""
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


class ChoiceField(Field, can_focus=True):
    """A named choice of few: arrow keys, plus and minus or a click go to the next one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("minus,left,up", "next(-1)", "Previous", tooltip=CHOOSE, group=CHOICES),
        Binding(
            "plus,equals_sign,right,down,space", "next(1)", "Next", tooltip=CHOOSE, group=CHOICES
        ),
    ]

    def __init__(self, name: str, field: str, choices: list[str], value: str) -> None:
        super().__init__(name, id=f"field-{field.replace('_', '-')}")
        self.field = field
        self._choices = choices
        self.text = value
        self._told: str | None = None

    def tell_shown(self, value: str | None) -> None:
        """What the run on the screen has here, where that is another; None: nothing else."""
        if value != self._told:
            self._told = value
            self.set_class(value is not None, "-changed")
            self.refresh()

    def use(self, used: bool, instead: str = "") -> None:
        """Show it, or nothing in its place."""
        super().use(used, instead)
        self.can_focus = used

    def render_line(self, y: int) -> Strip:
        """The name, the choice between arrows, and at the end what the run on the screen has."""
        if not self.used:
            return Strip.blank(self.size.width, self.rich_style)
        width = max(0, self.size.width - NAME)
        plain = chosen = look(self, "$text-muted")
        if self.has_focus:
            chosen = look(self, "$block-cursor-foreground", on="$block-cursor-background")
            if self.app.no_color and self.app.native_ansi_color:
                chosen += Style(bold=True, reverse=True)  # where nothing has a colour
        told = shown_words(self._told, width)
        text = f"‹ {sanitize(self.text)} ›"[: width - len(told)].ljust(width - len(told))
        name = Segment(self.words[:NAME].ljust(NAME), self.rich_style)
        parts = [name, Segment(text, chosen), Segment(told, plain)]
        return Strip(parts).adjust_cell_length(self.size.width, plain)

    def watch_has_focus(self, has_focus: bool) -> None:
        """Look like it."""
        super().watch_has_focus(has_focus)
        self.refresh()

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
