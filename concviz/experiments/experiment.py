"""What all experiments have in common, as those who show them see it.

An ``Experiment`` offers something to choose from and begins with what was chosen; a ``Result`` is
what has been measured since, and what follows from it. A further experiment is a file beside
``compare`` and ``sweep`` here, a widget that pictures its result, and a row in ``tui.experiments``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, TypeVar

from concviz.analysis.comparison import Manner
from concviz.analysis.measurement import Case, Shown
from concviz.model.run import Run
from concviz.trace.environment import Environment
from concviz.trace.plan import Plan
from concviz.view.tables import Column

P_co = TypeVar("P_co", covariant=True)
"""What a picture of the result is made from."""


@dataclass(frozen=True)
class Offer:
    """A strategy that there is to mark."""

    id: str
    note: str
    """What is said of it."""
    on: bool = True
    """Whether it is marked unless somebody says otherwise."""
    can: bool = True
    """Whether it can be marked here; the note says why not."""
    fixed: bool = False
    """It stays marked: it is the baseline."""
    aside: bool = False
    """It is so much heavier than the others that it is not marked along with them."""


class Field(NamedTuple):
    """A text that is typed besides the marks."""

    key: str
    name: str
    usual: str
    """What stands there unless somebody types something else."""


@dataclass(frozen=True)
class Choice:
    """What somebody chose to measure."""

    plan: Plan
    strategies: Sequence[str]
    manner: Manner = field(default_factory=Manner)
    environment: Environment | None = None
    guesses: Mapping[str, float] = field(default_factory=dict)
    """Expected speedups, by strategy."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """What was typed, by the fields' keys."""


class Live(NamedTuple):
    """The run under way."""

    case: Case
    number: int
    """Of the runs that count, from 1; 0 for a warm-up."""
    repeat: int
    """How many count."""
    run: Run
    now: int
    """How far it is known, in nanoseconds of its clock."""
    expected_s: float = 0.0
    """How long it will take, as far as that is known."""


class Line(NamedTuple):
    """A line of the table."""

    key: str
    """Of the case, for ``Result.shown``."""
    cells: Sequence[str]


class Result(Protocol[P_co]):
    """What has been measured so far. Only ``ended`` and the runs of its cases change it."""

    @property
    def plan(self) -> Plan:
        """The work that all its runs do."""

    @property
    def manner(self) -> Manner:
        """How often and in which order."""

    @property
    def cases(self) -> Sequence[Case]:
        """All that is to be run, in the order of the first round."""

    def ended(self, environment: Environment | None, stopped: bool) -> None:
        """Nothing more is run: where all of it ran, and whether somebody stopped it."""

    @property
    def stopped(self) -> bool:
        """Whether somebody ended it before all runs were made."""

    def picture(self, live: Live | None) -> P_co:
        """For the widget that pictures it."""

    @property
    def found(self) -> object:
        """What exporters write; None where no format does."""

    @property
    def pictured(self) -> bool:
        """Whether there is something in the picture: nothing is not drawn."""

    def lines(self, over: bool) -> list[Line]:
        """The table, under the columns of the experiment; empty when there is nothing in it."""

    @property
    def recommended(self) -> str | None:
        """Key of the line that the conclusion recommends."""

    @property
    def conclusion(self) -> str:
        """What follows, in sentences."""

    def details(self) -> list[str]:
        """More that follows, in a line each."""

    def remarks(self) -> list[str]:
        """What should be known before it is believed, in a line each."""

    def shown(self, key: str | None) -> Shown | None:
        """The run to look at of the line with that key."""

    @property
    def baseline(self) -> Shown | None:
        """The sequential run to look at, which speedup is against."""


class Experiment(Protocol[P_co]):
    """Something to measure by many runs."""

    @property
    def word(self) -> str:
        """What it makes, for example "comparison"."""

    @property
    def command(self) -> str:
        """The command that does it: ``concviz compare``."""

    @property
    def instructions(self) -> str:
        """What to do first, in sentences."""

    @property
    def about(self) -> str:
        """What is done, and how to read the result, in Markdown."""

    @property
    def guesses(self) -> bool:
        """Whether speedups can be guessed beforehand."""

    @property
    def columns(self) -> Sequence[Column]:
        """Of the table."""

    def offers(self, plan: Plan) -> list[Offer]:
        """The strategies to choose from, for that plan."""

    def fields(self, plan: Plan, environment: Environment) -> list[Field]:
        """What else there is to choose, for that plan and machine."""

    def begin(self, choice: Choice) -> Result[P_co]:
        """What is to be measured, as yet without figures.

        Raises UnusableError, or ValueError with a sentence, for a choice that makes no sense.
        """
