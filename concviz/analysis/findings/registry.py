"""The rules that find things: each says itself how important it is, and needs no other place."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from concviz.analysis.findings.facts import Facts
from concviz.analysis.findings.finding import Finding
from concviz.analysis.findings.steps import Steps

Look = Callable[[Facts], Finding | Steps[Finding | None] | None]
L = TypeVar("L", bound=Look)


class Rule(NamedTuple):
    """A pure function of the facts of a run, and its place among the others.

    One that goes through all tasks does so in steps.
    """

    rank: int
    """The findings of lower ones come first."""
    look: Look
    of_dispatch: bool
    """Whether it needs no cause of its own where the dispatch is dearer than the tasks."""


RULES: list[Rule] = []
"""The most important first."""


def rule(rank: int, *, of_dispatch: bool = False) -> Callable[[L], L]:
    """Make a function one of the rules."""

    def register(look: L) -> L:
        insort(RULES, Rule(rank, look, of_dispatch), key=lambda each: each.rank)
        return look

    return register
