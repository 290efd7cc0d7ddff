"""Findings about tasks and workers that came to a bad end."""

from __future__ import annotations

from concviz.model.exits import ended
from concviz.model.findings.facts import Facts
from concviz.model.findings.finding import Finding
from concviz.model.literal import literal
from concviz.model.tasks import Outcome

LONGEST = 80
"""Characters of an error that are quoted."""


def lost_worker(facts: Facts) -> Finding | None:
    """A worker that died, and what went with it."""
    run = facts.run
    dead = [worker for worker in run.workers if worker.exitcode is not None]
    if not dead:
        return None
    lost = run.count(Outcome.LOST)
    undone = run.count(Outcome.NOT_STARTED)
    went = f"{_tasks(lost)} lost" if lost else "no task lost"
    went += f", {undone:,} not started" if undone else ""
    others = f" and {len(dead) - 1:,} more" if len(dead) > 1 else ""
    idle = " A broken pool gives up what is left: submit again what is missing." if undone else ""
    first = dead[0]
    return Finding(
        "lost-worker",
        f"{run.label(first).capitalize()}{others} died ({ended(first.exitcode or 0)}): {went}."
        f"{idle}",
        {
            "died": len(dead),
            "exitcode": first.exitcode or 0,
            "lost": lost,
            "not_started": undone,
        },
    )


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
        error = literal(known[task].error)
        error = error if len(error) <= LONGEST else f"{error[: LONGEST - 1]}…"
        evidence |= {"task": task, "error": error}
        said = f", the first one with {error}"
    return Finding("failures", f"{failed:,} of {_tasks(facts.tasks)} failed{said}", evidence)


def _tasks(number: int) -> str:
    return f"{number:,} task{'' if number == 1 else 's'}"
