"""Findings about processes of a program that came to a bad end, or never to their work."""

from __future__ import annotations

from concviz.analysis.ended_processes import (
    BadEnd,
    bad_ends,
    ended_with,
    lost_with,
    never_began,
    replaced,
)
from concviz.analysis.findings.facts import Facts
from concviz.analysis.findings.finding import Evidence, Finding
from concviz.analysis.findings.registry import Of, rule
from concviz.analysis.wording import capital, count, shortened
from concviz.model.exit_status import ended
from concviz.model.run import Run

KILLED = -9
BOOTSTRAPPING = "before the current process has finished its bootstrapping phase"
"""What Python says of a process that starts another one while it is being started itself."""


@rule(18, Of.PROGRAM)
def lost_process(facts: Facts) -> Finding | None:
    """A process that died, and what went with it."""
    run = facts.run
    found = list(bad_ends(run))
    if not found:
        return None
    first = max(found, key=lambda each: each.task is not None)  # of several the first
    under_way, waiting = lost_with(run, first)
    who = capital(shortened(run.label(first.worker)))
    how = ended(first.exitcode)
    where = "" if first.task is None else f" in {_name(run, first.task)}"
    said = f"{who} {'was' if first.exitcode < 0 else 'ended with'} {how}{where}"
    if first.exitcode == KILLED:
        said += " (by whom is not known; the kernel does so when memory runs out)"
    said += f": {_then(run, first, len(under_way), len(waiting))}"
    evidence: Evidence = {
        "worker": run.label(first.worker),
        "exitcode": first.exitcode,
        "died": len(found),
        "ended_by_pool": ended_with(run, first),
        "lost": len(under_way) + len(waiting),
        "not_started": len(waiting),
    }
    if first.task is not None:
        evidence["task"] = first.task
    return Finding("lost-worker", f"{who} died", said, evidence)


def _then(run: Run, bad: BadEnd, under_way: int, waiting: int) -> str:
    """What its pool made of it."""
    kind = bad.group.kind if bad.group is not None else ""
    if kind == "process-pool":
        others = ended_with(run, bad)
        also = f" ended {count(others, 'other worker')}," if others else ""
        never = f", {waiting:,} of which never began" if waiting else ""
        lost = count(under_way + waiting, "task")
        return (
            f"the executor{also} gave up all that was not done ({lost}{never}) and takes no more. "
            "Submit again what is missing, to a new executor."
        )
    if kind == "pool":
        new = (
            "the pool made a new worker, but does not do"
            if replaced(run, bad)
            else "the pool does not do"
        )
        return (
            f"{new} the task again, and its result never comes: get() without a timeout waits for "
            "ever. concurrent.futures' executor says when a worker dies."
        )
    return "what it had to do is lost, and nobody is told unless they look at its exitcode."


@rule(22, Of.PROGRAM)
def never_at_work(facts: Facts) -> Finding | None:
    """Processes that failed while they were being started."""
    run = facts.run
    found = list(never_began(run))
    if not found:
        return None
    began = {process.parent for process in run.surroundings.processes.values()}
    began |= {group.pid for group in run.surroundings.groups.values()}
    first = max(found, key=lambda each: each.worker.pid in began)  # of several the first
    who = capital(shortened(run.label(first.worker)))
    evidence: Evidence = {
        "worker": run.label(first.worker),
        "exitcode": first.exitcode,
        "processes": len(found),
    }
    if first.worker.pid in began or any(BOOTSTRAPPING in line.text for line in run.output):
        return Finding(
            "main-module-ran-again",
            "The script ran again in a child",
            f"{who} began to start workers of its own before it had come to its work, and ended "
            f"with {ended(first.exitcode)}: a process that is not forked imports the script anew. "
            'Start processes only beneath if __name__ == "__main__".',
            evidence,
        )
    return Finding(
        "never-at-work",
        f"{who} never came to its work",
        f"{who} ended with {ended(first.exitcode)} before it had a task: what a process does first "
        "that is not forked is to import the script and what its work needs, and that failed. Its "
        "traceback is on standard error.",
        evidence,
    )


def _name(run: Run, task: int) -> str:
    told = run.tasks.named.get(task)
    return shortened(told.label) if told is not None and told.label else f"task {task}"
