"""The rules that find things: each says itself how important it is, and needs no other place."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable
from enum import Enum
from typing import NamedTuple, TypeVar

from concviz.analysis.findings.facts import Facts
from concviz.analysis.findings.finding import Finding
from concviz.analysis.steps import Steps

Look = Callable[[Facts], Finding | Steps[Finding | None] | None]
L = TypeVar("L", bound=Look)


class Of(Enum):
    """What the facts are of that a rule looks at."""

    PLAN = "a run that was planned"
    GROUP = "the tasks of one group of a program: those of a pool, a loop"
    BATCH = "those of them that were under way together"
    PROGRAM = "a whole program, with all its threads, whether they do tasks or not"


class Rule(NamedTuple):
    """A pure function of the facts of a run, and its place among the others.

    One that goes through all tasks does so in steps.
    """

    rank: int
    """The findings of lower ones come first."""
    look: Look
    of: tuple[Of, ...]
    of_dispatch: bool
    """Whether it needs no cause of its own where the dispatch is dearer than the tasks."""
    of_ends: bool
    """Whether it counts however little of a program's time the group takes."""


RULES: list[Rule] = []
"""The most important first."""


def rule(
    rank: int,
    *of: Of,
    of_dispatch: bool = False,
    of_ends: bool = False,
) -> Callable[[L], L]:
    """Make a function one of the rules: of a plan and of each group, if nothing else is said."""

    def register(look: L) -> L:
        found = Rule(rank, look, of or (Of.PLAN, Of.GROUP), of_dispatch, of_ends)
        insort(RULES, found, key=lambda each: each.rank)
        return look

    return register
