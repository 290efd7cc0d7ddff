"""What an experiment is to measure: marked strategies, how many runs, other fields."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from textual.app import ComposeResult
from textual.containers import Container, Horizontal

from concviz.analysis.comparison import Manner
from concviz.analysis.wording import capital, listed, spoken
from concviz.experiments.clusters import needs_cluster
from concviz.experiments.durations import Durations, forecast
from concviz.experiments.experiment import Choice, Experiment, Field
from concviz.experiments.ranges import MOST_RUNS
from concviz.runner import catalogue, clusters_known
from concviz.trace.environment import Environment
from concviz.trace.plan import Plan
from concviz.trace.sanitize import sanitize
from concviz.tui.loading import Loader, Wanted
from concviz.tui.messages import ChoiceChanged, OptionChanged
from concviz.tui.plan_form import whole
from concviz.tui.widgets.fields import CountsField, NumberField, NumberInput
from concviz.tui.widgets.strategy_checklist import A_GUESS, Mark, MarkList

REPEAT = "3"
"""Runs each, unless somebody types something else."""


class ChoicePane(Container):
    """Keeps what was marked, guessed and typed when it is offered for another plan."""

    def __init__(self, experiment: Experiment[Any], environment: Environment, *, id: str) -> None:
        super().__init__(id=id)
        self._experiment = experiment
        self._environment = environment
        self._plan = Plan()
        self._texts = {"repeat": REPEAT}
        """What stands in the fields."""
        self._asked = False
        """Whether somebody asked for so many runs: then so many are made."""
        self._loader: Loader | None = None
        self._failed: list[catalogue.Entry] = []

    def compose(self) -> ComposeResult:
        """The list, and the fields below it."""
        yield MarkList([], guesses=self._experiment.guesses, id="marks")
        with Horizontal(id="experiment-fields"):
            yield NumberField("runs each", "repeat", self._texts["repeat"])
            for key, name, usual in self._fields():
                yield CountsField(name, key, self._texts.get(key, usual))

    @property
    def _list(self) -> MarkList:
        return self.query_one(MarkList)

    def _fields(self) -> list[Field]:
        return self._experiment.fields(self._plan, self._environment)

    def offer(self, plan: Plan) -> None:
        """Be about that plan. Fields follow it unless somebody typed something else."""
        self._plan = plan
        if self.is_mounted:
            for key, _, usual in self._fields():
                if key not in self._texts:
                    self.query_one(f"#field-{key}", CountsField).put(usual)

    def show(self) -> None:
        """What there is to mark, marked as before; it has the focus."""
        known = {mark.id: mark for mark in self._list.marks}
        offered = [Mark(offer, offer.on) for offer in self._experiment.offers(self._plan)]
        for mark in offered:
            before = known.get(mark.id)
            if before is not None:
                mark.on, mark.guess = before.on, before.guess
        self._list.put(offered)

    def take_focus(self) -> None:
        """To the list."""
        self._list.focus()

    def on_option_changed(self, event: OptionChanged) -> None:
        """Another text in a field."""
        event.stop()
        if event.field == "repeat" and event.text != self._texts["repeat"]:
            self._asked = True
        usual = {key: text for key, _, text in self._fields()}
        if event.text != usual.get(event.field):
            self._texts[event.field] = event.text
        self.post_message(ChoiceChanged())

    @property
    def unknown(self) -> list[str]:
        """What is marked and must be loaded before it can be told what it does."""
        known = {entry.id: entry for entry in catalogue.strategies()}
        return [mark.id for mark in self._list.marked if known[mark.id].facts is None]

    @property
    def unasked(self) -> str:
        """Address of the cluster that is marked, and must be asked what it has; "": none is."""
        uses = any(needs_cluster(mark.id) for mark in self._list.marked)
        address = self._plan.scheduler
        if not uses or not clusters_known.can_be_asked(self._plan):
            return ""
        return address if clusters_known.remembered(address) is None else ""

    def load(self, then: Callable[[list[catalogue.Entry]], object]) -> str:
        """Load what is marked and must be loaded first: what is done, "" if nothing must be.

        ``then`` is called when all have come, with those that are not available.
        """
        unknown, address = self.unknown, self.unasked
        if self._loader is None:
            self._loader = Loader(self.screen, self._on_loaded)
        if unknown or address:
            self._failed = []
        wanted: list[Wanted] = [("strategy", name) for name in unknown]
        wanted += [("scheduler", address)] if address else []
        self._loader.load(wanted, lambda: then(self._failed))
        if unknown:
            return f"Loading {listed([sanitize(name) for name in unknown])} …"
        return f"Asking {sanitize(address)} …" if address else ""

    def _on_loaded(self, field: str, entry: catalogue.Entry) -> None:
        if entry.reason is not None and field != "scheduler":  # of a cluster its case says that
            self._failed.append(entry)

    def foretold(self, durations: Durations) -> str:
        """What would be done with the choice, and how long that takes; or why nothing would."""
        if unknown := self.unknown:
            names = listed([sanitize(name) for name in unknown])
            return f"How long it takes is not known: {names} must be loaded first, r does that."
        try:
            found = self._experiment.begin(self.choice())
        except ValueError as error:
            return capital(str(error).splitlines()[0])
        return f"{forecast(found.cases, found.manner, durations, self._environment).words}."

    def choice(self, *, point: bool = False) -> Choice:
        """What was chosen. Raises ValueError, with a sentence, for a number that makes no sense.

        ``point``: go to the guess that is none.
        """
        marked: Sequence[Mark] = self._list.marked
        if wrong := [mark for mark in marked if mark.wrong]:
            if point:
                self._list.point_at(wrong[0])
            raise ValueError(f"the guess for {spoken(wrong[0].id)} is no speedup: {A_GUESS}.")
        return Choice(
            self._plan,
            [mark.id for mark in marked],
            Manner(self._runs_each(), exact_once=not self._asked),
            self._environment,
            {mark.id: mark.factor for mark in marked if mark.factor is not None},
            {key: self.query_one(f"#field-{key}", CountsField).text for key, *_ in self._fields()},
        )

    def _runs_each(self) -> int:
        text = self._texts["repeat"]
        try:
            repeat = whole(text)
        except (ValueError, OverflowError):
            repeat = 0
        self.query_one("#input-repeat", NumberInput).set_class(repeat < 1, "-wrong")
        if not 1 <= repeat <= MOST_RUNS:
            raise ValueError(f"runs each is {text!r}: it must be from 1 to {MOST_RUNS}.")
        return repeat
