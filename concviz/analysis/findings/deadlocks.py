"""Findings about threads that wait for what nobody seems to be left to give them."""

from __future__ import annotations

from concviz.analysis.at_rest import at_rest
from concviz.analysis.findings.facts import Facts
from concviz.analysis.findings.finding import Evidence, Finding
from concviz.analysis.findings.registry import Of, rule
from concviz.analysis.standstill import Standstill, Wait, standstills
from concviz.analysis.statistics import NS
from concviz.analysis.wording import capital, duration, listed, shortened
from concviz.model.run import Run
from concviz.model.tasks import Outcome

FORCED = 128 + 2, 128 + 9, 128 + 15
"""Exit statuses of who was ended by a signal, by itself or as a shell says it."""
AT_THE_END_NS = 500_000_000
"""Before the end of a program that is ended, when it does what it can still do."""
NAMED = 4
"""Threads that are named; there may be a thousand."""


@rule(14, Of.PROGRAM)
def held_at_fork(facts: Facts) -> Finding | None:
    """A lock that was copied in its locked state: who would release it does not exist here."""
    found = [each for each in _found(facts) if each.alone and each.forked]
    if not found:
        return None
    worst = found[0]
    who, where = _who(facts.run, worst.waits[0]), _where(facts.run, worst.waits[0])
    end = ", to its end" if worst.to_the_end else ""
    return Finding(
        "held-at-fork",
        "A lock was held at the fork",
        f"{capital(who)} waited for a lock{where} for {duration(worst.lasted / NS)}{end}, and it "
        "is the only thread of its process: who had the lock when that was forked does not exist "
        "there. Start processes before threads, or with spawn or forkserver.",
        _evidence(facts, found),
    )


@rule(16, Of.PROGRAM)
def deadlock(facts: Facts) -> Finding | None:
    """Threads that wait for locks, and nobody left who could release one."""
    found = [each for each in _found(facts) if not (each.alone and each.forked)]
    if not found:
        return None
    worst, run = found[0], facts.run
    took = duration(worst.lasted / NS)
    if worst.alone:
        wait = worst.waits[0]
        said = (
            f"{capital(_who(run, wait))} waited for a lock{_where(run, wait)} for {took}, and it "
            "is the only thread of its process: it seems to have that lock itself. Use an RLock, "
            "or do not take it again."
        )
    elif len({wait.lock for wait in worst.waits}) > 1:
        said = (
            f"Nothing moved for {took}: {_all(run, worst)}. Each seems to have what another one "
            "waits for: take locks in the same order everywhere, or with a timeout."
        )
    else:
        said = (
            f"Nothing moved for {took}: {_all(run, worst)}, and every other thread waits, too: "
            "whoever has the lock seems to wait for one that wants it. Release locks before "
            "waiting for others."
        )
    return Finding("deadlock", "It looks like a deadlock", said, _evidence(facts, found))


@rule(17, Of.PROGRAM)
def standstill(facts: Facts) -> Finding | None:
    """A program that had to be ended from outside, as nothing in it moved any more."""
    run = facts.run
    if not run.stop_requested and (run.exitcode or 0) not in FORCED and (run.exitcode or 0) >= 0:
        return None
    last = run.log.stop if run.stop_requested else run.finished - AT_THE_END_NS
    rest = at_rest(run, min(last, run.finished - AT_THE_END_NS))
    if rest is None or run.count(Outcome.LOST) + run.count(Outcome.STOPPED) == 0:
        return None
    took = duration((rest.until - rest.since) / NS)
    return Finding(
        "standstill",
        "Nothing moved any more",
        f"For {took}, until it was ended from outside, every thread waited for another one: "
        f"{rest.where}. If it was not to idle, what they wait for never came: look for a result, "
        "an item or an end that nobody gives, and wait with a timeout.",
        {
            "lasted_s": (rest.until - rest.since) / NS,
            "threads": len(rest.waiting),
            "tasks": run.count(Outcome.LOST) + run.count(Outcome.STOPPED),
        },
    )


def _found(facts: Facts) -> list[Standstill]:
    return standstills(facts.run, facts.run.finished)


def _all(run: Run, stood: Standstill) -> str:
    """For example "Thread-1 waits for a lock in move, Thread-2 for another one in audit"."""
    locks: list[str] = []
    said: list[str] = []
    for wait in stood.waits[:NAMED]:
        if wait.lock in locks:
            which = "a lock" if not said else "the same one" if len(locks) == 1 else "a lock"
        else:
            which = "another one" if locks else "a lock"
            locks.append(wait.lock)
        waits = "waits for " if not said else "for "
        said.append(f"{_who(run, wait)} {waits}{which}{_where(run, wait)}")
    more = len(stood.waits) - NAMED
    if more > 0:
        said.append(f"{more:,} more for locks")
    return listed(said)


def _who(run: Run, wait: Wait) -> str:
    return shortened(run.label(wait.worker), 40)


def _where(run: Run, wait: Wait) -> str:
    function = run.locks.functions.get(wait.lock, "")
    return f" in {shortened(function, 60)}" if function else ""


def _evidence(facts: Facts, found: list[Standstill]) -> Evidence:
    worst = found[0]
    return {
        "lasted_s": worst.lasted / NS,
        "threads": len(worst.waits),
        "locks": len({wait.lock for wait in worst.waits}),
        "processes": len(found),
        "worker": facts.run.label(worst.waits[0].worker),
        "function": facts.run.locks.functions.get(worst.waits[0].lock, ""),
        "to_the_end": str(worst.to_the_end).lower(),
    }
