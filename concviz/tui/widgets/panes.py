"""The panes in which a plan is made: strategy, workload, workers."""

from __future__ import annotations

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button

from concviz.trace.plan import Plan
from concviz.trace.sanitize import sanitize
from concviz.tui.messages import (
    FunctionWanted,
    RunRequested,
    StopRequested,
    StrategyChosen,
    WorkloadChosen,
)
from concviz.tui.places import title
from concviz.tui.widgets.address_field import AddressField
from concviz.tui.widgets.chooser import Chooser, Entry
from concviz.tui.widgets.fields import ChoiceField, NumberField
from concviz.tui.widgets.pane import Pane
from concviz.tui.widgets.styled_late import StyledLate


class StrategyPane(Vertical, Pane):
    """Which strategy."""

    HELP = """\
Up and down choose **how the tasks are run**. Strategies that this Python does not have are struck
out, and the line below says why.
"""

    def __init__(self, entries: list[Entry], plan: Plan) -> None:
        super().__init__(id="strategy", classes="pane")
        self.border_title = title("strategy")
        self._chooser = Chooser(entries, plan.strategy, id="strategies")

    def compose(self) -> ComposeResult:
        """The list."""
        yield self._chooser

    def on_chooser_chosen(self, event: Chooser.Chosen) -> None:
        """Say it in the words of the lab."""
        event.stop()
        self.post_message(StrategyChosen(event.entry))


class WorkloadPane(Vertical, Pane):
    """Which workload, how long a task and how many of them."""

    HELP = """\
Up and down choose **what a task does**; below, how long one task lasts alone (seconds) and how
many tasks there are. `+` and `-` step a number, or type it. With **your function…**, the last one,
tasks call a function of yours: `o`, or Enter there, asks which one, and with what.
"""

    def __init__(self, entries: list[Entry], plan: Plan) -> None:
        super().__init__(id="workload", classes="pane")
        self.border_title = title("workload")
        self._chooser = Chooser(entries, plan.workload, id="workloads")
        self._plan = plan

    def compose(self) -> ComposeResult:
        """The list and its parameters."""
        yield self._chooser
        yield NumberField("duration, s", "duration_s", f"{self._plan.duration_s:g}", whole=False)
        yield NumberField("tasks", "tasks", str(self._plan.tasks))

    def use_duration(self, used: bool) -> None:
        """Whether somebody says how long a task lasts, or that is seen."""
        self.query_one("#field-duration-s", NumberField).use(used, "" if used else "is measured")

    def on_chooser_chosen(self, event: Chooser.Chosen) -> None:
        """Say it in the words of the lab."""
        event.stop()
        self.post_message(WorkloadChosen(event.entry))

    def on_chooser_entered(self, event: Chooser.Entered) -> None:
        """The same."""
        event.stop()
        self.post_message(FunctionWanted())


class PushButton(Button, StyledLate, inherit_css=False):
    """One line high. Textual's button brings 57 rules, of which ours has use for these."""

    DEFAULT_CSS = """
    PushButton {
        width: 1fr; min-width: 9; height: 1; line-pad: 1; pointer: pointer;
        text-align: center; content-align: center middle;
        color: $button-color-foreground; text-style: bold;
        &:focus { background-tint: $foreground 5%; }
        &.-active { tint: $background 30%; }
        &.-success { background: $success; &:hover { background: $success-darken-2; } }
        &.-error { background: $error; &:hover { background: $error-darken-1; } }
        &:ansi { background: ansi_default; &:hover, &.-active { background: $ansi-background; } }
        &:ansi.-success { color: $success; }
        &:ansi.-error { color: $error; }
        &:disabled { pointer: not-allowed; }
    }
    """


class WorkersPane(Vertical, Pane):
    """How many workers, how they are made, and the button that runs them."""

    HELP = """\
**How many workers** at once: `+` and `-` or type. Strategies with one worker per task need no
number. Processes can be created in different ways (start method), and a process pool can be
handed several tasks at a time (chunk size). A **cluster** is one that is there, by the address of
its scheduler (`tcp://host:8786`), or `local`: one of its own for each run; `a` goes there.
"""

    def __init__(self, plan: Plan, start_methods: list[str], default_method: str) -> None:
        super().__init__(id="workers", classes="pane")
        self.border_title = title("workers")
        self._plan = plan
        self._start_methods = start_methods
        self._default_method = default_method

    def compose(self) -> ComposeResult:
        """The fields, also those that a strategy does not use."""
        plan = self._plan
        yield NumberField("workers", "workers", str(plan.workers))
        yield ChoiceField(
            "start",
            "start_method",
            self._start_methods,
            plan.start_method or self._default_method,
        )
        yield NumberField("chunk size", "chunksize", str(plan.chunksize))
        with Horizontal(id="buttons"):
            yield PushButton("Run (r)", id="run", variant="success")
            yield PushButton("Stop (x)", id="stop", variant="error", disabled=True)

    def show_options(self, kind: str, options: frozenset[str], plan: Plan) -> None:
        """Show the fields that a strategy with workers of that kind uses."""
        self._plan = plan
        instead = {"main": "the main thread", "unknown": "not known"}.get(kind, "one per task")
        manned = "workers" in options
        self.query_one("#field-workers", NumberField).use(manned, "" if manned else instead)
        self.query_one("#field-start-method", ChoiceField).use("start_method" in options)
        self.query_one("#field-chunksize", NumberField).use("chunksize" in options)
        self._show_cluster("scheduler" in options)

    @property
    def cluster(self) -> AddressField | None:
        """The field for its address, once somebody has chosen a strategy that has one."""
        return next(iter(self.query(AddressField).results()), None)

    def _show_cluster(self, shown: bool) -> None:
        """In the place of what no strategy of clusters has. It is made when it is needed first."""
        field = self.cluster
        if field is None and not shown:
            return
        if field is None:
            field = AddressField(self._plan.scheduler)
            self.mount(field, after=self.query_one("#field-workers"))
        field.used = field.display = shown
        self.query_one("#field-start-method").display = not shown

    def show_running(self, running: bool) -> None:
        """Which of the buttons can be pressed."""
        self.query_one("#run", Button).disabled = running
        self.query_one("#stop", Button).disabled = not running

    def say_what_runs(self, work: str, strategy: str, differs: bool) -> None:
        """What the button would run, where that differs from what is on the screen."""
        button = self.query_one("#run", Button)
        name = sanitize(strategy)
        said = [f"Run {work}, {name} (r)", f"Run {name} (r)", f"Run {name}", "Run new (r)"]
        room = button.size.width - 2
        fits = next((each for each in said if cell_len(each) <= room), said[-1])
        button.label = Content(fits if differs else "Run (r)")
        button.tooltip = Content(said[0])

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Run or stop."""
        event.stop()
        self.post_message(RunRequested() if event.button.id == "run" else StopRequested())
