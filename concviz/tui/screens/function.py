"""Asks which function of somebody's own is to be called, and with what; looks at it meanwhile."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from functools import partial
from itertools import takewhile
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input, Static

from concviz.analysis.wording import capital, count
from concviz.runner import completing, functions_known
from concviz.runner.facts import Facts
from concviz.runner.inputs import HELP
from concviz.trace.plan import REFERS, Plan
from concviz.trace.sanitize import sanitize
from concviz.tui import bindings
from concviz.tui.own_function import NO_OWN, Own
from concviz.tui.screens.modal import BaseModal
from concviz.tui.screens.prompt import BOX, Answer
from concviz.tui.widgets.key_bar import KeyBar

PAUSE_S = 0.4
"""After the last key, until what stands there is looked at: in a process of its own."""
SHOWN = 6
"""Ways to go on that are shown."""
COMPLETES = bindings.Hint("Complete", rank=bindings.THIRD)


class Completed(Answer):
    """A text that Tab goes on with; where there is nothing to go on with, to the next field."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "tab",
            "complete",
            "Complete",
            tooltip="Complete what stands there, or go to the next field",
            group=COMPLETES,
        ),
    ]

    def __init__(self, value: str, ways: Callable[[str, Path], list[str]], *, id: str) -> None:
        super().__init__(value, id=id)
        self._ways = ways

    def ways(self) -> list[str]:
        """How the text may go on."""
        return self._ways(self.value, Path.cwd())

    def action_complete(self) -> None:
        """As far as all ways go; the next field where that is no further."""
        longer = _begun_alike(self.ways())
        if len(longer) > len(self.value):
            self.value = longer
            self.cursor_position = len(longer)
        else:
            self.screen.focus_next()


def _begun_alike(texts: list[str]) -> str:
    """As far as all of them are the same."""
    alike = takewhile(lambda letters: len({*letters}) == 1, zip(*texts, strict=False))
    return "".join(letters[0] for letters in alike)


class FunctionScreen(BaseModal[Own | None]):
    """Two fields, what could stand there, and what is found of what does. None: left as it was."""

    CSS = (
        BOX.format(name="FunctionScreen")
        + "FunctionScreen .line { height: 1; } FunctionScreen .line Static { width: 10; }"
        " FunctionScreen .line Input { width: 1fr; }"
        " FunctionScreen #ways { height: 1; color: $text-muted; text-wrap: nowrap;"
        " text-overflow: ellipsis; }"
        " FunctionScreen #found { height: auto; min-height: 2; }"
    )
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

    def __init__(self, first: Own = NO_OWN) -> None:
        """What stands there at first."""
        super().__init__()
        self._first = first
        self._timer: Timer | None = None
        self._looking: Own | None = None
        """What is being looked at."""
        self._known: tuple[Own, Facts] | None = None
        """What was looked at last, and what was found."""
        self._entered = False
        """Whether what stands there is to be accepted as soon as it is known to be right."""

    def compose(self) -> ComposeResult:
        """The fields, how they may go on, what was found, and the keys."""
        function, inputs = self._first
        with Vertical() as box:
            box.border_title = Content("Your function")
            with Horizontal(classes="line"):
                yield Static("function", markup=False)
                yield Completed(function, completing.functions, id="function")
            with Horizontal(classes="line"):
                yield Static("inputs", markup=False)
                yield Completed(shlex.join(inputs), completing.inputs, id="inputs")
            yield Static("", id="ways", markup=False)
            yield Static("", id="found", markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        """What is there is there to be changed."""
        for field in self.query(Completed):
            field.cursor_position = len(field.value)
        self.query_one("#function", Completed).focus()
        self._show_ways(self.query_one("#function", Completed))
        functions_known.forget_troubles()
        self._look_later()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say how it may go on, and look at it when nothing more is typed."""
        event.stop()
        self._entered = False
        if isinstance(event.input, Completed):
            self._show_ways(event.input)
        self._look_later()

    def on_descendant_focus(self) -> None:
        """The other field."""
        if isinstance(self.focused, Completed):
            self._show_ways(self.focused)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """That is it, if it is right; the field that is empty comes first."""
        event.stop()
        for field in self.query(Completed):
            if not field.value.strip():
                field.focus()
                return
        self._entered = True
        self._look()

    # -- what stands there --

    def _asked(self) -> Own:
        """Raises ValueError, in words, for a quotation without an end."""
        function = self.query_one("#function", Completed).value.strip()
        return Own(function, tuple(shlex.split(self.query_one("#inputs", Completed).value)))

    def _show_ways(self, field: Completed) -> None:
        ways = field.ways()
        begun = len(field.value.rpartition("/")[0])
        shown = [sanitize(way[begun:].lstrip("/")) for way in ways[:SHOWN] if way != field.value]
        more = " …" if len(ways) > SHOWN else ""
        words = "  ".join(shown) + more
        usual = "package.module:function or folder/file.py:function"
        self.query_one("#ways", Static).update(
            Text(words or (usual if field.id == "function" else HELP))
        )

    def _look_later(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(PAUSE_S, self._look)

    def _look(self) -> None:
        """Find out about what stands there, in a thread, which waits for a process."""
        try:
            asked = self._asked()
        except ValueError as error:
            self._say(f"Inputs: {error}.", "yellow")
            return
        if not asked.function.rpartition(REFERS)[2]:
            words = f"It needs a colon and a name: {asked.function}:function."
            self._say(words if self._entered and asked.function else "", "yellow")
            return
        ways = completing.functions(asked.function, Path.cwd())
        if not self._entered and ways and asked.function not in ways:  # only the beginning of one
            self._say("", "dim")
        elif self._known is not None and self._known[0] == asked and self._known[1].reason is None:
            self._tell(*self._known)
        elif self._looking is None:
            self._looking = asked
            self._say("Looking at it …", "dim")
            look = partial(self._look_at, asked)
            self.run_worker(look, thread=True, exit_on_error=False)

    def _look_at(self, asked: Own) -> None:
        functions_known.forget_troubles()
        facts = functions_known.entry(Plan(workload=asked.function, inputs=asked.inputs)).facts
        if facts is not None and self.is_running:
            self.app.call_from_thread(self._has_come, asked, facts)

    def _has_come(self, asked: Own, facts: Facts) -> None:
        self._looking = None
        self._known = asked, facts
        if not self.is_current:
            return
        try:
            now = self._asked()
        except ValueError:
            return
        if now == asked:
            self._tell(asked, facts)
        else:
            self._look()

    def _tell(self, asked: Own, facts: Facts) -> None:
        if facts.reason is not None or facts.called is None:
            self._entered = False
            self._say(f"{capital(facts.reason or 'it could not be looked at')}.", "yellow")
        elif self._entered:
            self.dismiss(asked)
        else:
            number = f"{count(facts.called.inputs, 'input')}: as many tasks."
            loop = " Async: it runs under asyncio." if facts.called.is_async else ""
            self._say(f"{facts.summary} {number}{loop}".strip(), "green")

    def _say(self, words: str, style: str) -> None:
        self.query_one("#found", Static).update(Text(sanitize(words), style))
