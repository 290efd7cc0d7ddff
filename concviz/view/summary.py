"""The figures of a run as lines of words, each once: the summary pane and the page show them alike.

What cannot be known has no line, or a line that says so.
"""

from __future__ import annotations

from typing import NamedTuple

from concviz.analysis.statistics import NS, Summary
from concviz.analysis.time_breakdown import of_worker, shares
from concviz.analysis.wording import count, duration, percent
from concviz.model.run import Run
from concviz.model.tasks import Outcome
from concviz.trace.states import Spent, State
from concviz.trace.worker_kind import WorkerKind
from concviz.view.cluster import lines as of_cluster
from concviz.view.cluster import on_cluster
from concviz.view.functions import seen_in
from concviz.view.phrases import (
    LASTED,
    cut_short,
    died,
    left_out,
    locks,
    outcomes,
    part_of,
    speedup,
)
from concviz.view.program import alive, cpu, exit_status, groups, not_seen, was_let_go
from concviz.view.row_order import in_order
from concviz.view.words import state_word

STYLES = {Outcome.FINISHED: "green", Outcome.FAILED: "red", Outcome.LOST: "red"}
ANSWERS = (
    *("machine", "utilisation", "queue wait", "left out"),
    *("not seen", "in all", "groups", "seen in"),
    *("memory", "transfers", "stolen", "clocks", "others here"),
)
MOST_WORKERS = 20


class Line(NamedTuple):
    """What it is about, what is said of it, and its style as rich says it. The text is data."""

    label: str
    said: str
    style: str = ""


class Part(NamedTuple):
    """A state's part of a time."""

    state: State
    word: str
    share: str
    time: str


class Summed(NamedTuple):
    """All of it, the most important first."""

    took: Line
    outcomes: list[tuple[str, str]]
    """How many tasks ended in which way, and the style of that."""
    trouble: list[Line]
    """What went wrong with the run itself: who died, and what the strategy raised."""
    speedup: list[Line]
    """Of a plan; a program is no plan that could be run otherwise."""
    states: list[Part]
    """How the time of all tasks was spent."""
    locks: list[Line]
    others: list[Line]

    @property
    def answers(self) -> list[Line]:
        """Those of the others that answer a question, for example how much of the machine."""
        return self._of_others(answering=True)

    @property
    def details(self) -> list[Line]:
        """The rest of the others."""
        return self._of_others(answering=False)

    def _of_others(self, *, answering: bool) -> list[Line]:
        """Lines without a label go with the one before them."""
        found, label = list[Line](), ""
        for line in self.others:
            label = line.label or label
            if (label in ANSWERS) == answering:
                found.append(line)
        return found


def summed(run: Run, summary: Summary, spent: Spent) -> Summed:
    """The figures of a run that has ended; ``spent`` is how the time of all tasks was spent."""
    took = Line("run", f"{run.phase.value} before the first task", "bold")
    if summary.makespan_s is not None:
        took = Line(LASTED.get(run.phase, "took"), duration(summary.makespan_s), "bold")
    trouble = [Line("" if n else "worker", each, "red") for n, each in enumerate(died(run))]
    if was_let_go(run):
        took = took._replace(label="seen for")
        trouble.append(Line("then", run.error or ""))
    elif run.error is not None:
        trouble.append(Line("error", run.error, "red"))
    if under_way := cut_short(run):
        trouble.append(Line("under way", under_way, "yellow"))
    if run.program is not None and run.exitcode:
        trouble.append(Line("ended", f"with {exit_status(run)}", "red"))
    return Summed(
        took,
        [(each, _style(run, outcome)) for outcome, each in outcomes(run)],
        trouble,
        [Line("speedup", speedup(run, summary))] if run.program is None else [],
        parts(run, spent),
        [Line("" if n else "locks", each) for n, each in enumerate(locks(run, spent))],
        _others(run, summary),
    )


def _style(run: Run, outcome: Outcome) -> str:
    """What was lost and done anew is no more than worth a look."""
    made_good = outcome is Outcome.LOST and run.tasks.attempts and not run.lost_for_good
    return "yellow" if made_good else STYLES.get(outcome, "")


def told_by_cluster(run: Run) -> list[Line]:
    """What is said of a cluster; nothing of a run on none."""
    return [Line(label, said) for label, said in of_cluster(run)] if on_cluster(run) else []


def of_program(run: Run, now: int) -> list[Line]:
    """What is said of a program, under way or over: its groups, who is alive, what is not seen."""
    lines = [Line("" if n else "not seen", said, "yellow") for n, said in enumerate(not_seen(run))]
    lines += [
        Line("" if n else "groups", f"{name}: {said}") for n, (name, said) in enumerate(groups(run))
    ]
    lines.append(Line("in all" if run.ended else "alive", alive(run)))
    lines += [
        Line("" if n else "seen in", f"{name}: {said}")
        for n, (name, said) in enumerate(seen_in(run))
    ]
    if any(len(worker.states) for worker in run.workers):
        lines.append(Line("CPU time", f"{cpu(run, now)} of all threads"))
    return lines


def _of_tasks(run: Run, summary: Summary) -> list[Line]:
    lines = [Line("task time", f"{duration(summary.task_time_s)} in all")]
    if run.program is None:
        said = f"{duration(summary.cpu_s)} in all" if summary.cpu_s is not None else "not known"
        return [*lines, Line("CPU time", said)]
    if not len(run.tasks):
        return []
    if summary.cpu_s is not None:
        lines.append(Line("", f"of which CPU time {duration(summary.cpu_s)}"))
    return lines


def _others(run: Run, summary: Summary) -> list[Line]:
    lines = _of_tasks(run, summary)
    if summary.others_cpu_s is not None:
        # Of a cluster of its own: nobody tells its other threads from what tasks have started.
        ours = run.kind is WorkerKind.CLUSTER
        what = "in the cluster's other threads" if ours else "in what they started"
        lines.append(Line("", f"and {duration(summary.others_cpu_s)} {what}"))
    if summary.machine_utilisation is not None and run.environment is not None:
        cores = run.environment.cores_text
        used = f"{percent(summary.machine_utilisation)} of {cores} in use"
        part = part_of(summary.machine_utilisation)
        whole = run.environment.cores_limit is None
        lines.append(Line("machine", f"{used}: {part} of the machine" if part and whole else used))
    if summary.worker_utilisation is not None and run.program is None:
        of = count(len(run.workers), "worker")
        lines.append(Line("utilisation", f"{percent(summary.worker_utilisation)} of {of}"))
    if summary.queue_wait_mean_s is not None and summary.queue_wait_max_s is not None:
        mean, longest = duration(summary.queue_wait_mean_s), duration(summary.queue_wait_max_s)
        lines.append(Line("queue wait", f"{mean} mean, {longest} max"))
    if summary.startup_mean_s is not None and summary.startup_total_s is not None:
        mean, total = duration(summary.startup_mean_s), duration(summary.startup_total_s)
        lines.append(Line("start-up", f"{mean} mean, {total} sum"))
    lines += told_by_cluster(run)
    if run.program is not None:
        lines = [*of_program(run, run.finished), *lines]
    if missing := left_out(run):
        lines.append(Line("left out", ", ".join(missing), "yellow"))
    return lines


def parts(run: Run, spent: Spent, short: bool = False) -> list[Part]:
    """The states that took a share worth a word, the largest first."""
    return [
        Part(state, state_word(run, state, short), percent(share), duration(spent[state] / NS))
        for state, share in shares(spent)
    ]


def by_worker(run: Run) -> list[Line]:
    """The states of each worker in short words; none where there are not two that were seen."""
    workers = [worker for worker in in_order(run) if worker.observed and len(worker.lane)]
    if len(workers) < 2:
        return []
    lines = [
        Line(
            run.label(worker),
            ", ".join(
                f"{part.word} {part.share}" for part in parts(run, of_worker(run, worker), True)
            ),
        )
        for worker in workers[:MOST_WORKERS]
    ]
    if (more := len(workers) - MOST_WORKERS) > 0:
        lines.append(Line(f"… {more:,} more", ""))
    return lines
