"""What was found of the parts of a program, put together: each thing is said once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from concviz.analysis.findings.facts import Facts
from concviz.analysis.findings.finding import Finding
from concviz.analysis.wording import capital, count


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
    return [_one(its) for its in by_id.values()]


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
