"""Findings about what the workers waited for."""

from __future__ import annotations

from heapq import nlargest

from concviz.analysis.findings.facts import Facts
from concviz.analysis.findings.finding import Finding
from concviz.analysis.findings.registry import Of, rule
from concviz.analysis.overlap import together
from concviz.analysis.statistics import NS
from concviz.analysis.thresholds import (
    CORE,
    LOCK,
    LOOP,
    MAINLY,
    MATTERS,
    NEARLY_ALL,
    NEGLIGIBLE,
)
from concviz.analysis.wording import capital, count, duration, percent
from concviz.model.tasks import UNKNOWN
from concviz.trace.sanitize import sanitize
from concviz.trace.states import COMPETING, State

BLOCKED_NS = 100_000_000
"""A pause of an event loop that people notice: up to a tenth of a second seems instantaneous (R. B.
Miller, "Response time in man-computer conversational transactions", 1968)."""


@rule(50, of_dispatch=True)
def gil_wait(facts: Facts) -> Finding | None:
    """Threads that mostly queue for the interpreter."""
    share = facts.share(State.GIL_WAIT)
    if facts.kind != "thread" or len(facts.workers) < 2 or share < MATTERS:
        return None
    return Finding(
        "gil-wait",
        "Threads gained nothing" if _one_at_a_time(facts) else "Threads queued for the GIL",
        f"The threads waited {percent(share)} of their time for the GIL, which one of them can "
        "have at a time: use processes (or a free-threaded build).",
        {
            "gil_wait_share": share,
            "gil_wait_s": facts.seconds(State.GIL_WAIT),
            "running_share": facts.share(State.RUNNING),
            "workers": len(facts.workers),
        },
    )


def _one_at_a_time(facts: Facts) -> bool:
    """Whether one thread alone would have been as fast: all computed, and no two at a time."""
    ran, wanted = facts.spent[State.RUNNING], (State.RUNNING, State.GIL_WAIT, State.CORE_WAIT)
    return (
        facts.did_all
        and facts.share(*wanted) >= NEARLY_ALL
        and ran <= (1 + NEGLIGIBLE) * facts.makespan
    )


@rule(100, of_dispatch=True)
def core_wait(facts: Facts) -> Finding | None:
    """More workers that compute than there are cores."""
    share, cores, workers = facts.share(State.CORE_WAIT), facts.cores, len(facts.workers)
    if facts.kind in ("main", "coroutine", "cluster") or cores is None or workers <= cores:
        return None
    if share < CORE or facts.share(State.GIL_WAIT) >= MATTERS:
        return None
    if facts.part is not None:
        workers = min(workers, together(facts.run))  # others came before or after them
        if workers <= cores or not facts.computes:
            return None  # a core for now and then: somebody else has them
    few = count(cores, "core")
    most = f" More than {max(1, round(cores)):,} at once gain nothing here."
    computes = facts.share(State.RUNNING, State.CORE_WAIT) >= NEARLY_ALL
    return Finding(
        "core-wait",
        f"{workers:,} {facts.workers_word} share {few}",
        f"{workers:,} {facts.workers_word} share {few}: {percent(share)} of their time was spent "
        f"waiting for a core.{most if computes else ''}",
        {
            "core_wait_share": share,
            "core_wait_s": facts.seconds(State.CORE_WAIT),
            "workers": workers,
            "cores": cores,
        },
    )


@rule(90, of_dispatch=True)
def coroutines_at_locks(facts: Facts) -> Finding | None:
    """The same of coroutines, which tell that it is a lock or a semaphore, but not which one."""
    share = facts.share(State.LOCK)
    if facts.kind != "coroutine" or len(facts.workers) < 2 or share < LOCK:
        return None
    # What is left of the time of all: so many were through at a time, on average.
    waits = State.LOCK, State.TASK_WAIT, State.LOOP_WAIT
    through = (sum(facts.spent) - sum(facts.spent[state] for state in waits)) / facts.makespan
    few = f"about {round(through):,}" if through >= 1.5 else "one"
    many = count(facts.tasks, "coroutine")
    return Finding(
        "lock-convoy",
        "Coroutines queued for locks",
        f"The coroutines spent {percent(share)} of their time waiting for locks or semaphores, "
        f"which let through {few} at a time of {many}: hold them for a shorter time, or let more "
        "in at once.",
        {
            "lock_share": share,
            "lock_s": facts.seconds(State.LOCK),
            "workers": len(facts.workers),
            "at_once": through,
        },
    )


@rule(70, of_dispatch=True)
def loop_wait(facts: Facts) -> Finding | None:
    """Coroutines that queue for the event loop, though none keeps it for long."""
    share, running = facts.share(State.LOOP_WAIT), facts.share(State.RUNNING)
    if facts.kind != "coroutine" or len(facts.workers) < 2 or share < LOOP:
        return None
    if loop_blocked(facts) is not None:
        return None
    return Finding(
        "loop-wait",
        "Coroutines queued for the event loop",
        f"The coroutines waited {percent(share)} of their time for the event loop, on which one of "
        f"them runs at a time; {percent(running)} of it they ran. Processes, or threads where the "
        "GIL is released, would do that side by side.",
        {"loop_wait_share": share, "loop_wait_s": facts.seconds(State.LOOP_WAIT)},
    )


@rule(80, of_dispatch=True)
def lock_convoy(facts: Facts) -> Finding | None:
    """Workers that queue for the same lock."""
    wanted = [lock for lock in facts.locks if lock.workers > 1]
    whole = sum(facts.spent)
    share = sum(lock.waited_ns for lock in wanted) / whole if whole else 0.0
    if share < LOCK:
        return None
    worst = wanted[0]
    where = f" in {sanitize(worst.function)}" if worst.function else ""
    which = f"the same lock{where}" if len(wanted) == 1 else f"{len(wanted):,} locks"
    return Finding(
        "lock-convoy",
        f"{capital(facts.workers_word)} queued for {'one lock' if len(wanted) == 1 else 'locks'}",
        f"{worst.workers:,} {facts.workers_word} spent {percent(share)} of their time waiting for "
        f"{which}, up to {worst.at_once:,} at once: hold it for a shorter time, or give each "
        "worker its own data.",
        {
            "lock_share": share,
            "lock_s": sum(lock.waited_ns for lock in wanted) / NS,
            "locks": len(wanted),
            "waits": sum(lock.waits for lock in wanted),
            "workers": worst.workers,
            "at_once": worst.at_once,
        },
    )


@rule(110, Of.PLAN)
def in_turn(facts: Facts) -> Finding | None:
    """A loop over tasks that only wait."""
    share = facts.share(State.SLEEP, State.IO)
    if facts.kind != "main" or facts.tasks < 2 or share < MAINLY:
        return None
    return Finding(
        "waits-in-turn",
        "The waits came one by one",
        f"The tasks waited {percent(share)} of their time (I/O, sleep), one after the other: "
        "threads or asyncio would let them wait together.",
        {"wait_share": share, "wait_s": facts.seconds(State.SLEEP, State.IO)},
    )


@rule(60)
def loop_blocked(facts: Facts) -> Finding | None:
    """A coroutine that computes, or waits without awaiting, while others could have gone on."""
    tasks = facts.run.tasks
    spans = [
        (end - begin, task, begin)
        for task in tasks.loop_keepers
        for begin, end in tasks.kept_loop(task)
    ]
    if facts.kind != "coroutine" or facts.tasks < 2 or not spans:
        return None
    harmful = nlargest(FEW, (span for span in spans if span[0] >= BLOCKED_NS))
    worst = next((span for span in harmful if _kept_others(facts, *span)), None)
    if worst is None:
        return None
    longest, task, begin = worst
    blocked = sum(length for length, *_ in spans)
    did, better = _meanwhile(facts, task, begin, begin + longest)
    return Finding(
        "loop-blocked",
        "The event loop was blocked",
        f"The event loop was blocked for {duration(longest / NS)} by {facts.name(task)} (in all: "
        f"{percent(min(1.0, blocked / facts.makespan))} of the run){did}: nothing else went on. "
        f"{better}.",
        {
            "longest_s": longest / NS,
            "task": facts.number(task),
            "blocked_s": blocked / NS,
            "blocked_share": min(1.0, blocked / facts.makespan),
        },
    )


FEW = 20
"""Of the longest pauses, so many are looked at."""


def _kept_others(facts: Facts, length: int, task: int, begin: int) -> bool:
    """Whether another task was there that did not only wait for others to be done."""
    run = facts.run
    for other in range(len(run.tasks)):
        submitted, finished = run.tasks.submitted[other], run.tasks.finished[other]
        if other == task or submitted >= begin + length or UNKNOWN != finished <= begin:
            continue
        if run.tasks.started[other] == UNKNOWN:
            if other not in run.tasks.cancelled:
                return True
            continue
        spent = run.workers[run.tasks.worker[other]].awaits.between(begin, begin + length)
        if not sum(spent) or spent[State.TASK_WAIT] < NEARLY_ALL * sum(spent):
            return True
    return False


def _meanwhile(facts: Facts, task: int, begin: int, end: int) -> tuple[str, str]:
    """What the loop's thread did, where that was seen, and what would be better."""
    index = facts.run.tasks.worker[task]
    spent = facts.run.workers[index].states.between(begin, end) if index != UNKNOWN else []
    for states, did, better in _INSTEAD:
        if sum(spent) and sum(spent[state] for state in states) >= MAINLY * sum(spent):
            return f", whose thread {did}", better
    return "", "Await in between, or move the work to a thread or a process"


_INSTEAD = (
    ((State.SLEEP,), "slept", "Await asyncio.sleep() instead, which lets others go on"),
    ((State.IO,), "waited for I/O", "Await that, or move it to a thread (asyncio.to_thread)"),
    (
        (State.LOCK, State.THREAD_WAIT),
        "waited for another one",
        "Await that, or move it to a thread (asyncio.to_thread)",
    ),
    (
        (State.RUNNING, *COMPETING),
        "computed",
        "Await in between, or move the work to a process",
    ),
)
