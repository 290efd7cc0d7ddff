"""Whether a function gave the same results however it was run: as far as is known, and in words.

Results are told apart by digests that were made where they came to be. What is unknown is said to
be, and never taken for equal. Tasks that failed are compared by what they raised.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from concviz.analysis.wording import count, listed, spoken
from concviz.model.run import Run
from concviz.model.tasks import Outcome
from concviz.trace.sanitize import sanitize

if TYPE_CHECKING:
    from concviz.analysis.measurement import Case

NONE = "None"
"""In place of the digest of a result that is told as it is."""
FEW = 3
"""Tasks that a sentence names."""


@dataclass(frozen=True)
class Results:
    """What the tasks of a run gave, each as something that is equal for equal results."""

    by_task: list[str | None]
    """None: not known."""
    why: str
    """Why some are not known, if that was told."""


def results_of(run: Run) -> Results | None:
    """Of a run that has ended; None where nobody has a look at them, as its tasks are ours."""
    if run.plan is None or not run.plan.calls:
        return None
    tasks = run.tasks
    found: list[str | None] = []
    for task in range(len(tasks)):
        known = run.digests.get(task)
        if known is None and tasks.outcome[task] == Outcome.FAILED and task in tasks.failures:
            known = f"raised {tasks.failures[task].error}"
        elif known is None and tasks.outcome[task] == Outcome.FINISHED and not tasks.left_out:
            known = NONE if task not in tasks.results else None
        found.append(known)
    return Results(found, run.undigested)


@dataclass
class _Seen:
    """What the runs of a case gave, for each task that is known in all of them."""

    strategy: str
    first: dict[int, str]
    unsteady: list[int] = field(default_factory=list)
    """Tasks whose result differed from run to run."""
    unknown: int = 0
    """Tasks whose result is not known in every run."""
    why: str = ""
    runs: int = 0


@dataclass(frozen=True)
class SameResults:
    """What a comparison of the results came to."""

    equal: bool | None
    """Whether all are the same in all runs; None: that is not known of all."""
    sentence: str
    """In words: a whole sentence."""


def same_results(cases: Sequence[Case]) -> SameResults | None:
    """Of all runs of these cases; None where there is nothing to compare."""
    seen = [found for case in cases if (found := _seen(case)) is not None]
    if len(seen) < 2:
        return None
    unsteady = [each for each in seen if each.unsteady]
    if unsteady:
        return SameResults(False, _unsteady(unsteady))
    base = seen[0]
    differing = {each.strategy: tasks for each in seen[1:] if (tasks := _differing(base, each))}
    if differing:
        return SameResults(False, _different(base, differing, seen))
    unknown = [each for each in seen if each.unknown]
    if unknown:
        return SameResults(None, _unknown(unknown))
    return SameResults(True, "Results are the same in all runs.")


def qualified(sentence: str, found: SameResults | None) -> str:
    """The sentence with what is to be known of the results: before it, if that is bad news."""
    if found is None:
        return sentence
    parts = [found.sentence, sentence] if found.equal is False else [sentence, found.sentence]
    return " ".join(parts)


def _seen(case: Case) -> _Seen | None:
    runs = [trial.results for trial in case.trials if trial.results is not None]
    if not runs:
        return None
    name = spoken(case.strategy)
    found = _Seen(name, {}, runs=len(runs), why=next((run.why for run in runs if run.why), ""))
    for task, values in enumerate(zip(*(run.by_task for run in runs), strict=True)):
        known = {value for value in values if value is not None}
        if len(known) > 1:
            found.unsteady.append(task)
        elif None in values:
            found.unknown += 1
        else:
            found.first[task] = known.pop()
    return found


def _differing(one: _Seen, other: _Seen) -> list[int]:
    both = one.first.keys() & other.first.keys()
    return sorted(task for task in both if one.first[task] != other.first[task])


def _unsteady(unsteady: Sequence[_Seen]) -> str:
    names = listed(list(dict.fromkeys(each.strategy for each in unsteady)))
    tasks = sorted({task for each in unsteady for task in each.unsteady})
    return (
        f"Results differ between runs of the same strategy ({names}; {_tasks(tasks)}), so they "
        "cannot be compared between strategies."
    )


def _different(base: _Seen, differing: dict[str, list[int]], seen: Sequence[_Seen]) -> str:
    said = listed([f"{name} in {_tasks(tasks)}" for name, tasks in differing.items()])
    once = any(each.runs < 2 for each in seen)
    unsure = "; or they differ from run to run: each ran once" if once else ""
    return f"Results differ: those of {said} are other ones than {base.strategy} gave{unsure}."


def _unknown(unknown: Sequence[_Seen]) -> str:
    names = listed(list(dict.fromkeys(each.strategy for each in unknown)))
    why = next((each.why for each in unknown if each.why), "")
    because = f": {sanitize(why)}" if why else ""
    most = max(each.unknown for each in unknown)
    return (
        f"Whether all results are the same is not known: {count(most, 'result')} of {names} could "
        f"not be compared{because}."
    )


def _tasks(tasks: Iterable[int]) -> str:
    found = list(tasks)
    named = [f"{task:,}" for task in found[:FEW]]
    if (more := len(found) - FEW) > 0:
        named.append(f"{more:,} more")
    return f"{'task' if len(found) == 1 else 'tasks'} {listed(named)}"
