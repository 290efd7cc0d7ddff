"""The lab: choose, run, watch."""

from __future__ import annotations

import contextlib
import gc
import time
from collections.abc import Callable
from functools import partial
from typing import ClassVar

from msgspec.structs import replace
from textual import events
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Footer, Static, Tabs

from concviz.analysis.statistics import summarise
from concviz.analysis.time_breakdown import Spending
from concviz.model.moment import Moment
from concviz.model.run import Run
from concviz.observer.probe import look
from concviz.runner import catalogue, inspection
from concviz.runner.facts import UNKNOWN
from concviz.sources.feed import Feed
from concviz.sources.local_run import SAMPLE_HZ
from concviz.trace.environment import Environment
from concviz.trace.plan import Plan, expected_s
from concviz.tui.live import Memory, budget_s
from concviz.tui.messages import (
    OptionChanged,
    RunRequested,
    StopRequested,
    StrategyChosen,
    TaskSelected,
    WorkloadChosen,
)
from concviz.tui.plan_form import NUMBERS, Draft
from concviz.tui.screens.body import PANELS, LabBody, as_choice
from concviz.tui.screens.series import SeriesScreen
from concviz.tui.widgets.chooser import Chooser
from concviz.tui.widgets.chooser import Entry as Choice
from concviz.tui.widgets.code import CodePane
from concviz.tui.widgets.details import DetailsPane
from concviz.tui.widgets.environment import EnvironmentBar
from concviz.tui.widgets.fields import NumberInput
from concviz.tui.widgets.output import OutputPane
from concviz.tui.widgets.panes import WorkersPane
from concviz.tui.widgets.summary import SummaryPane
from concviz.tui.widgets.timeline import Timeline

FRAME_S = 1 / 30
"""How often events are taken in."""
DRAW_S = 1 / 12
DRAW_ROW_S = 1 / 56
"""How often a growing picture is drawn, and how much less often for every row: each costs some 50
bytes on the way to the terminal, and a slow line bears 10 kB a second."""
TELL_S = 1 / 2
"""How often the figures of a run under way are."""
SMALLEST = (60, 16)
FULL = (110, 34)
"""From this size on all panes are shown at once; below, four of them share a place by tabs."""


class LabScreen(Screen[None]):
    """Everything on one screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "run", "Run", tooltip="Run the plan"),
        Binding("x", "stop", "Stop", tooltip="Stop the run; what finished stays on screen"),
        Binding("c", "series('compare')", "Compare", tooltip="Compare strategies"),
        Binding("s", "series('sweep')", "Sweep", tooltip="Try numbers of workers"),
        Binding("v", "view", "Bars", tooltip="Bars by state or by task"),
        Binding("question_mark,f1", "help", "Help", key_display="?"),
        Binding("q", "app.quit", "Quit"),
        Binding("1", "go('strategies')", "Strategy", show=False),
        Binding("2", "go('workloads')", "Workload", show=False),
        Binding("3", "go('workers')", "Workers", show=False),
        Binding("4", "go('timeline')", "Timeline", show=False),
        Binding("5", "go('summary')", "Summary", show=False),
        Binding("6", "go('output')", "Output", show=False),
        Binding("7", "go('code')", "Code", show=False),
        Binding("8", "go('task')", "Task", show=False),
    ]

    def __init__(
        self,
        plan: Plan,
        environment: Environment,
        run_at_once: bool = False,
        sample_hz: float = SAMPLE_HZ,
    ) -> None:
        super().__init__()
        self._sample_hz = sample_hz
        self.draft = Draft(plan)
        """What the fields say."""
        self._environment = environment
        self._run_at_once = run_at_once
        self._strategies = {entry.id: entry for entry in catalogue.strategies()}
        self._workloads = {entry.id: entry for entry in catalogue.workloads()}
        self._loading: set[tuple[str, str]] = set()
        self._when_loaded: Callable[[], None] | None = None
        """What somebody asked for while what he had chosen was not loaded."""
        self._memory = Memory()
        self.series: dict[str, SeriesScreen] = {}
        """The comparison and the sweep, once they have been asked for."""
        self._live: Feed | None = None
        self.ready = False
        """Whether the panes are there."""
        self.shown: Run | None = None
        """The run on the screen, under way or over."""
        self._spending: Spending | None = None
        self._moment = Moment(0)
        """What all panes speak of."""
        self._drawn = self._told = 0.0
        self._changed = self._printed = False

    @property
    def plan(self) -> Plan:
        """What the fields say, as far as they make sense."""
        return self.draft.plan

    def compose(self) -> ComposeResult:
        """The panes."""
        self._choose_layout(self.app.size)
        yield EnvironmentBar(self._environment)
        yield Static(
            f"This terminal is too small for the lab.\nIt needs at least {SMALLEST[0]} columns and "
            f"{SMALLEST[1]} rows: enlarge it, or use concviz run.",
            id="too-small",
        )
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """The panes come after the first frame, which is there the sooner."""
        self.call_after_refresh(self._furnish)

    async def _furnish(self) -> None:
        strategies, workloads = self._strategies.values(), self._workloads.values()
        body = LabBody(strategies, workloads, self.plan, self._environment.start_method)
        await self.mount(body, before=self.query_one(Footer))
        self.ready = True
        self.refresh_bindings()
        self._show_options()
        self.query_one("#strategies OptionList").focus()
        self.call_after_refresh(self._show_code)
        self._loads()
        self.run_worker(self._look_around, thread=True, exit_on_error=False)
        # What exists now stays: the garbage collector need not look at it in the middle of a run.
        self.call_after_refresh(gc.freeze)
        self.set_interval(FRAME_S, self._frame)
        if self._run_at_once:
            self.call_after_refresh(self.action_run)

    def _look_around(self) -> None:
        """What can be seen of workers here; in a thread, because it starts a process."""
        if self._environment.observer is None:
            with contextlib.suppress(OSError):  # no more processes: a run will say so, too
                observer = look(self._sample_hz)
                self._environment = replace(self._environment, observer=observer)
                bar = self.query_one(EnvironmentBar)
                self.app.call_from_thread(bar.show, self._environment)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """No action of the lab before its panes are there."""
        return self.ready or action.startswith("app.")

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """The footer hints at what makes sense now; other keys say why they do not."""
        idle = self._live is None
        senseless = {"stop", "follow"} if idle else {"run", "series"}
        return {
            key: found
            for key, found in super().active_bindings.items()
            if found.binding.action.partition("(")[0] not in senseless
        }

    def on_resize(self, event: events.Resize) -> None:
        """Choose the layout."""
        self._choose_layout(event.size)

    def _choose_layout(self, size: Size) -> None:
        width, height = size
        wanted = {
            "-tiny": width < SMALLEST[0] or height < SMALLEST[1],
            "-full": width >= FULL[0] and height >= FULL[1],
            "-short": height < 30,
            "-tall": height >= 30,
            "-wide": width >= 150,
        }
        classes = {name for name, on in wanted.items() if on}
        if classes != self.classes & wanted.keys():
            # All at once: the styles of the whole screen are worked out for every call.
            self.remove_class(*wanted, update=False)
            self.add_class(*classes, update=self.is_mounted)

    # -- the plan --

    def on_strategy_chosen(self, event: StrategyChosen) -> None:
        """Another strategy."""
        self.draft.put("strategy", event.strategy)
        self._when_loaded = None
        self._show_options()
        self.call_after_refresh(self._show_code)
        self._loads()

    def on_workload_chosen(self, event: WorkloadChosen) -> None:
        """Another workload."""
        self.draft.put("workload", event.workload)
        self._when_loaded = None
        self.call_after_refresh(self._show_code)
        self._loads()

    def _loads(self, then: Callable[[], None] | None = None) -> bool:
        """Whether what is chosen must be loaded first, which is then begun; ``then`` comes after.

        An entry of another package is loaded elsewhere, which takes its time.
        """
        chosen = ("strategy", self._strategy), ("workload", self._workload)
        unknown = {(field, e.id) for field, e in chosen if e is not None and e.facts is None}
        if unknown and then is not None:
            self._when_loaded = then
        for field, name in unknown - self._loading:
            self._loading.add((field, name))
            self._chooser(field).tell(Choice(name, "loading …"))
            self.run_worker(partial(self._load, field, name), thread=True, exit_on_error=False)
        return bool(unknown)

    def _load(self, field: str, name: str) -> None:
        """In a thread."""
        entry = (catalogue.strategy if field == "strategy" else catalogue.workload)(name)
        if entry.facts is not None:  # else the lab is about to end
            self.app.call_from_thread(self._loaded, field, entry)

    def _loaded(self, field: str, entry: catalogue.Entry) -> None:
        self._loading.discard((field, entry.id))
        entries = self._strategies if field == "strategy" else self._workloads
        entries[entry.id] = entry
        self._chooser(field).tell(as_choice(entry))
        if entry in (self._strategy, self._workload):
            self._show_options()
            self._show_code()
        then = self._when_loaded
        if then is not None and not self._loads(then):
            self._when_loaded = None
            then()

    @property
    def _strategy(self) -> catalogue.Entry | None:
        """The one that is chosen; None for one that there is not."""
        return self._strategies.get(self.plan.strategy)

    @property
    def _workload(self) -> catalogue.Entry | None:
        return self._workloads.get(self.plan.workload)

    def _chooser(self, field: str) -> Chooser:
        return self.query_one("#strategies" if field == "strategy" else "#workloads", Chooser)

    def on_option_changed(self, event: OptionChanged) -> None:
        """Another number, or what somebody typed in its place."""
        good = self.draft.put(event.field, event.text)
        self._mark(set() if good else {event.field}, {event.field})

    def _mark(self, wrong: set[str], among: set[str]) -> None:
        for field in among:
            for number in self.query(f"#input-{field}").results(NumberInput):
                number.set_class(field in wrong, "-wrong")

    def _show_options(self) -> None:
        traits = self._strategy.traits if self._strategy is not None else UNKNOWN
        self.query_one(WorkersPane).show_options(traits.kind, traits.options)

    def _show_code(self) -> None:
        strategy = self._strategy.facts if self._strategy is not None else None
        workload = self._workload.facts if self._workload is not None else None
        task = workload.source if workload else ""
        if strategy and workload and strategy.traits.kind == "coroutine" and workload.coroutine:
            task = workload.coroutine
        self.query_one(CodePane).show_code(strategy.source if strategy else "", task)

    # -- the run --

    def action_run(self) -> None:
        """Run the plan, if it makes sense and nothing is running."""
        if self._live is not None:
            self.notify("A run is under way: x stops it.", severity="warning")
            return
        if self._loads(self.action_run):
            return
        problems = self.draft.problems()
        self._mark({problem.field for problem in problems}, set(NUMBERS))
        if problems:
            self._refuse([problem.sentence for problem in problems])
            for problem in problems[:1]:
                for number in self.query(f"#input-{problem.field}").results(NumberInput):
                    number.focus()
            return
        plan = self._memory.prepare(self.plan)
        try:
            self._live = Feed(plan, sample_hz=self._sample_hz)
        except OSError as error:  # no more processes, open files or memory
            self._refuse([f"the run could not be started: {error.strerror or error}."])
            return
        self.shown = self._live.run
        self._spending = Spending(self.shown)
        self._moment = self._live.moment
        self._drawn = self._told = 0.0
        self.query_one(WorkersPane).show_running(True)
        self.query_one(Timeline).follow_run(self.shown, self._expected_s(plan), self._moment.time)
        self.query_one(OutputPane).show_run(self.shown)
        self.refresh_bindings()
        self._frame()

    def action_series(self, what: str) -> None:
        """Compare strategies, or try numbers of workers; what was measured last is still there."""
        if self._live is not None:
            self.notify("A run is under way: x stops it.", severity="warning")
            return
        if self._loads(partial(self.action_series, what)):
            return
        problems = [p for p in self.draft.problems() if p.field != "strategy"]
        self._mark({problem.field for problem in problems}, set(NUMBERS))
        if problems:
            self._refuse([problem.sentence for problem in problems])
            return
        screen = self.series.get(what)
        if screen is None:
            from concviz.tui.screens.compare import CompareScreen
            from concviz.tui.screens.sweep import SweepScreen

            kind = CompareScreen if what == "compare" else SweepScreen
            screen = kind(self._environment, self._sample_hz, self._show_opened)
            self.series[what] = screen
            self.app.install_screen(screen, what)
        screen.offer(self._memory.prepare(self.plan))
        self.app.push_screen(what)

    def _show_opened(self, run: Run, sequential: Run | None) -> None:
        """A run of a comparison or a sweep, in full."""
        if sequential is not None:
            self._memory.keep(sequential)
        self.show_run(run)
        self.action_go("timeline")

    def _refuse(self, sentences: list[str]) -> None:
        self.query_one(SummaryPane).show_problems(sentences)
        self._show_tab("summary")

    def action_stop(self) -> None:
        """Stop the run."""
        if self._live is None:
            self.notify("Nothing is running: r runs the plan.")
        else:
            self._live.stop()
            self._told = 0.0
            self._frame()  # which says so, although the end may take a moment

    def on_run_requested(self, event: RunRequested) -> None:
        """A button or Enter in a field."""
        event.stop()
        self.action_run()

    def on_stop_requested(self, event: StopRequested) -> None:
        """A button."""
        event.stop()
        self.action_stop()

    def close_run(self) -> None:
        """End what is under way, if anything, and wait until nothing of it is left.

        From any thread, because the screen's own may be stuck.
        """
        if (live := self._live) is not None:
            live.close()
        for screen in list(self.series.values()):
            screen.close_series()

    def on_unmount(self) -> None:
        """Nobody waits any more for what is being loaded."""
        inspection.stop()

    def _expected_s(self, plan: Plan | None) -> float:
        if plan is None:
            return 0.0
        entry = self._strategies.get(plan.strategy)
        return 1.1 * expected_s(plan, entry.traits) if entry is not None else 0.0

    def _frame(self) -> None:
        """Take in what has happened, and draw what is due."""
        live = self._live
        if live is None:
            return
        changes = live.advance(budget_s(self._moment))
        self._changed |= bool(changes.workers or changes.tasks)
        self._printed |= changes.output
        if live.over:
            self._finish(live)
            return
        timeline = self.query_one(Timeline)
        self._moment = live.moment
        timeline.now = self._moment.time
        now = time.monotonic()
        telling = now - self._told >= TELL_S or changes.phase
        if telling or now - self._drawn >= min(max(DRAW_S, timeline.rows * DRAW_ROW_S), TELL_S):
            self._drawn = now
            timeline.draw()
        if telling:
            self._told = now
            self._tell(live.run)

    def _tell(self, run: Run) -> None:
        """The figures of a run under way, all of the moment that the picture shows."""
        self.query_one(SummaryPane).show_progress(run, self._moment)
        if self._spending is not None:
            self.query_one(Timeline).tell(self._spending.of_run(self._moment.time))
        if self._printed:
            self.query_one(OutputPane).show_run(run)
        if self._changed:
            self._show_task()
        self._changed = self._printed = False

    def _finish(self, live: Feed) -> None:
        self._live = None
        live.close()
        self._memory.keep(live.run)
        self._moment = live.moment
        self.query_one(WorkersPane).show_running(False)
        self.query_one(Timeline).draw()
        self._show_figures(live.run)
        self.refresh_bindings()

    def _show_figures(self, run: Run) -> None:
        spent = (self._spending or Spending(run)).of_run()
        summary = summarise(
            run,
            self._memory.sequential_s(run.plan),
            spent=spent,
        )
        self.query_one(Timeline).tell(spent)
        self.query_one(SummaryPane).show_summary(run, summary, spent)
        self._show_task()
        # In another turn of the loop: after a hundred thousand tasks, both take some 30 ms.
        self.call_later(self.query_one(OutputPane).show_run, run)

    def show_run(self, run: Run, now: int | None = None) -> None:
        """Show a run that did not take place here: ended, or as it was at the time ``now``."""
        self.shown = run
        self._spending = Spending(run)
        self._moment = Moment(run.finished if run.ended else run.latest if now is None else now)
        self.query_one(Timeline).follow_run(run, self._expected_s(run.plan), self._moment.time)
        if run.ended:
            self._show_figures(run)
        else:
            self.query_one(WorkersPane).show_running(True)
            self._changed = self._printed = True
            self._tell(run)

    # -- looking around --

    def on_task_selected(self, event: TaskSelected) -> None:
        """The cursor is on another task."""
        self._show_task()
        if event.task is not None:
            self._show_tab("task")

    def _show_task(self) -> None:
        if self.shown is not None:
            task = self.query_one(Timeline).selected
            self.query_one(DetailsPane).show_task(self.shown, task, self._moment.time)

    def on_tabs_tab_activated(self, event: Tabs.TabActivated) -> None:
        """Show the pane of the tab, where panes share a place."""
        if event.tab.id is not None:
            self._show_tab(event.tab.id.removeprefix("tab-"))

    def _show_tab(self, pane: str) -> None:
        for panel in self.query(".panel"):
            panel.set_class(panel.id == pane, "-shown")
        tabs = self.query_one(Tabs)
        if tabs.active != f"tab-{pane}":
            tabs.active = f"tab-{pane}"

    def action_view(self) -> None:
        """Bars by state instead of by task, and back, whichever pane has the focus."""
        self.query_one(Timeline).action_view()

    def action_go(self, pane: str) -> None:
        """Move the focus to a pane."""
        if pane in PANELS:
            self._show_tab(pane)
        target: Widget = self.query_one(f"#{pane}")
        if pane == "workers":
            # The first of its fields that the strategy uses, or the button.
            target = next(widget for widget in self.focus_chain if target in widget.ancestors)
        elif isinstance(target, Chooser):
            target = target.query_one("OptionList")
        self.call_after_refresh(target.focus)

    def action_help(self) -> None:
        """Explain the pane that has the focus, the picture, and every key."""
        focused: Widget | None = self.focused
        while focused is not None and not focused.HELP:
            focused = focused.parent if isinstance(focused.parent, Widget) else None
        from concviz.tui.screens.help import HelpScreen  # Markdown takes long to import

        if focused is None:
            self.app.push_screen(HelpScreen())
        else:
            title = str(focused.border_title or "").partition(":")[0]
            self.app.push_screen(HelpScreen(title, focused.HELP or ""))
