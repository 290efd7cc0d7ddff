"""Findings about tasks and workers that came to a bad end."""

from __future__ import annotations

from concviz.analysis.deaths import cause, deaths
from concviz.analysis.ended_processes import BROKEN
from concviz.analysis.findings.facts import Facts
from concviz.analysis.findings.finding import Evidence, Finding
from concviz.analysis.findings.registry import Of, rule
from concviz.analysis.wording import capital, count, shortened
from concviz.model.entities import Phase
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN, Outcome
from concviz.trace.worker_kind import WorkerKind

LONGEST = 80
"""Characters of an error that are quoted."""
TO_NOBODY = "threads", "processes"
"""Kinds of groups whose tasks can tell nobody how they ended: what they raise is printed."""
LOOP = "loop"
WITH_FUTURES = "thread-pool", "process-pool", "interpreter-pool", "pool", LOOP
"""Kinds of groups that keep what a task raises for whoever asks."""
OUT_OF_LOOP = "SystemExit", "KeyboardInterrupt"
"""What a loop does not keep in the task that raises it, but raises itself."""
SOON_NS = 1_000_000_000
"""Nobody can be blamed for not having asked so soon, in a program that was ended meanwhile."""


@rule(20, Of.PLAN)
def lost_worker(facts: Facts) -> Finding | None:
    """A worker that died, and what went with it."""
    run = facts.run
    found = deaths(run)
    if found is None or facts.kind == WorkerKind.CLUSTER:  # whose scheduler deals with that
        return None
    lost, undone = run.count(Outcome.LOST), run.count(Outcome.NOT_STARTED)
    went = f"{count(lost, 'task')} lost" if lost else "no task lost"
    went += f", {undone:,} not started" if undone else ""
    again = " A broken pool gives up what is left: submit again what is missing." if undone else ""
    said = cause(run) or ""
    evidence: Evidence = {
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
    """Tasks that raised, of a plan; of a program, where no caller can get at what they raised."""
    run = facts.run
    failed = run.count(Outcome.FAILED)
    if not failed or (facts.part is not None and facts.part.group.kind not in TO_NOBODY):
        return None
    known = run.tasks.failures
    evidence: Evidence = {"failed": failed, "tasks": facts.tasks}
    many = f"{failed:,} of {count(facts.tasks, 'task')} failed"
    said = many
    if known:
        task = min(known)
        said += f", the first one with {_error(facts, task, evidence)}"
    if facts.part is not None:
        said += (
            ". Whoever waits for the end of a thread or a process is not told: hand such work to "
            "an executor and ask for its result, or let it deal with that."
        )
    return Finding("failures", many, said, evidence)


@rule(32, Of.GROUP, of_ends=True)
def unseen_failures(facts: Facts) -> Finding | None:
    """Exceptions that are kept in futures which nobody has asked."""
    part, tasks = facts.part, facts.run.tasks
    if part is None or part.group.kind not in WITH_FUTURES:
        return None
    late = part.whole.finished - (0 if _by_itself(part.whole) else SOON_NS)
    passed_on = (*BROKEN, *(OUT_OF_LOOP if part.group.kind == LOOP else ()))
    unseen = [
        task
        for task in tasks.failures
        if tasks.collected[task] == UNKNOWN
        and tasks.finished[task] <= late
        and not tasks.failures[task].error.startswith(passed_on)
    ]
    if not unseen:
        return None
    first = min(unseen)
    evidence: Evidence = {"unseen": len(unseen), "tasks": facts.tasks}
    error = _error(facts, first, evidence)
    which = (
        f"{facts.name(first)} with {error}"
        if len(unseen) == 1
        else f"the first, {facts.name(first)}, with {error}"
    )
    advice = (
        "the task keeps an exception until it is awaited or exception() is called. Await every "
        "task, or start them in a TaskGroup."
        if part.group.kind == LOOP
        else "an exception is kept in the future until result() or exception() is called. Ask "
        "every future for its result."
    )
    return Finding(
        "unseen-failures",
        f"{count(len(unseen), 'exception')} nobody looked at",
        f"{len(unseen):,} of {count(facts.tasks, 'task')} failed ({which}), and nobody asked: "
        + advice,
        evidence,
    )


def _error(facts: Facts, task: int, evidence: Evidence) -> str:
    error = shortened(facts.run.tasks.failures[task].error, LONGEST)
    evidence |= {"task": facts.number(task), "error": error}
    return error


def _by_itself(run: Run) -> bool:
    """Whether a program came to its own end: else somebody might still have asked."""
    return run.phase is Phase.FINISHED and not run.stop_requested and (run.exitcode or 0) >= 0
