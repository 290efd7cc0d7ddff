"""What a run amounted to, in words: figures, results, failures and printed lines."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from concviz.analysis import words
from concviz.analysis.deaths import cause, deaths, how
from concviz.analysis.findings import findings
from concviz.analysis.statistics import NS, Summary
from concviz.analysis.time_breakdown import Spending
from concviz.model.entities import Phase
from concviz.model.run import Run
from concviz.model.tasks import Outcome
from concviz.trace.sanitize import sanitize
from concviz.trace.states import Spent
from concviz.view.prose import Prose

MOST_RESULTS = 20
MOST_FAILURES = 5
MOST_DEATHS = 5
MOST_LINES = 20
MOST_GROUPS = 3


def headline(run: Run) -> list[Prose]:
    """What ran, and where."""
    number = len(run.tasks)
    count = f"{number:,} task{'' if number == 1 else 's'}"
    if (plan := run.plan) is not None:
        each = f"duration {plan.duration_s:g} s"
        what = [sanitize(plan.strategy), sanitize(plan.workload), count, each]
    else:
        labels = [group.label or group.kind for group in run.surroundings.groups.values()]
        what = [*map(sanitize, labels[:MOST_GROUPS]), count]
    lines = [Prose(" · ".join(what), "bold")]
    if run.environment is not None:
        where = f"{run.environment.python_text} · {run.environment.cores_text}"
        if (observer := run.environment.observer) is not None:
            where += f" · {observer.text}"
        lines.append(Prose(sanitize(where), "dim"))
    return lines


def figures(run: Run, summary: Summary) -> Table:
    """The summary as a table of a name and a sentence each; what cannot be known is left out."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")

    def row(name: str, said: str | Text) -> None:
        prose = Prose(said if isinstance(said, Text) else sanitize(said))
        table.add_row(Text(name, "dim"), prose)

    if summary.makespan_s is not None:
        row("took", Text(words.duration(summary.makespan_s), "bold"))
        row("task time", f"{words.duration(summary.task_time_s)}, the sum of all tasks")
        row("speedup", words.speedup(run, summary))
    if summary.worker_utilisation is not None:
        workers = f"{len(run.workers):,} worker{'' if len(run.workers) == 1 else 's'}"
        row("utilisation", f"{summary.worker_utilisation * 100:.0f} % of {workers}")
    if summary.queue_wait_mean_s is not None and summary.queue_wait_max_s is not None:
        mean, most = (
            words.duration(summary.queue_wait_mean_s),
            words.duration(summary.queue_wait_max_s),
        )
        row("queue wait", f"{mean} on average, {most} at most")
    if summary.startup_mean_s is not None and summary.startup_total_s is not None:
        mean, total = (
            words.duration(summary.startup_mean_s),
            words.duration(summary.startup_total_s),
        )
        row("start-up", f"{mean} on average, {total} in total")
    if summary.cpu_s is not None:
        row("CPU time", f"{words.duration(summary.cpu_s)}, the sum of all tasks")
    if summary.others_cpu_s is not None:
        row("", f"{words.duration(summary.others_cpu_s)} in threads and processes they started")
    if summary.machine_utilisation is not None and run.environment is not None:
        cores = run.environment.cores_text
        row("machine", f"{words.percent(summary.machine_utilisation)} of {cores} in use, by all")
    spent = Spending(run).of_run()
    if said := _spent(run, spent):
        row("states", said)
    for number, said in enumerate(words.locks(run, spent)):
        row("" if number else "locks", said)
    row("tasks", _outcomes(run))
    if run.phase is not Phase.FINISHED:
        row("run", Text(f"{run.phase.value} before its end", "yellow"))
    for death in _deaths(run):
        row("worker", Text(sanitize(death), "red"))
    if run.error is not None:
        row("error", Text(sanitize(run.error), "red"))
    if missing := words.left_out(run):
        row("left out", Text(", ".join(missing), "yellow"))
    return table


def _spent(run: Run, spent: Spent) -> str:
    """How the time of the tasks was spent, for example "waiting for the GIL 71 % (2.8 s), …"."""
    return ", ".join(
        f"{words.state(run, state)} {words.percent(share)} ({words.duration(spent[state] / NS)})"
        for state, share in words.shares(spent)
    )


def found(run: Run) -> list[RenderableType]:
    """What stands out in the run, and what to try."""
    said = [Prose(sanitize(finding.sentence), mark="· ") for finding in findings(run)]
    return [Text(), Text("Findings", "bold"), *(said or [Prose("Nothing stands out.")])]


def _outcomes(run: Run) -> Text:
    styles = {Outcome.FINISHED: "green", Outcome.FAILED: "red", Outcome.LOST: "red"}
    parts = [Text(said, styles.get(outcome, "")) for outcome, said in words.outcomes(run)]
    return Text(", ").join(parts)


def results(run: Run) -> list[Text]:
    """What the tasks returned, in order; no line when nothing but None."""
    kept = run.tasks.results
    return _listed(
        "Results",
        ((task, str(kept[task])) for task in sorted(kept)),
        MOST_RESULTS,
        len(kept),
        "results",
    )


def failures(run: Run) -> list[Text]:
    """What the first failed tasks raised."""
    kept = run.tasks.failures
    return _listed(
        "Failures",
        ((task, kept[task].error) for task in sorted(kept)),
        MOST_FAILURES,
        run.count(Outcome.FAILED),
        "failed tasks",
        "red",
    )


def output(run: Run) -> list[Text]:
    """What was printed, by the tasks and below them."""
    return _listed(
        "Printed",
        ((line.task, line.text) for line in run.output),
        MOST_LINES,
        len(run.output),
        "lines",
    )


def _listed(
    title: str,
    said: Iterable[tuple[int | None, str]],
    most: int,
    number: int,
    noun: str,
    style: str = "default",
) -> list[Text]:
    """The first of the lines, with who said them, and how many more there are."""
    shown = [("run" if task is None else f"task {task}", text) for task, text in islice(said, most)]
    if not shown:
        return []
    longest = max(len(who) for who, _ in shown)
    lines = [
        Text.assemble((f"{who:>{longest}} │ ", "dim"), (sanitize(text), style))
        for who, text in shown
    ]
    if rest := number - len(shown):
        lines.append(Text(f"… {rest:,} more {noun if rest > 1 else noun[:-1]}", "dim"))
    return [Text(), Text(title, "bold"), *lines]


def _deaths(run: Run) -> list[str]:
    """Which worker died first, and what followed; then the others that died by themselves."""
    found = deaths(run)
    if found is None:
        return []
    dead = [worker for worker in run.workers if worker.exitcode is not None]
    others = [worker for worker in dead if not worker.ended_by_strategy and worker != found.first]
    said = [cause(run) or ""]
    said += [
        f"{run.label(worker)} died ({how(run, worker)})" for worker in others[: MOST_DEATHS - 1]
    ]
    if (more := len(others) + 1 - len(said)) > 0:
        said.append(f"… {more:,} more died")
    return said
