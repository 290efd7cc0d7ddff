"""What a run amounted to, in words: figures, results, failures and printed lines."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from rich.cells import cell_len
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from concviz.analysis.findings import findings
from concviz.analysis.statistics import Summary
from concviz.analysis.time_breakdown import Spending
from concviz.model.run import Run
from concviz.model.tasks import Outcome
from concviz.trace.sanitize import sanitize
from concviz.view.cluster import of_cluster
from concviz.view.names import lane_name, task_name
from concviz.view.phrases import point, what_ran
from concviz.view.prose import Prose
from concviz.view.summary import Line, summed

MOST_RESULTS = 20
MOST_FAILURES = 5
MOST_LINES = 20
MOST_NAME = 24
"""Cells for who said a line."""


def headline(run: Run) -> list[Prose]:
    """What ran, and where."""
    lines = [Prose(what_ran(run), "bold")]
    if run.program is None and (cluster := of_cluster(run)):
        lines.append(Prose(cluster, "dim"))
    if place := where(run):
        lines.append(Prose(place, "dim"))
    return lines


def where(run: Run) -> str:
    """On which Python and which cores, and how its threads were looked at; "" if not known."""
    if run.environment is None:
        return ""
    place = f"{run.environment.python_text} · {run.environment.cores_text}"
    if (observer := run.environment.observer) is not None:
        place += f" · {observer.text}"
    return sanitize(place)


def figures(run: Run, summary: Summary) -> Table:
    """What it came to, as a table of names and sentences."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    known = summed(run, summary, Spending(run).of_run())

    def rows(lines: Iterable[Line]) -> None:
        for label, said, style in lines:
            table.add_row(Text(label, "dim"), Prose(Text(sanitize(said), style)))

    rows([known.took])
    if known.outcomes:
        tasks = Text(", ").join(Text(said, style) for said, style in known.outcomes)
        table.add_row(Text("tasks", "dim"), Prose(tasks))
    rows([*known.trouble, *known.speedup])
    if known.states:
        states = ", ".join(f"{part.word} {part.share} ({part.time})" for part in known.states)
        rows([Line("states", states)])
    rows([*known.locks, *known.others])
    return table


def found(run: Run) -> list[RenderableType]:
    """What stands out in the run, and what to try."""
    points = [point(finding) for finding in findings(run)]
    said = [Prose(Text.assemble((head, "bold"), rest), mark="· ") for head, rest in points]
    return [Text(), Text("Findings", "bold"), *(said or [Prose("Nothing stands out.")])]


def results(run: Run) -> list[Text]:
    """What the tasks returned, in order; no line when nothing but None."""
    kept, answers = run.tasks.results, run.tasks.answers()
    return _listed(
        run,
        "Results",
        ((task, str(kept[task])) for task in answers),
        MOST_RESULTS,
        len(answers),
        "results",
    )


def failures(run: Run) -> list[Text]:
    """What the first failed tasks raised."""
    kept = run.tasks.failures
    return _listed(
        run,
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
        run,
        "Printed",
        ((line.task, line.text) for line in run.output),
        MOST_LINES,
        len(run.output),
        "lines",
    )


def _who(run: Run, task: int | None) -> str:
    """Who said a line: a task by its name; of a program's lines nobody, where that is not known."""
    if task is None:
        return "run" if run.program is None else ""
    return lane_name(task_name(run, task), MOST_NAME)


def _listed(
    run: Run,
    title: str,
    said: Iterable[tuple[int | None, str]],
    most: int,
    number: int,
    noun: str,
    style: str = "default",
) -> list[Text]:
    """The first of the lines, with who said them, and how many more there are."""
    shown = [(_who(run, task), text) for task, text in islice(said, most)]
    if not shown:
        return []
    longest = max(cell_len(who) for who, _ in shown)
    lines = [
        Text.assemble(
            (f"{' ' * (longest - cell_len(who))}{who} │ ", "dim"), (sanitize(text), style)
        )
        for who, text in shown
    ]
    if rest := number - len(shown):
        lines.append(Text(f"… {rest:,} more {noun if rest > 1 else noun[:-1]}", "dim"))
    return [Text(), Text(title, "bold"), *lines]
