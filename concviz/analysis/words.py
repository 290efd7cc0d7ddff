"""Words for the facts of a run, the same wherever they are said."""

from __future__ import annotations

from collections.abc import Sequence

from concviz.analysis.lock_waits import Waited, of_run
from concviz.analysis.statistics import Summary
from concviz.model.entities import Phase
from concviz.model.run import Run
from concviz.model.tasks import Outcome
from concviz.trace.sanitize import sanitize
from concviz.trace.states import State
from concviz.trace.worker_kind import WorkerKind

_LEFT_OUT = {
    "unreadable": "unreadable lines",
    "unknown": "events of unknown tasks",
    "duplicate": "events that came twice",
    "output_lines": "earlier printed lines",
    "output_characters": "printed characters",
    "results": "results",
    "unread": "events dropped at the end",
}


def duration(seconds: float) -> str:
    """A length of time in a unit that suits it, for example "2.004 s", "12.3 ms", "85 µs"."""
    if seconds >= 100:
        return f"{seconds:,.0f} s"
    if seconds >= 0.9995:
        return f"{seconds:.{3 if seconds < 10 else 2}f} s"
    if seconds >= 0.0009995:
        return f"{seconds * 1e3:.{1 if seconds < 0.1 else 0}f} ms"
    return f"{seconds * 1e6:.0f} µs"


def outcomes(run: Run) -> list[tuple[Outcome, str]]:
    """How many tasks ended in which way, for example "4 finished", "1 failed"."""
    return [(o, f"{run.count(o):,} {o.word}") for o in Outcome if run.count(o)]


def left_out(run: Run) -> list[str]:
    """What is not shown or made no sense, and how much of it; empty when nothing."""
    return [
        f"{number:,} {_LEFT_OUT[field]}" for field, number in vars(run.counts).items() if number
    ]


def state(run: Run, state: State, short: bool = False) -> str:
    """A state in words; what they can say depends on the workers and on what can be seen.

    In its short steps a coroutine may have been blocked, or its thread may have had no core.
    """
    if run.of_coroutines and state.of_a_coroutine:
        return state.short if short else state.of_a_coroutine
    observer = run.environment.observer if run.environment is not None else None
    if state is State.THREAD_WAIT:
        lock = "" if observer is not None and observer.locks else "lock or "
        who = "thread or process" if run.kind is WorkerKind.PROCESS else "thread"
        return f"{lock}thread" if short else f"waiting for {lock and 'a '}{lock}another {who}"
    counted = observer is not None and observer.cpu and not run.of_coroutines
    if state is State.UNKNOWN and not short and not counted:
        return "not running, or not seen"
    return state.short if short else state.word


def speedup(run: Run, summary: Summary) -> str:
    """For example "2.50× (measured)"."""
    if (known := summary.speedup) is not None:
        factor = f"{known.factor:.2f}×"
        return (
            f"{factor} (measured)"
            if known.measured
            else (f"at most {factor}: run sequential to measure")
        )
    if run.phase is Phase.FINISHED and not run.count(Outcome.LOST):
        return "run sequential to measure"
    return "unknown: not all was done"


def workers(run: Run) -> str:
    """What the workers are, for example "threads"."""
    return run.kind.plural


def lock(run: Run, waited: Waited, whole: int, of: str = "task time") -> str:
    """For example "lock A (in add): 68 % of task time, 41 waits, up to 3 threads at once"."""
    where = f" (in {sanitize(waited.function)})" if waited.function else ""
    waits = f"{waited.waits:,} wait{'' if waited.waits == 1 else 's'}"
    said = f"{waited.name}{where}: {percent(waited.waited_ns / whole)} of {of}, {waits}"
    if waited.workers > 1:
        said += (
            f", up to {waited.at_once:,} {workers(run)} at once"
            if waited.at_once > 1
            else (f" of {waited.workers:,} {workers(run)}")
        )
    return said


def locks(run: Run, spent: Sequence[int], most: int = 5) -> list[str]:
    """The locks that were waited for, the longest first, and how many more there are."""
    found = of_run(run, spent[State.LOCK])
    whole = max(1, sum(spent))
    said = [lock(run, waited, whole) for waited in found[:most]]
    return said + ([f"{len(found) - most:,} more"] if len(found) > most else [])


def shares(spent: Sequence[int], least: float = 0.005) -> list[tuple[State, float]]:
    """The states that took a share worth a word, the largest first."""
    whole = sum(spent)
    if not whole:
        return []
    found = [(state, spent[state] / whole) for state in State]
    return sorted((pair for pair in found if pair[1] >= least), key=lambda pair: -pair[1])


def percent(share: float) -> str:
    """For example "71 %"."""
    return f"{share * 100:.0f} %"


def capital(text: str) -> str:
    """As a sentence begins."""
    return text[:1].upper() + text[1:]


def times(factor: float) -> str:
    """For example "1.88×"."""
    return f"{factor:.2f}×"


def spoken(strategy: str) -> str:
    """A strategy's id as it is said, for example "process pool"."""
    return sanitize(strategy).replace("-", " ")


def listed(names: Sequence[str]) -> str:
    """For example "a, b and c"."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def size(held: int) -> str:
    """Memory in a unit that suits it, for example "18.1 MB"."""
    if held < 1e6:
        return f"{held / 1e3:.{1 if held < 1e4 else 0}f} kB"
    return f"{held / 1e9:.2f} GB" if held >= 1e9 else f"{held / 1e6:.{1 if held < 1e8 else 0}f} MB"


def left(seconds: float) -> str:
    """What is still to come, as far as anybody can tell: "about 40 s left"."""
    if seconds < 1:
        return "nearly done"
    if seconds < 90:
        return f"about {seconds:.0f} s left"
    return f"about {seconds / 60:.0f} min left"
