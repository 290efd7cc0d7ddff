"""Where something is to be written, and in which format."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, NamedTuple

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static

from concviz.tui import bindings
from concviz.tui.formats import Format, fits, renamed
from concviz.tui.screens.modal import BaseModal
from concviz.tui.screens.prompt import BOX, Answer
from concviz.tui.widgets.key_bar import KeyBar

CHOOSES = bindings.Hint("Format", rank=bindings.THIRD)
CHOSEN, OTHER = "> ", "  "


class Wanted(NamedTuple):
    """What somebody answers."""

    name: str
    format: Format


class Place(Answer):
    """The name of the file."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "screen.choose(-1)", "Up", tooltip="Choose another format", group=CHOOSES),
        Binding("down", "screen.choose(1)", "Down", tooltip="Choose another format", group=CHOOSES),
    ]


class Formats(OptionList, can_focus=False):
    """Those that there are, one of them chosen: by the mouse, or by what has the focus."""


class WriteScreen(BaseModal[Wanted | None]):
    """Asks for the name of a file, whose suffix is the format; the arrows choose another one."""

    CSS = (
        BOX.format(name="WriteScreen")
        + "WriteScreen Formats { height: auto; max-height: 50vh; background: $surface;"
        " border: none; padding: 0; text-wrap: nowrap; text-overflow: ellipsis; }"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape",
            "dismiss(None)",
            "Leave",
            key_display="Esc",
            tooltip="Write nothing",
            group=bindings.Hint("Leave", rank=bindings.SECOND),
        ),
    ]

    def __init__(
        self,
        question: str,
        name: str,
        format: Format | None,
        load: Callable[[], list[Format]],
        trouble: str = "",
    ) -> None:
        """``name`` without ``format`` is to get a suffix; ``load`` gives the formats, and may take
        a while; ``trouble`` is why the answer of before would not do.
        """
        super().__init__()
        self.ready = False
        """Whether the formats are there. Keys wait for that."""
        self._question, self._begun, self._format = question, name, format
        self._load_formats, self._trouble = load, trouble
        self._formats: list[Format] = []

    def compose(self) -> ComposeResult:
        """The field, the formats, what is wrong with what stood there, and the keys."""
        with Vertical() as box:
            box.border_title = Content(self._question)
            yield Place(self._begun)
            yield Static(Text(self._trouble, "yellow"), id="prompt-trouble", markup=False)
            yield Formats(markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        """What is there is there to be changed."""
        self.query_one("#prompt-trouble").display = bool(self._trouble)
        self.query_one(Input).focus()
        self.run_worker(self._load, thread=True, exit_on_error=False)

    def _load(self) -> None:
        found = self._load_formats()
        self.app.call_from_thread(self._offer, found)

    def _offer(self, formats: list[Format]) -> None:
        self._formats = formats
        field, now = self.query_one(Input), self._format or formats[0]
        if self._format is None:
            field.value += now.suffixes[0]
        field.cursor_position = len(field.value)
        names = [each.name for each in formats]
        self._format = formats[names.index(now.name) if now.name in names else 0]
        self.query_one(Formats).add_options([self._line(each) for each in formats])
        self._show()
        self.ready = True

    def _line(self, each: Format) -> Text:
        mark = CHOSEN if each is self._format else OTHER
        text = Text(mark + each.line, "dim" if each.missing else "", no_wrap=True)
        text.overflow = "ellipsis"
        return text

    def _show(self) -> None:
        shown = self.query_one(Formats)
        for k, each in enumerate(self._formats):
            shown.replace_option_prompt_at_index(k, self._line(each))
            if each is self._format:
                shown.highlighted = k

    def _choose(self, index: int) -> None:
        field, before, now = self.query_one(Input), self._format, self._formats[index]
        if before is not None and now is not before:
            self._format = now
            field.value = renamed(field.value, before, now)
            field.cursor_position = len(field.value)
            self._show()

    def action_choose(self, step: int) -> None:
        """The next one or the one before."""
        if self._format is not None and self.ready:
            at = self._formats.index(self._format) + step
            self._choose(min(max(0, at), len(self._formats) - 1))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click on one of them."""
        event.stop()
        self._choose(event.option_index)

    def on_input_changed(self, event: Input.Changed) -> None:
        """What is typed may be another format's name."""
        event.stop()
        index = fits(event.value, self._formats)
        if index is not None and self._formats[index] is not self._format:
            self._format = self._formats[index]
            self._show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """That is it."""
        event.stop()
        if self._format is not None:
            self.dismiss(Wanted(event.value, self._format))
