"""The words of a scene: what it is about, what to guess, and what there is to notice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar, NamedTuple

from rich.console import Console
from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from concviz.trace.sanitize import sanitize
from concviz.tui import bindings
from concviz.tui.widgets.canvas import Canvas
from concviz.tui.widgets.pane import Pane
from concviz.view.parts import PIN
from concviz.view.prose import lines_of

STRONG, QUIET = "words--strong", "words--quiet"
PINNED = "pinned"
"""As in the picture."""


MOST = 84
"""Cells of a line that is read with ease."""


class Said(NamedTuple):
    """A paragraph."""

    text: str
    look: str = ""
    """One of the three, or none."""
    mark: str = ""
    """What stands before it, for example "(1)"; its lines are indented by that."""
    pinned: bool = False
    """Whether the mark stands in the picture, too."""
    lead: str = ""
    """What it begins with, quietly: the question that it answers."""


class SceneWords(VerticalScroll, Pane, can_focus=True):
    """Paragraphs, and below them perhaps answers to choose from."""

    HELP = """\
What the scene is about; a question, whose answer is chosen by its digit, by the arrow keys and
Enter, or by a click; and when it has been run, what came of that, with numbers such as `(1)` that
stand in the picture, too.
"""
    BINDINGS: ClassVar[list[BindingType]] = bindings.SCROLLING
    COMPONENT_CLASSES: ClassVar[set[str]] = {STRONG, QUIET}
    DEFAULT_CSS = """
    SceneWords { scrollbar-gutter: stable; }
    SceneWords > #scene-text { height: auto; max-width: 84; }
    SceneWords > OptionList {
        height: auto; max-height: 100%; border: none; padding: 0; background: transparent;
    }
    SceneWords > OptionList:focus { border: none; }
    SceneWords > .words--strong { color: $text-accent; text-style: bold; }
    SceneWords > .words--quiet { color: $text-muted; }
    """

    def __init__(self, *, id: str, classes: str) -> None:
        super().__init__(id=id, classes=classes)
        self._said: Sequence[Said] = ()

    def compose(self) -> ComposeResult:
        """A text, and answers."""
        yield Static(id="scene-text", markup=False)
        yield OptionList(id="scene-answers", markup=False)

    @property
    def answers(self) -> OptionList:
        """What there is to choose from."""
        return self.query_one(OptionList)

    @property
    def text(self) -> str:
        """All that it says, without the ends of lines."""
        return " ".join(f"{said.mark} {said.lead} {said.text}".strip() for said in self._said)

    def say(self, said: Iterable[Said], answers: Sequence[str] = ()) -> None:
        """Say that, and ask for one of these answers, if there are any."""
        self._said = [
            one._replace(text=sanitize(one.text), lead=sanitize(one.lead)) for one in said
        ]
        self.answers.display = bool(answers)
        if answers:
            options = self.answers
            options.clear_options()
            numbered = enumerate(map(sanitize, answers), start=1)
            options.add_options([Option(f" {number}  {answer}") for number, answer in numbered])
            options.highlighted = 0
        self._draw()
        if answers:
            self._show_answers()
        else:
            self.scroll_home(animate=False)

    def wanted_height(self, width: int) -> int:
        """Rows that all of it takes in lines of so many cells."""
        lines = _lines(self._said, min(MOST, width), self._looks(), self.app.console)
        return sum(1 for _ in lines)

    def on_resize(self) -> None:
        """In lines of another width; what is asked stays in view."""
        self._draw()
        if self.answers.display:
            self._show_answers()

    def _show_answers(self) -> None:
        self.call_after_refresh(self.scroll_end, animate=False)

    def notify_style_update(self) -> None:
        """Perhaps another theme."""
        super().notify_style_update()
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        static = self.query_one("#scene-text", Static)
        width = min(MOST, self.scrollable_content_region.width)
        if width > 0:
            lines = [*_lines(self._said, width, self._looks(), self.app.console)]
            static.update(Text("\n").join(lines))

    def _looks(self) -> dict[str, Style]:
        looks = {name: self.get_component_rich_style(name) for name in self.COMPONENT_CLASSES}
        return looks | {PINNED: self.screen.query_one(Canvas).looks[PIN]}


def _lines(
    paragraphs: Sequence[Said], width: int, looks: dict[str, Style], console: Console
) -> Iterator[Text]:
    """With an empty line between two paragraphs that have no mark."""
    before: Said | None = None
    for said in paragraphs:
        if before is not None and not (said.mark and before.mark):
            yield Text()
        indent = len(said.mark) + 1 if said.mark else 0
        text = Text(said.text, looks.get(said.look, ""))
        if said.lead:
            text = Text(f"{said.lead} ", looks[QUIET]) + text
        for at, line in enumerate(lines_of(text, width - indent, console)):
            if at == 0 and said.mark:
                yield Text.assemble((said.mark, looks[PINNED if said.pinned else QUIET]), " ", line)
            else:
                yield Text.assemble(" " * indent, line)
        before = said
