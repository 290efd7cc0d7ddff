"""The left side of the lab: what to run, and how; it knows whether that can be."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Collection
from dataclasses import replace

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical

from concviz.analysis.wording import capital
from concviz.runner import catalogue, clusters_known, functions_known
from concviz.runner.facts import UNKNOWN
from concviz.runner.functions_known import ASYNCIO
from concviz.runner.limits import limits
from concviz.trace.plan import Limits, Plan, Problem, at_once, expected_s
from concviz.tui.loading import Loader, Wanted
from concviz.tui.messages import CodeChanged, OptionChanged, StrategyChosen, WorkloadChosen
from concviz.tui.own_function import NO_OWN, Own
from concviz.tui.plan_form import NUMBERS, PlanForm
from concviz.tui.widgets.chooser import Chooser
from concviz.tui.widgets.chooser import Entry as Choice
from concviz.tui.widgets.fields import (
    ChoiceField,
    NumberField,
    NumberInput,
    ToldInput,
    TypedField,
)
from concviz.tui.widgets.own_workload import YOURS, OwnWorkload
from concviz.tui.widgets.panes import StrategyPane, WorkersPane, WorkloadPane
from concviz.view.words import plan_words

FIELDS = ("strategy", "workload", *NUMBERS, "start_method")
PLACES = {
    "strategy": "strategies",
    "workload": "workloads",
    "duration_s": "field-duration-s",
    "start_method": "field-start-method",
}
"""Where a field of the plan is chosen, if its name does not say so."""


class Controls(Vertical):
    """The plan in the making: two lists, some numbers, and the buttons that run and stop it."""

    def __init__(self, plan: Plan, start_method: str, own: Own = NO_OWN) -> None:
        """``own``: the function of somebody's own that was called last."""
        super().__init__(id="controls")
        self._own = OwnWorkload(Own(plan.workload, plan.inputs) if plan.calls else own)
        self.form = PlanForm(plan)
        """What the fields say."""
        self._start_method = start_method
        self._shown: Plan | None = None
        self._machine: Limits | None = None
        """What it allows: asked once for what is chosen, and anew before each run."""
        self._strategies: dict[str, catalogue.Entry] = {}
        self._workloads: dict[str, catalogue.Entry] = {}
        self._loader = Loader(self, self._loaded)
        self._cluster_refused = False
        """Whether its cluster was what was wrong when the plan was to be run."""
        self._needs_loop = False
        """Whether the function that is chosen is async."""
        self._fields: dict[str, TypedField | ChoiceField | Chooser] = {}
        """By field of the plan: found once, because each arrow in a list needs all of them."""

    def compose(self) -> ComposeResult:
        """Strategy, workload, workers."""
        # Not before: the first frame need not wait until all installed packages were gone through.
        self._strategies = {entry.id: entry for entry in catalogue.strategies()}
        self._workloads = {entry.id: entry for entry in catalogue.workloads()}
        plan = self.plan
        yield StrategyPane([as_choice(entry) for entry in self._strategies.values()], plan)
        workloads = [as_choice(entry) for entry in self._workloads.values()]
        if self.own.function:
            entry = self._workloads[self.own.function] = self._own.entry
            workloads.append(self._own.choice(entry))
        else:
            workloads.append(YOURS)
        yield WorkloadPane(workloads, plan)
        methods = multiprocessing.get_all_start_methods()
        yield WorkersPane(plan, methods, self._start_method)

    def on_mount(self) -> None:
        """The fields of the strategy; and what is not known of the plan is found out."""
        for field in FIELDS:
            found = self.query_one(f"#{PLACES.get(field, f'field-{field}')}")
            assert isinstance(found, NumberField | ChoiceField | Chooser)
            self._fields[field] = found
        self._show_options()
        self.loads()

    # -- the plan --

    @property
    def plan(self) -> Plan:
        """What the fields say, as far as they make sense."""
        return self.form.plan

    def refusals(self, *, but: str = "") -> list[str]:
        """Why the plan cannot run, in sentences; the fields at fault say what was expected.

        What is wrong with the field ``but`` does not matter.
        """
        problems = [problem for problem in self.form.problems() if problem.field != but]
        self._own.refused = bool(problems)
        self._cluster_refused = any(problem.field == "scheduler" for problem in problems)
        self._mark(problems, telling={*NUMBERS, "scheduler"})
        for problem in problems[:1]:
            for typed in self.query(f"#input-{problem.field}").results(ToldInput):
                typed.focus()
        return [problem.sentence for problem in problems]

    def expected_s(self, plan: Plan) -> float:
        """How long a run of that plan will take, about; 0 where that cannot be told."""
        entry = self._strategies.get(plan.strategy)
        return 1.1 * expected_s(plan, entry.traits) if entry is not None else 0.0

    def expected_rows(self, plan: Plan) -> int:
        """How many workers a run of that plan will have; 0 where that cannot be told."""
        entry = self._strategies.get(plan.strategy)
        return at_once(plan, entry.traits) if entry is not None else 0

    def put_plan(self, plan: Plan) -> None:
        """Let the fields say that.

        A strategy or workload that there is not here is kept as it is: whoever runs it is told.
        """
        if plan == self.plan:
            return
        if plan.calls:
            self._put_own(Own(plan.workload, plan.inputs))
        for field, lists in ("strategy", self._strategies), ("workload", self._workloads):
            if (chosen := getattr(plan, field)) in lists:
                self._chooser(field).choose(chosen)
        for field in NUMBERS:
            for number in self.query(f"#input-{field}").results(NumberInput):
                with self.prevent(NumberInput.Changed):
                    value = getattr(plan, field)
                    number.value = str(value) if isinstance(value, int) else f"{value:g}"
        if plan.start_method is not None:
            self.query_one("#field-start-method", ChoiceField).put(plan.start_method)
        if (cluster := self.query_one(WorkersPane).cluster) is not None:
            cluster.put(plan.scheduler)
        self.form = PlanForm(plan)
        self._own.asks = False
        self._show_options()
        self.post_message(CodeChanged())
        self.loads()

    @property
    def own(self) -> Own:
        """The function of somebody's own that the list has, and its inputs."""
        return self._own.own

    @property
    def asks(self) -> bool:
        """Whether a function of somebody's own is chosen that nobody has named yet."""
        return self._own.asks

    def call(self, own: Own) -> None:
        """Have that function of somebody's own called, with all of its inputs."""
        self._put_own(own)
        self._own.name(own)
        self.form.call(*own, None)
        self._fit()
        self._chooser("workload").choose(own.function)
        self._show_options()
        self.post_message(CodeChanged())
        self.loads()

    def _put_own(self, own: Own) -> None:
        """That is the function of the list."""
        before, self._own.own = self._own.id, own
        self._workloads.pop(before, None)
        entry = self._workloads[own.function] = self._own.entry
        self._chooser("workload").rename(before, self._own.choice(entry))

    def _fit(self) -> None:
        """As many tasks as inputs, and the loop that an async function needs, once both are known.

        Only where it was named here: a plan from elsewhere has its own number.
        """
        if (called := self._own.found()) is None:
            return
        self.form.call(*self.own, called.inputs)
        if called.is_async and self.plan.strategy != ASYNCIO:
            self.form.put("strategy", ASYNCIO)
            self._chooser("strategy").choose(ASYNCIO)
        for number in self.query("#input-tasks").results(NumberInput):
            with self.prevent(NumberInput.Changed):
                number.value = str(self.plan.tasks)

    def show_running(self, running: bool) -> None:
        """Which of the buttons can be pressed."""
        self.query_one(WorkersPane).show_running(running)

    @property
    def sources(self) -> tuple[str, str]:
        """The code of what is chosen: of the strategy, and of a task in its form for it."""
        chosen, its_task = self._strategy, self._workload
        if chosen is not None and chosen.package is None:
            chosen = catalogue.strategy(chosen.id)
        if its_task is not None and its_task.package is None and not self.plan.calls:
            its_task = catalogue.workload(its_task.id)
        return catalogue.sources(chosen, its_task)

    # -- what is chosen --

    def on_strategy_chosen(self, event: StrategyChosen) -> None:
        """Another strategy."""
        event.stop()
        self._choose("strategy", event.strategy)

    def on_workload_chosen(self, event: WorkloadChosen) -> None:
        """Another workload."""
        event.stop()
        self._choose("workload", event.workload)

    def _choose(self, field: str, chosen: str) -> None:
        if field == "workload":
            self._own.asks = chosen == YOURS.id
            if self._own.asks:
                return
        if getattr(self.plan, field) == chosen:
            return
        if field == "workload" and chosen == self.own.function:
            self.form.call(*self.own, None)
        else:
            self.form.put(field, chosen)
        self._show_options()
        self.post_message(CodeChanged())
        self.loads()

    def on_option_changed(self, event: OptionChanged) -> None:
        """Another number, or what somebody typed in its place."""
        event.stop()
        self.form.put(event.field, event.text)
        self._judge()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Who leaves a number that is wrong is told what was expected."""
        if isinstance(event.widget, ToldInput) and event.widget.has_class("-wrong"):
            self._judge({event.widget.id.removeprefix("input-")} if event.widget.id else set())

    def _judge(self, telling: Collection[str] = ()) -> None:
        """Mark what is wrong with the numbers, and what differs from the run on the screen.

        Of the fields ``telling`` it is said what was expected.
        """
        known = all(e is not None and e.facts is not None for e in (self._strategy, self._workload))
        if self.plan.calls:
            known = known and functions_known.remembered(self.plan) is not None
        if self._machine is None and known:
            self._machine = limits()
        self._mark(self.form.problems(self._machine) if known else [], telling)
        self._compare()

    def _mark(self, problems: list[Problem], telling: Collection[str] = ()) -> None:
        sentences = {problem.field: problem.sentence for problem in problems}
        for typed in self._fields.values():
            if not isinstance(typed, TypedField):
                continue
            wrong = sentences.get(typed.field, "")
            expected = ""
            if typed.field in telling:
                is_number = isinstance(typed, NumberField)
                expected = capital(wrong.partition(": ")[2]) if is_number else wrong
            typed.mark(bool(wrong), expected)

    # -- what is shown --

    def show_shown(self, plan: Plan | None) -> None:
        """That plan is the one of the run on the screen; None: of none that is known."""
        self._shown = plan
        self._compare()

    def _compare(self) -> None:
        """Mark what is chosen in another way than in the run on the screen."""
        plan, shown = self.plan, self._shown or self.plan
        differs = False
        for field, choice in self._fields.items():
            has, was = getattr(plan, field), getattr(shown, field)
            if field == "start_method":
                has, was = has or self._start_method, was or self._start_method
            other = has != was and (isinstance(choice, Chooser) or choice.used)
            differs |= other
            said = f"{was:g}" if isinstance(was, float) else str(was)
            choice.tell_shown(said if other else None)
        self.query_one(WorkersPane).say_what_runs(plan_words(plan), plan.strategy, differs)

    def _show_options(self) -> None:
        traits = self._strategy.traits if self._strategy is not None else UNKNOWN
        pane = self.query_one(WorkersPane)
        pane.show_options(traits.kind, traits.options, self.plan)
        if (cluster := pane.cluster) is not None:
            self._fields["scheduler"] = cluster
        self.query_one(WorkloadPane).use_duration(not self.plan.calls)
        self._show_loop()
        self._judge()

    def _show_loop(self) -> None:
        """An async function needs an event loop: the other strategies cannot be chosen for it."""
        facts = self._workload.facts if self.plan.calls and self._workload is not None else None
        needs = facts is not None and facts.called is not None and facts.called.is_async
        if needs == self._needs_loop:
            return
        self._needs_loop = needs
        chooser = self._chooser("strategy")
        for entry in self._strategies.values():
            choice = as_choice(entry)
            if needs and choice.reason is None and entry.traits.kind != "coroutine":
                choice = replace(choice, reason="your function is async, which needs asyncio")
            chooser.tell(choice)

    @property
    def _strategy(self) -> catalogue.Entry | None:
        """The one that is chosen; None for one that there is not."""
        return self._strategies.get(self.plan.strategy)

    @property
    def _workload(self) -> catalogue.Entry | None:
        return self._workloads.get(self.plan.workload)

    def _chooser(self, field: str) -> Chooser:
        return self.query_one("#strategies" if field == "strategy" else "#workloads", Chooser)

    # -- entries of other packages --

    def loads(self, then: Callable[[], object] | None = None) -> bool:
        """Whether what is chosen must be loaded first, which is then begun; ``then`` comes after.

        An entry of another package is loaded elsewhere, which takes its time.
        """
        unknown: list[Wanted] = []
        for field, entry in ("strategy", self._strategy), ("workload", self._workload):
            if entry is not None and entry.facts is None and entry is not self._own_chosen:
                unknown.append((field, entry.id))
                self._chooser(field).tell(Choice(entry.id, "loading …"))
        if self._own_chosen is not None and self._own.must_look(then is not None):
            unknown.append(("workload", self.own.plan))
            self._chooser("workload").tell(Choice(self.own.function, "loading …", asks=True))
        if then is not None and self._must_ask():
            unknown.append(("scheduler", self.plan.scheduler))
            if (cluster := self.query_one(WorkersPane).cluster) is not None:
                cluster.ask(True)
        return self._loader.load(unknown, then)

    def _must_ask(self) -> bool:
        """Whether the cluster of the plan is to be asked what it has, before it is used."""
        if not self.uses_cluster or not clusters_known.can_be_asked(self.plan):
            return False
        if self._cluster_refused:  # that may have been mended
            self._cluster_refused = False
            clusters_known.forget_troubles()
        return clusters_known.remembered(self.plan.scheduler) is None

    @property
    def uses_cluster(self) -> bool:
        """Whether the strategy that is chosen runs on a cluster, whose address may be named."""
        return self._strategy is not None and "scheduler" in self._strategy.traits.options

    def go_to_cluster(self) -> bool:
        """Have its address typed; False where what is chosen has no use for one."""
        cluster = self.query_one(WorkersPane).cluster
        if cluster is None or not self.uses_cluster:
            return False
        cluster.typed.focus()
        return True

    @property
    def _own_chosen(self) -> catalogue.Entry | None:
        return self._workload if self.plan.calls else None

    def _loaded(self, field: str, entry: catalogue.Entry) -> None:
        if field == "scheduler":
            if (cluster := self.query_one(WorkersPane).cluster) is not None:
                cluster.ask(False)
            self._judge()
            return
        entries = self._strategies if field == "strategy" else self._workloads
        if entry.id not in entries:  # another function has been named meanwhile
            return
        entries[entry.id] = entry
        own = field == "workload" and entry.id == self.own.function
        if own and self.plan.calls:
            self._fit()
        self._chooser(field).tell(self._own.choice(entry) if own else as_choice(entry))
        if entry in (self._strategy, self._workload):
            self._show_options()
            self.post_message(CodeChanged())


def as_choice(entry: catalogue.Entry) -> Choice:
    """What a list shows of an entry."""
    return Choice(entry.id, entry.summary, entry.reason)
