"""Two small questions: what should it be called, and is that really meant."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from concviz.tui import bindings
from concviz.tui.screens.modal import BaseModal
from concviz.tui.widgets.fields import StillInput
from concviz.tui.widgets.key_bar import KeyBar

BOX = """
    {name} {{ align: center middle; }}
    {name} > Vertical {{
        width: 90%; max-width: 90; height: auto; padding: 0 1; background: $surface;
        border: round $accent; border-title-color: $accent; border-title-style: bold;
    }}
    {name} Input {{ background: $background; }}
"""


class Answer(StillInput):
    """What Enter accepts."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter",
            "submit",
            "Accept",
            tooltip="Accept what stands there",
            group=bindings.Hint("Accept", rank=bindings.FIRST),
        ),
    ]


class PromptScreen(BaseModal[str | None]):
    """Asks for a text; None when somebody leaves it. Enter accepts what stands there."""

    CSS = BOX.format(name="PromptScreen")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape",
            "dismiss(None)",
            "Leave",
            key_display="Esc",
            tooltip="Change nothing",
            group=bindings.Hint("Leave", rank=bindings.SECOND),
        ),
    ]

    def __init__(self, question: str, value: str = "", trouble: str = "") -> None:
        """``trouble`` is why the answer of before would not do."""
        super().__init__()
        self._question = question
        self._value = value
        self._trouble = trouble

    def compose(self) -> ComposeResult:
        """The field, what is wrong with what stood there, and the keys."""
        with Vertical() as box:
            box.border_title = Content(self._question)
            yield Answer(self._value)
            trouble = Text(self._trouble, "yellow")
            yield Static(trouble, id="prompt-trouble", markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        """What is there is there to be changed."""
        self.query_one("#prompt-trouble").display = bool(self._trouble)
        field = self.query_one(Input)
        field.focus()
        field.cursor_position = len(field.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """That is it."""
        event.stop()
        self.dismiss(event.value)


class QuestionScreen(BaseModal[bool]):
    """Asks whether something is meant: ``y`` says so, anything that leaves says no."""

    CSS = BOX.format(name="QuestionScreen")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "y",
            "dismiss(True)",
            "Yes",
            tooltip="Do it",
            group=bindings.Hint("Yes", rank=bindings.FIRST),
        ),
        Binding(
            "n,escape,q",
            "dismiss(False)",
            "No",
            tooltip="Leave it",
            group=bindings.Hint("No", rank=bindings.SECOND),
        ),
    ]

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """The question and the keys."""
        with Vertical():
            yield Static(Text(self._question), markup=False)
        yield KeyBar()
