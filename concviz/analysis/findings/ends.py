"""Findings about tasks and workers that came to a bad end."""

from __future__ import annotations

from concviz.analysis.deaths import cause, deaths
from concviz.analysis.findings.facts import Facts
from concviz.analysis.findings.finding import Finding
from concviz.analysis.findings.registry import Of, rule
from concviz.analysis.wording import capital, count, shortened
from concviz.model.tasks import Outcome

LONGEST = 80
"""Characters of an error that are quoted."""


@rule(20, Of.PLAN)
def lost_worker(facts: Facts) -> Finding | None:
    """A worker that died, and what went with it."""
    run = facts.run
    found = deaths(run)
    if found is None:
        return None
    lost, undone = run.count(Outcome.LOST), run.count(Outcome.NOT_STARTED)
    went = f"{count(lost, 'task')} lost" if lost else "no task lost"
    went += f", {undone:,} not started" if undone else ""
    again = " A broken pool gives up what is left: submit again what is missing." if undone else ""
    said = cause(run) or ""
    evidence: dict[str, float | int | str] = {
        "worker": run.label(found.first),
        "exitcode": found.first.exitcode or 0,
        "died": 1 + found.others + found.followed,
        "ended_by_strategy": found.followed,
        "lost": lost,
        "not_started": undone,
    }
    if found.task is not None:
        evidence["task"] = found.task
    who = run.label(found.first)
    return Finding(
        "lost-worker", f"{capital(who)} died", f"{capital(said)}: {went}.{again}", evidence
    )


@rule(30, of_ends=True)
def failures(facts: Facts) -> Finding | None:
    """Tasks that raised."""
    run = facts.run
    failed = run.count(Outcome.FAILED)
    if not failed:
        return None
    known = run.tasks.failures
    evidence: dict[str, float | int | str] = {"failed": failed, "tasks": facts.tasks}
    said = ""
    if known:
        task = min(known)
        error = shortened(known[task].error, LONGEST)
        evidence |= {"task": facts.number(task), "error": error}
        said = f", the first one with {error}"
    many = f"{failed:,} of {count(facts.tasks, 'task')} failed"
    return Finding("failures", many, f"{many}{said}", evidence)
