"""The runs that the lab kept: open one, name it, delete it, lay it behind the run shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from concviz.analysis.wording import duration, size
from concviz.sources.history import Entry, History
from concviz.trace.sanitize import sanitize
from concviz.tui import bindings, keys
from concviz.tui.notices import Kind, tell
from concviz.tui.screens.base import BaseScreen
from concviz.tui.screens.prompt import PromptScreen, QuestionScreen
from concviz.tui.widgets.figures import FiguresTable
from concviz.tui.widgets.key_bar import KeyBar

COLUMNS = ("when", "run", "took", "outcome", "name", "size")
EMPTY = (
    "No run has been kept yet. The lab keeps each run when it is over, the last "
    "{most} of them, unless it was started with --no-history."
)
LONGEST_NAME = 60
NOTHING = "–"

Act = Callable[[Entry], object]


class HistoryScreen(BaseScreen[None]):
    """A table of runs, the latest first."""

    CSS_PATH = "history.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter",
            "open",
            "Open",
            tooltip="Open the selected run in the lab",
            group=FiguresTable.OPEN,
        ),
        Binding(
            "g",
            "lay_behind",
            "Ghost",
            tooltip="Lay the selected run behind the one in the lab, on the same time axis",
            group=bindings.Hint("Ghost", rank=bindings.THIRD),
        ),
        Binding(
            "n",
            "name",
            "Name",
            tooltip="Name the selected run; a named one is kept longest",
            group=bindings.Hint("Name", rank=bindings.FIFTH),
        ),
        Binding(
            "d",
            "delete",
            "Delete",
            tooltip="Delete the selected run; asks first",
            group=bindings.Hint("Delete", rank=bindings.FIFTH),
        ),
        Binding(
            "escape,h",
            "back",
            "Lab",
            key_display="Esc",
            tooltip="Back to the lab",
            group=bindings.Hint("Lab", rank=bindings.FIFTH),
        ),
        bindings.helps("keys, and what the columns mean"),
        bindings.LEAVE,
    ]
    KEYS: ClassVar[Sequence[keys.Section]] = (
        ("Keys", [*BINDINGS, *bindings.FOCUS]),
        ("In the table", FiguresTable.BINDINGS),
    )
    """Every key, for its help."""

    def __init__(self, history: History, open_run: Act, lay_behind: Act) -> None:
        """What is called back is called when the lab is the screen again."""
        super().__init__()
        self._history = history
        self._open_run = open_run
        self._lay_behind = lay_behind
        self._entries: list[Entry] = []

    def compose(self) -> ComposeResult:
        """The table; or why there is nothing in it."""
        yield Static(id="history-said", markup=False)
        yield FiguresTable(id="history-table")
        yield KeyBar()

    def on_mount(self) -> None:
        """The columns."""
        table = self._table
        table.border_title = "History: runs that the lab kept, the latest first"
        for name in COLUMNS:
            table.add_column(name, key=name)
        self._show()
        table.focus()

    @property
    def _table(self) -> FiguresTable:
        return self.query_one(FiguresTable)

    @property
    def _selected(self) -> Entry | None:
        at = self._table.cursor_row
        return self._entries[at] if 0 <= at < len(self._entries) else None

    def _show(self) -> None:
        """What is there now."""
        table = self._table
        at = table.cursor_row
        self._entries = self._history.entries()
        table.clear()
        for entry in self._entries:
            table.add_row(*cells(entry))
        table.move_cursor(row=min(at, max(0, len(self._entries) - 1)))
        said = self.query_one("#history-said", Static)
        said.update(EMPTY.format(most=self._history.most))
        said.display = not self._entries
        table.display = bool(self._entries)
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Of nothing, nothing can be opened."""
        needs = action in ("open", "lay_behind", "name", "delete")
        return bool(self._entries) if needs and self.is_mounted else True

    def on_data_table_row_selected(self) -> None:
        """Enter or a click."""
        self.action_open()

    def action_open(self) -> None:
        """The selected run, in the lab."""
        self._leave_with(self._open_run)

    def action_lay_behind(self) -> None:
        """The selected run, behind the one in the lab."""
        self._leave_with(self._lay_behind)

    def _leave_with(self, act: Act) -> None:
        if (entry := self._selected) is not None:
            self.app.pop_screen()
            act(entry)

    def action_back(self) -> None:
        """To the lab."""
        self.app.pop_screen()

    def action_name(self) -> None:
        """Ask for a name."""
        if (entry := self._selected) is not None:
            question = f"Name of the run of {when(entry)} (empty: none)"
            screen = PromptScreen(question, entry.name or "")
            self.app.push_screen(screen, partial(self._named, entry))

    def _named(self, entry: Entry, name: str | None) -> None:
        if name is not None:
            told = " ".join(name.split())[:LONGEST_NAME]
            self._try(partial(self._history.rename, entry, told or None))

    def action_delete(self) -> None:
        """Ask whether that is meant."""
        if (entry := self._selected) is not None:
            which = f'"{sanitize(entry.name)}", ' if entry.name else ""
            question = f"Delete {which}{sanitize(entry.words)}, of {when(entry)}?"
            self.app.push_screen(QuestionScreen(question), partial(self._deleted, entry))

    def _deleted(self, entry: Entry, meant: bool | None) -> None:
        if meant:
            self._try(partial(self._history.delete, entry))

    def _try(self, act: Callable[[], object]) -> None:
        try:
            act()
        except OSError as error:
            why = f"That could not be done: {error.strerror or error}."
            tell(self, Kind.KEPT, why, warning=True)
        self._show()

    def action_help(self) -> None:
        """Explain the screen."""
        from concviz.tui.screens import help  # which few ask for

        parts = help.parts_of("History", HELP, self, self.KEYS)
        self.app.push_screen(help.HelpScreen("History", parts))


HELP = """\
The lab keeps every run when it is over: what it did and what it printed, packed. The latest are
first; when there are too many, or they take too much room, the oldest go, those without a name
first.

**Enter** opens a run in the lab, where it can be played. **g** lays it behind the run in the lab: a
shadow on the same time axis, each from its own start, so that two runs are compared by eye; a time
cursor shows both as they were by then. There **g** takes it away.
"""


def cells(entry: Entry) -> Iterable[Text]:
    """What stands in the columns."""
    took = NOTHING if entry.makespan_s is None else duration(entry.makespan_s)
    yield Text(when(entry))
    yield Text(sanitize(entry.words))
    yield Text(took, justify="right")
    yield Text(sanitize(entry.outcome))
    yield Text(sanitize(entry.name or ""), "bold")
    yield Text(size(entry.size), justify="right")


def when(entry: Entry) -> str:
    """When it was kept, by the clock of who reads it; of years before this one, the day."""
    then = datetime.fromtimestamp(entry.when)
    return then.strftime("%m-%d %H:%M" if then.year == datetime.now().year else "%Y-%m-%d")
