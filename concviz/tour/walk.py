"""A walk through the scenes of the tour: where somebody is, and what has become of each scene.

It is a value: whatever is done makes another one. It starts no run; who does tells it of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from enum import Enum
from types import MappingProxyType
from typing import Literal

import msgspec

from concviz.model.entities import Phase
from concviz.model.run import Run
from concviz.tour.scene import Question, Scene
from concviz.trace.plan import Plan

Number = Literal["workers", "tasks"]

MOST: Mapping[Number, int] = MappingProxyType({"workers": 8, "tasks": 12})
"""As many as can be had in a scene: all are in view, and it stays short."""
NUMBERS: tuple[Number, ...] = ("tasks", "workers")


LONGEST = 40
"""Characters of what somebody took for a scene that a sentence quotes."""


class Stage(Enum):
    """What is done of a scene."""

    READING = "reading"
    PREDICTING = "predicting"
    RUNNING = "running"
    NOTICING = "noticing"
    OVER = "over"
    """There are no more scenes."""


@dataclass(frozen=True)
class Visit:
    """What became of a scene, as it is meant: with its own numbers, to the end of its runs."""

    question: Question
    runs: tuple[Run, ...]
    guess: int | None


@dataclass(frozen=True)
class Walk:
    """Where somebody is."""

    scenes: tuple[Scene, ...]
    at: int = 0
    stage: Stage = Stage.READING
    guess: int | None = None
    """Index of the answer that was chosen in this scene."""
    runs: tuple[Run, ...] = ()
    """Of this scene, one for each part so far; the last one may be under way."""
    plans: tuple[Plan, ...] = ()
    """What its parts run; none as long as nothing was changed."""
    changed_since: bool = False
    """Whether they were changed after the run."""
    trouble: str = ""
    """Why a run could not be started."""
    visits: Mapping[int, Visit] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def scene(self) -> Scene:
        """The one at hand; the last one when all are over."""
        return self.scenes[self.at]

    @property
    def part(self) -> int:
        """Index of the part that runs, or ran last; the first one before that."""
        return max(0, len(self.runs) - 1)

    @property
    def stopped(self) -> bool:
        """Whether somebody ended the runs before all of them had come to their end."""
        if self.stage is not Stage.NOTICING or not self.runs or self.trouble:
            return False
        return self.runs[-1].phase is Phase.STOPPED or len(self.runs) < len(self.scene.parts)

    @property
    def changed(self) -> bool:
        """Whether the numbers are others than those of the scene."""
        return bool(self.plans)

    def plan(self, part: int) -> Plan:
        """What a part runs."""
        return self.plans[part] if self.plans else self.scene.parts[part].plan

    # -- on and back --

    def go_on(self) -> Walk:
        """The next that there is to do; a run is waited for."""
        match self.stage:
            case Stage.READING:
                return replace(self, stage=Stage.PREDICTING)
            case Stage.PREDICTING:
                return self.run()
            case Stage.NOTICING:
                return self.skip()
        return self

    def skip(self) -> Walk:
        """To the next scene."""
        if self.at + 1 == len(self.scenes):
            return replace(self, stage=Stage.OVER)
        return self.enter(self.at + 1)

    def back(self) -> Walk:
        """To the beginning of the scene, or of the one before."""
        begins = self.stage is Stage.READING and self.at
        return self.enter(self.at - 1 if begins else self.at)

    def enter(self, scene: int) -> Walk:
        """To the beginning of that scene."""
        return Walk(self.scenes, scene, visits=self.visits)

    @property
    def question(self) -> Question:
        """What is asked of the plans as they are to be run."""
        return self.scene.prediction.ask(
            [self.plan(part) for part, _ in enumerate(self.scene.parts)]
        )

    def choose(self, answer: int) -> Walk:
        """Guess that, and see."""
        if self.stage is not Stage.PREDICTING or answer not in range(len(self.answers)):
            return self
        return replace(self, guess=answer).run()

    @property
    def answers(self) -> tuple[str, ...]:
        """What there is to choose from."""
        return self.question.answers

    # -- runs --

    def run(self) -> Walk:
        """All parts are to be run, from the first one on; of other numbers one guesses first."""
        if self.stage in (Stage.RUNNING, Stage.OVER):
            return self
        if self.changed_since:
            return replace(
                self, stage=Stage.PREDICTING, guess=None, runs=(), trouble="", changed_since=False
            )
        return replace(self, stage=Stage.RUNNING, runs=(), trouble="")

    def began(self, run: Run) -> Walk:
        """The next part is under way."""
        return replace(self, runs=(*self.runs, run))

    def failed(self, why: str) -> Walk:
        """The next part could not be started."""
        return replace(self, stage=Stage.NOTICING, trouble=why)

    def ended(self, *, asked: bool = False) -> Walk:
        """The part under way is over; if it was stopped, no other one follows.

        ``asked``: somebody wanted that, perhaps a moment after it had ended by itself.
        """
        if self.stage is not Stage.RUNNING or not self.runs:
            return self
        more = len(self.runs) < len(self.scene.parts)
        stopped = self.runs[-1].phase is Phase.STOPPED or (asked and more)
        if more and not stopped:
            return self
        visits = dict(self.visits)
        if not stopped and not self.changed:
            guess = visits[self.at].guess if self.at in visits else self.guess
            visits[self.at] = Visit(self.question, self.runs, guess)
        return replace(self, stage=Stage.NOTICING, visits=MappingProxyType(visits))

    # -- changing it --

    @property
    def changeable(self) -> tuple[Number, ...]:
        """The numbers that can be changed now."""
        if self.stage is not Stage.NOTICING:
            return ()
        return tuple(name for name in NUMBERS if name in self.scene.change)

    def number(self, name: Number) -> int:
        """How many there are, or will be when it is run again."""
        number: int = getattr(self.plan(0), name)
        return number

    def change(self, name: Number, by: int) -> Walk:
        """So many more or less of them; in all parts there are as many."""
        if name not in self.changeable:
            return self
        number = min(max(self.number(name) + by, 1), MOST[name])
        parts = range(len(self.scene.parts))
        plans = tuple(msgspec.structs.replace(self.plan(part), **{name: number}) for part in parts)
        own = tuple(part.plan for part in self.scene.parts)
        return replace(self, plans=() if plans == own else plans, changed_since=True)


def find(scenes: tuple[Scene, ...], wanted: str) -> int:
    """Index of the scene with that number, from 1 on, or that name.

    Raises ValueError with a sentence that says what there is.
    """
    names = [scene.name for scene in scenes]
    if wanted in names:
        return names.index(wanted)
    numbers = [str(number) for number, _ in enumerate(names, start=1)]
    if wanted in numbers:
        return numbers.index(wanted)
    there = ", ".join(map(" ".join, zip(numbers, names, strict=True)))
    near = get_close_matches(wanted.lower()[:LONGEST], names, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    raise ValueError(f"there is no scene {wanted[:LONGEST]!r}: choose {there}.{hint}")
