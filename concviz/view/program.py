"""A program in words: what runs and how it ended, who is alive, its groups, what is not seen."""

from __future__ import annotations

import shlex
from pathlib import PurePath

from concviz.analysis.time_breakdown import of_threads
from concviz.analysis.wording import count, duration, shortened
from concviz.model.entities import Phase
from concviz.model.exit_status import ended
from concviz.model.groups import GroupTasks
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN, Outcome
from concviz.trace.header import Program
from concviz.trace.sanitize import sanitize
from concviz.trace.states import State
from concviz.trace.worker_kind import WorkerKind
from concviz.view.cluster import machines

NS = 1_000_000_000
MOST_ARGUMENTS = 60
"""Characters of what a program was started with."""
MOST_GROUPS = 12
MOST_NOT_SEEN = 6
_COUNTED = (
    *(Outcome.RUNNING, Outcome.WAITING, Outcome.FINISHED, Outcome.FAILED, Outcome.CANCELLED),
    *(Outcome.LOST, Outcome.STOPPED, Outcome.NOT_STARTED, Outcome.CUT_OFF),
)


def command(program: Program, most: int = MOST_ARGUMENTS) -> str:
    """For example "script.py --fast"; of a path its last part."""
    first, *rest = program.argv or [""]
    if program.how == "cluster":
        return shortened(f"cluster {first}", most)
    name = first if first == "-m" else PurePath(first).name or first
    said = sanitize(shlex.join([name, *rest]))
    return said if len(said) <= most else f"{said[: most - 1]}…"


def badge(program: Program, pid: int, *, live: bool) -> str:
    """What is done with it: "watching", "attached to 4711"."""
    if program.how == "cluster":
        return "watching" if live else "watched"
    if program.how == "attached":
        return f"attached to {program.pid or pid or '?'}" if live else "was attached"
    return "watching" if live else "watched"


def said_of(run: Run, program: Program) -> list[str]:
    """What is shown, from all that is worth a line to the least of it."""
    name = command(program)
    if program.how == "cluster":
        return _said_of_cluster(run, name)
    pid = program.pid or run.pid
    here = run.environment.python if run.environment is not None else ""
    python = f" · Python {sanitize(program.python)}" if program.python not in ("", here) else ""
    end = " · under way"
    if run.ended:
        status = "" if run.exitcode is None else f" · {exit_status(run)}"
        took = run.finished - run.started if run.started != UNKNOWN else None
        end = status + ("" if took is None else f" · {duration(max(0, took) / NS)}")
    numbered = f" · pid {pid}" if pid else ""
    return [f"{name}{numbered}{python}{end}", f"{name}{numbered}{end}", f"{name}{end}", name]


def _said_of_cluster(run: Run, name: str) -> list[str]:
    end = " · under way"
    if run.ended:
        took = run.finished - run.started if run.started != UNKNOWN else None
        end = "" if took is None else f" · watched for {duration(max(0, took) / NS)}"
    who = f" · {said}" if (said := machines(run)) else ""
    return list(dict.fromkeys([f"{name}{who}{end}", f"{name}{who}", name]))


def was_let_go(run: Run) -> bool:
    """Whether it was attached to, and is not any more although it had not ended."""
    attached = run.program is not None and run.program.how in ("attached", "cluster")
    return attached and run.phase is Phase.CUT_OFF


def exit_status(run: Run) -> str:
    """How it ended, for example "exit status 1"; "" where that is not known."""
    return "" if run.exitcode is None else ended(run.exitcode)


def alive(run: Run) -> str:
    """Who is there now, for example "7 threads in 2 processes"; of one that is over how many were.

    Threads are those that were seen; a coroutine's row is none.
    """
    if run.program is not None and run.program.how == "cluster":
        return machines(run) or "no worker"
    lanes = [w for w in run.workers if w.kind is not WorkerKind.COROUTINE and w.pid is not None]
    if not run.ended:
        lanes = [lane for lane in lanes if lane.ended == UNKNOWN]
    threads = count(len(lanes), "thread")
    return f"{threads} in {count(len({lane.pid for lane in lanes}), 'process', 'processes')}"


def cpu(run: Run, now: int) -> str:
    """CPU time of all its threads that were seen."""
    return duration(of_threads(run, now)[State.RUNNING] / NS)


def groups(run: Run) -> list[tuple[str, str]]:
    """Each group that had tasks: its name, and how far these are."""
    found = [
        (_name(run, number), _so_far(run, group))
        for number, group in list(run.by_group.items())[:MOST_GROUPS]
    ]
    if (more := len(run.by_group) - MOST_GROUPS) > 0:
        found.append(("…", count(more, "more group")))
    return found


def _name(run: Run, number: int) -> str:
    group = run.surroundings.groups.get(number)
    return sanitize((group.label or group.kind) if group is not None else f"group {number}")


def _so_far(run: Run, group: GroupTasks) -> str:
    if run.ended:  # what became of the rest is known only now
        outcomes = run.tasks.outcome
        tally = [0] * len(Outcome)
        for task in group.tasks:
            tally[outcomes[task]] += 1
        known = {outcome: tally[outcome] for outcome in _COUNTED}
    else:
        known = {outcome: group.count(outcome) for outcome in _COUNTED[:5]}
    words = {Outcome.WAITING: "queued"}
    said = [f"{n:,} {words.get(outcome, outcome.word)}" for outcome, n in known.items() if n]
    only = len(said) == 1 and known[Outcome.FINISHED]
    return f"{count(len(group), 'task')}" + ("" if only or not said else f": {', '.join(said)}")


def not_seen(run: Run) -> list[str]:
    """What cannot be seen of it, a sentence each."""
    said = list(dict.fromkeys(sanitize(told.what) for told in run.not_seen))
    shown = said[:MOST_NOT_SEEN]
    if (more := len(said) - len(shown)) > 0:
        shown.append(f"… {more:,} more")
    return shown
