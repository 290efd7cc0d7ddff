"""What is found in made-up programs."""

from __future__ import annotations

from concviz.analysis.findings import Finding, findings
from concviz.trace import events
from concviz.trace.worker_kind import WorkerKind
from tests.builders.programs import PID, Made, made
from tests.builders.told import at, sampled


def found(told: Made, end: float, exitcode: int = 0) -> dict[str, Finding]:
    """By their ids; the program was gone at ``end`` (milliseconds)."""
    return {finding.id: finding for finding in findings(told.run(end, exitcode))}


def program(**lane: object) -> tuple[Made, str]:
    """One with a main thread."""
    told = made("script.py")
    return told, told.process(0, name="script.py", **lane)  # type: ignore[arg-type]


def locked(told: Made, lane: str, since: float, until: float, lock: str, where: str = "") -> None:
    """A thread waits for that lock, in a function of that name, as samples of 20 ms tell."""
    at_ms = since
    while at_ms < until:
        end = min(at_ms + 20, until)
        told.told.append(sampled(lane, at_ms, end, lock, lock=end - at_ms))
        at_ms = end
    if where:
        told.told.append(events.LockSeen(at(since + 20), lock, where))


def pool_of(
    told: Made, workers: int, kind: str = "thread-pool", ms: float = 0
) -> tuple[int, list[str]]:
    """A pool: its number, and its lanes."""
    group = told.group(ms, kind, "ThreadPoolExecutor" if kind == "thread-pool" else "Pool")
    base = PID + 100 * group
    if kind == "thread-pool":
        names = [f"ThreadPoolExecutor-{group}_{n}" for n in range(workers)]
        lanes = [told.thread(ms, PID, base + n, name, group=group) for n, name in enumerate(names)]
    else:
        lanes = [
            told.process(ms, base + n, f"ForkProcess-{n + 1}", PID, "fork", group=group)
            for n in range(workers)
        ]
    return group, lanes


__all__ = ["PID", "WorkerKind", "at", "events", "found", "locked", "made", "pool_of", "program"]
