"""What is said of a run, in words: the same on the screen, on a page and in a legend."""

from __future__ import annotations

from collections.abc import Sequence

from concviz.analysis.deaths import cause, dead, deaths, how, who
from concviz.analysis.findings.finding import Finding
from concviz.analysis.lock_waits import Waited, of_run
from concviz.analysis.statistics import NS, Summary, makespan
from concviz.analysis.wording import count, duration, percent, shortened
from concviz.model.entities import Phase
from concviz.model.run import Run
from concviz.model.tasks import Outcome
from concviz.trace.sanitize import sanitize
from concviz.trace.states import State
from concviz.view.cluster import machines, of_cluster, on_cluster
from concviz.view.names import task_name
from concviz.view.program import command, said_of
from concviz.view.words import plan_words

MOST_DEATHS = 5
MOST_CUT, SHORT_NAME = 4, 40
"""Tasks under way that are named, and characters of such a name."""
MOST_LOCKS = 5
MOST_GROUPS = 3
NEAR = 0.02
"""A share that is no farther from a simple part of one is said as that."""
_PARTS = ((0.25, "a quarter"), (1 / 3, "a third"), (0.5, "half"), (0.75, "three quarters"))

LASTED = {
    Phase.STOPPED: "stopped after",
    Phase.DIED: "died after",
    Phase.CUT_OFF: "recorded for",
}
"""What is said before how long a run took, where it did not come to its end."""

_LEFT_OUT = {
    "unreadable": ("unreadable line", "unreadable lines"),
    "unknown": ("event of an unknown task", "events of unknown tasks"),
    "duplicate": ("event that came twice", "events that came twice"),
    "output_lines": ("earlier printed line", "earlier printed lines"),
    "output_characters": ("printed character", "printed characters"),
    "results": ("result", "results"),
    "not_told": (
        "event that came too fast to be told",
        "events that came too fast to be told",
    ),
    "unread": ("event dropped at the end", "events dropped at the end"),
}
"""Of one, and of several."""


def what_ran(run: Run) -> str:
    """For example "5 × sleep 1 s, thread-pool", "server.py --fast"; of others its first groups."""
    if run.plan is not None:
        return f"{plan_words(run.plan)}, {sanitize(run.plan.strategy)}"
    if run.program is not None:
        return command(run.program)
    labels = [group.label or group.kind for group in run.surroundings.groups.values()]
    return ", ".join([count(len(run.tasks), "task"), *map(sanitize, labels[:MOST_GROUPS])])


def what_is_shown(run: Run) -> list[str]:
    """What is shown, and how it ended, from all that is worth a line to the least of it.

    For example "5 × sleep 1 s on thread-pool, 3 workers · took 2.004 s".
    """
    if run.program is not None:
        return said_of(run, run.program)
    work = what_ran(run)
    if run.plan is not None:
        work = f"{plan_words(run.plan)} on {sanitize(run.plan.strategy)}"
    workers = f", {count(len(run.workers), 'worker')}" if run.ended and run.workers else ""
    end = " · under way"
    if run.ended:
        took = makespan(run)
        end = f" · {LASTED.get(run.phase, 'took')} {duration(took)}" if took is not None else ""
    forms = [f"{work}{workers}{end}", f"{work}{end}", work]
    if on_cluster(run):
        wheres = [f"{work} · {where}" for where in (of_cluster(run), machines(run)) if where]
        forms = [form for where in wheres for form in (f"{where}{end}", where)] + forms[1:]
    return forms


def how_far(run: Run) -> tuple[int, int, str]:
    """Tasks that are done, of how many, and that in words: of none where it is not known."""
    # What was lost is not done where it is done again.
    done = sum(run.count(o) for o in Outcome if o.ended) - len(run.tasks.attempts)
    done = max(0, done)
    if run.expected_tasks is None:  # those that there are need not be all
        return 0, 0, f"{done:,} done so far"
    total = max(run.expected_tasks, run.different_tasks)
    return done, total, f"{done:,} of {total:,} done"


def part_of(share: float) -> str:
    """A share as it is said, for example "half"; "" where no such word is near."""
    near = [word for of, word in _PARTS if abs(share - of) <= NEAR]
    return near[0] if near else ""


def point(finding: Finding) -> tuple[str, str]:
    """A finding's headline, and what follows it; together all that is to be said, once."""
    headline, sentence = sanitize(finding.headline), sanitize(finding.sentence)
    if sentence.startswith(headline):
        return headline, sentence[len(headline) :]
    return f"{headline}.", f" {sentence}"


def outcomes(run: Run) -> list[tuple[Outcome, str]]:
    """How many tasks ended in which way, for example "4 finished", "1 failed"."""
    found = [(o, f"{run.count(o):,} {o.word}") for o in Outcome if run.count(o)]
    if not (again := len(run.tasks.attempts)):
        return found
    which = "" if not run.lost_for_good else f"{again:,} of them "
    more = {Outcome.LOST: f" and {which}run again"}
    return [(outcome, said + more.get(outcome, "")) for outcome, said in found]


def waiting(run: Run, now: int) -> list[str]:
    """How many tasks wait, for example "4 queued"; on a cluster those on their worker apart."""
    queued, ready = run.queued, run.cluster.ready(now)
    said = {"queued": queued - ready, "ready": ready}
    return [f"{number:,} {word}" for word, number in said.items() if number > 0]


def cut_short(run: Run) -> str:
    """Which tasks were under way when a run was stopped or died, and for how long; "": none.

    The longest first: one that never returns is among them.
    """
    tasks, ended = run.tasks, run.finished
    if run.plan is None or run.phase not in (Phase.STOPPED, Phase.DIED):
        return ""
    cut = [n for n, how in enumerate(tasks.outcome) if how in (Outcome.STOPPED, Outcome.LOST)]
    cut.sort(key=lambda task: tasks.started[task])
    said = []
    for task in cut[:MOST_CUT]:
        lasted = duration((ended - tasks.started[task]) / NS)
        said.append(f"{shortened(task_name(run, task), SHORT_NAME)} for {lasted}")
    if (more := len(cut) - MOST_CUT) > 0:
        said.append(f"{more:,} more")
    return ", ".join(said)


def left_out(run: Run) -> list[str]:
    """What is not shown or made no sense, and how much of it; empty when nothing."""
    return [
        f"{number:,} {_LEFT_OUT[field][number > 1]}"
        for field, number in vars(run.counts).items()
        if number
    ]


def speedup(run: Run, summary: Summary) -> str:
    """For example "2.50× (measured)"."""
    if (known := summary.speedup) is not None:
        factor = f"{known.factor:.2f}×"
        return f"{factor} (measured)" if known.measured else f"at most {factor}: {_to_measure(run)}"
    undone = run.lost_for_good + run.count(Outcome.NOT_STARTED)
    if run.phase is Phase.FINISHED and not undone:
        return _to_measure(run)
    return "unknown: not all was done"


def _to_measure(run: Run) -> str:
    return "run sequential to measure" if run.plan is not None else "not measured"


def lock(run: Run, waited: Waited, whole: int, of: str = "task time") -> str:
    """For example "lock A (in add): 68 % of task time, 41 waits, up to 3 threads at once"."""
    where = f" (in {sanitize(waited.function)})" if waited.function else ""
    waits = count(waited.waits, "wait")
    said = f"{waited.name}{where}: {percent(waited.waited_ns / whole)} of {of}, {waits}"
    if waited.workers > 1:
        said += (
            f", up to {waited.at_once:,} {run.kind.plural} at once"
            if waited.at_once > 1
            else (f" of {waited.workers:,} {run.kind.plural}")
        )
    return said


def locks(run: Run, spent: Sequence[int], most: int = MOST_LOCKS) -> list[str]:
    """The locks that were waited for, the longest first, and how many more there are."""
    found = of_run(run, spent[State.LOCK])
    whole = max(1, sum(spent))
    said = [lock(run, waited, whole) for waited in found[:most]]
    return said + ([f"{len(found) - most:,} more"] if len(found) > most else [])


def died(run: Run) -> list[str]:
    """Which worker died first, and what followed; then the others that died by themselves."""
    found = deaths(run)
    if found is None:
        return []
    others = [
        worker for worker in dead(run) if not worker.ended_by_strategy and worker != found.first
    ]
    said = [cause(run) or ""]
    said += [
        f"{who(run, worker)} died ({how(run, worker)})" for worker in others[: MOST_DEATHS - 1]
    ]
    if (more := len(others) + 1 - len(said)) > 0:
        said.append(f"… {more:,} more died")
    return said
