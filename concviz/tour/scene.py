"""A scene of the tour: words, plans that are run, something to guess, and what to notice.

It is data. What it says of a run is worked out from that run, and None where it did not happen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

from concviz.model.run import Run
from concviz.trace.plan import Plan

Runs = Sequence[Run]
"""One for each part that has been run, in their order; the last ones may be missing."""
Plans = Sequence[Plan]
"""Those of the parts, as they are to be run: with what was changed."""


class When(Enum):
    """When lines of code run, as far as the events of a run tell."""

    HANDING_OUT = "handing out"
    """Tasks are being handed out: an item is being taken, a worker started."""
    WORKING = "working"
    """At least one task is under way."""
    ENDING = "ending"
    """A task has just come to its end."""
    DYING = "dying"
    """A worker has just died."""
    COLLECTING = "collecting"
    """All tasks are handed out, and not all results are there: they are waited for."""


@dataclass(frozen=True)
class Line:
    """A line of the code that is shown."""

    code: str
    """A piece of its text that no other line has."""
    when: When
    """It is lit then."""


@dataclass(frozen=True)
class Spot:
    """A place in the picture of a run."""

    worker: int
    """Its index, which is the row."""
    t_ns: int
    """Of the run's clock."""
    part: int = 0


@dataclass(frozen=True)
class Part:
    """One run of a scene."""

    plan: Plan
    caption: str
    """One line over its picture, for example "Threads"."""
    lines: tuple[Line, ...] = ()
    """Those of its code that matter."""


@dataclass(frozen=True)
class Question:
    """What is asked, of the plans as they are to be run."""

    text: str
    """For example "How long will 5 tasks of 1 s take?"."""
    answers: tuple[str, ...]
    """Two to four, no two the same."""


@dataclass(frozen=True)
class Prediction:
    """Something to guess before the run."""

    ask: Callable[[Plans], Question]
    right: Callable[[Runs], int | None]
    """Index of the answer that is right by what was measured; None where that cannot be told.

    Of the answers to the question for the runs' own plans.
    """


@dataclass(frozen=True)
class Remark:
    """Something to notice."""

    text: Callable[[Runs], str | None]
    """A sentence or two, with measured figures; None where it did not happen."""
    points_at: Callable[[Runs], Spot | None] = lambda runs: None
    """Where it is seen."""


@dataclass(frozen=True)
class Scene:
    """A few minutes of the tour."""

    name: str
    """A word or two with hyphens, for the command line: "thread-pool"."""
    title: str
    text: str
    """A few sentences; an empty line begins a paragraph."""
    parts: tuple[Part, ...]
    """They are run one after the other; at least one. A comparison has one for each case."""
    prediction: Prediction
    remarks: tuple[Remark, ...]
    """What to notice first is first."""
    change: frozenset[Literal["workers", "tasks"]] = field(default_factory=frozenset)
    """What can be changed before it is run again."""
    picture: Callable[[], Sequence[str]] | None = None
    """Lines read from this very process when they are shown, such as its pid and its threads."""
