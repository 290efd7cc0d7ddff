"""Help: what the pane at hand is for, how to read the picture, and every key."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Markdown

from concviz.view.signs import SIGNS

GENERAL = """\
## The lab
Choose a **strategy**, a **workload** and the number of **workers**, press `r`, and watch every
worker on the timeline. The figures appear in the summary when the run is over.

| key | does |
|---|---|
| `r` | run the plan (also Enter in a number, or the Run button) |
| `x` | stop the run; what finished stays on screen |
| `c` | compare strategies: which one, and why |
| `s` | sweep: how many workers |
| `v` | bars by state (what the worker's thread does) or by task, and back |
| `↑` `↓` | in a list: choose; on a number: more, less |
| `+` `-` | on a number: more, less; on the start method: next, previous (also `←` `→` `Space`) |
| `Tab` `Shift+Tab` | next, previous pane or field |
| `1` … `8` | go to Strategy, Workload, Workers, Timeline, Summary, Output, Code, Task |
| `Ctrl+P` | command palette: every action by name, and themes |
| `?` `F1` | this help; `Escape` closes it |
| `q` `Ctrl+C` | quit; a run under way is ended, with everything it started |

On the timeline: `←` `→` task by task, `↑` `↓` row by row, `Home` `End` first and last task,
`PgUp` `PgDn` scroll, `+` `-` zoom, `0` fit, `,` `.` (or `Shift+←` `Shift+→`) earlier and later,
`f` follow, `b` rows by task or by worker.
"""


class HelpScreen(ModalScreen[None]):
    """Closes with Escape, ``?`` or ``q``."""

    CSS = """
    HelpScreen { align: center middle; }
    HelpScreen > VerticalScroll {
        width: 90%; max-width: 110; height: 90%; border: round $accent; padding: 0 1;
        background: $surface;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,f1", "dismiss", "Close help")
    ]

    def __init__(self, title: str = "", text: str = "") -> None:
        """``text`` comes first, under that title: it is about what is at hand."""
        super().__init__()
        self.about = title
        self._own = f"## {title}\n\n{text}\n" if text else ""

    def compose(self) -> ComposeResult:
        """The pane first."""
        glyphs = "\n".join(f"| `{sign.glyph}` | {sign.word} |" for sign in SIGNS)
        picture = f"## The picture\n\n| glyph | means |\n|---|---|\n{glyphs}\n"
        scroll = VerticalScroll(Markdown(f"{self._own}\n{GENERAL}\n{picture}"))
        scroll.border_title = "Help"
        scroll.border_subtitle = "Escape closes"
        yield scroll
