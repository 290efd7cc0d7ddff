"""What was found of the parts of a program, put together: each thing is said once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from concviz.analysis.findings.facts import Facts
from concviz.analysis.findings.finding import Finding
from concviz.analysis.wording import capital, count

EXPLAINS = {
    "own-pool": {"deadlock", "standstill", "long-tail", "results-held-back", "executor-full"},
    "held-at-fork": {"lost-worker", "deadlock", "standstill"},
    "deadlock": {"standstill"},
    "main-module-ran-again": {"lost-worker", "failures", "unseen-failures", "start-up"},
    "never-at-work": {"lost-worker", "unseen-failures", "start-up"},
    "lost-worker": {"standstill", "long-tail", "chunk-straggler", "results-held-back"},
    "chunk-straggler": {"long-tail"},
    "oversubscribed": {"core-wait"},
    "io-behind-gil": {"gil-wait"},
    "busy-wait": {"io-behind-gil"},
    "handing-over": {"short-tasks", "start-up"},
}
"""What needs no words of its own where something else is found, of which it is a part."""


class Found(NamedTuple):
    """A finding, and of what."""

    rank: int
    finding: Finding
    facts: Facts


def merged(found: Iterable[Found]) -> list[Finding]:
    """The most important first. Of what was found several times, that of the longest part."""
    by_id: dict[str, list[Found]] = {}
    for each in sorted(found, key=lambda each: (each.rank, -each.facts.makespan)):
        by_id.setdefault(each.finding.id, []).append(each)
    explained = {more for less in by_id for more in EXPLAINS.get(less, ())}
    return [_one(its) for name, its in by_id.items() if name not in explained]


def _one(its: list[Found]) -> Finding:
    first = its[0]
    part = first.facts.part
    if part is None:
        return first.finding
    where = first.facts.where
    sentence = f"{capital(where)}: {first.finding.sentence}"
    others = {each.facts.part.group.group for each in its if each.facts.part is not None}
    others -= {part.group.group}
    evidence = first.finding.evidence | {"group": part.group.group, "where": where}
    if others:
        evidence["other_groups"] = len(others)
        sentence += f" The same in {count(len(others), 'other')}."
    return replace(first.finding, sentence=sentence, evidence=evidence)
