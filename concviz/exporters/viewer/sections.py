"""Parts of a page, as HTML: tables and lists. What comes from a run is data, escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from concviz.analysis.findings import findings
from concviz.analysis.statistics import NS, Summary
from concviz.analysis.wording import duration
from concviz.exporters.drawing.elements import data, element
from concviz.exporters.drawing.fills import key
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN, Outcome
from concviz.trace.states import Spent
from concviz.view.faces import is_bar, is_solid
from concviz.view.legend import Entry
from concviz.view.legend import Line as LegendLine
from concviz.view.phrases import point
from concviz.view.signs import role_of
from concviz.view.summary import Line, by_worker, summed
from concviz.view.tables import Column

MOST_TASKS = 1_000
MOST_LINES = 500
MOST_TRACEBACKS = 20
TONES = {"green": "good", "red": "bad", "bold": "strong"}
"""Classes of styles as rich says them."""
TASK_COLUMNS = ("task", "worker", "outcome", "queued", "started", "ended", "wall", "CPU", "result")


def section(title: str, *inside: str) -> str:
    """A part with a heading; nothing, where there is nothing in it."""
    return element("section", element("h2", data(title)), *inside) if any(inside) else ""


def beside(*inside: str) -> str:
    """Parts beside each other, where there is room."""
    return element("div", *inside, class_="beside")


def folded(title: str, *inside: str) -> str:
    """A part that is opened by whoever wants to see it."""
    return element("details", element("summary", data(title)), *inside) if any(inside) else ""


def paragraph(text: str, style: str | None = None) -> str:
    """A sentence."""
    return element("p", data(text), class_=style)


def listed(lines: Iterable[str]) -> str:
    """A list of sentences; nothing of none."""
    said = [element("li", line) for line in lines]
    return element("ul", *said) if said else ""


def legend_of(lines: Sequence[LegendLine]) -> str:
    """What the signs mean: each as it stands in the picture, in colour and glyph."""
    return element("ul", *(_entry(e) for line in lines for e in line), class_="legend")


def _entry(entry: Entry) -> str:
    style = None
    if entry.sign is not None:
        role = key(role_of(entry.sign))
        ground = f" b-{role}" if is_bar(entry.sign) else ""
        style = f"sign n-{role}" if is_solid(entry.sign) else f"sign t-{role}{ground}"
    sign = element("span", data(entry.glyphs), class_=style, aria_hidden="true")
    return element("li", sign, data(entry.words))


def summary_of(run: Run, summary: Summary, spent: Spent) -> str:
    """The figures of a run, a row each."""
    known = summed(run, summary, spent)
    lines = [_line(known.took)]
    if known.outcomes:
        lines.append(
            _row("tasks", ", ".join(_toned(said, style) for said, style in known.outcomes))
        )
    lines += [_line(line) for line in [*known.trouble, *known.speedup]]
    for n, part in enumerate(known.states):
        said = f"{part.word} {part.share} ({part.time})"
        lines.append(_row("" if n else "states", data(said)))
    lines += [_line(line) for line in [*known.locks, *known.others, *by_worker(run)]]
    return _summary(lines)


def _summary(lines: Sequence[str]) -> str:
    return element(
        "div", element("table", element("tbody", *lines), class_="summary"), class_="wide"
    )


def _line(line: Line) -> str:
    return _row(line.label, _toned(line.said, line.style))


def _row(label: str, said: str) -> str:
    return element("tr", element("th", data(label), scope="row"), element("td", said))


def _toned(said: str, style: str) -> str:
    tone = TONES.get(style)
    return element("span", data(said), class_=tone) if tone else data(said)


def findings_of(run: Run) -> str:
    """What stands out, and what to try."""
    said = [point(finding) for finding in findings(run)]
    if not said:
        return paragraph("Nothing stands out.")
    return listed(element("strong", data(head)) + data(rest) for head, rest in said)


def tasks_of(run: Run) -> str:
    """The first tasks, a row each: for whoever cannot point at the picture."""
    number = min(len(run.tasks), MOST_TASKS)
    rows = [_task(run, task) for task in range(number)]
    more = len(run.tasks) - number
    note = paragraph(f"… {more:,} more tasks", "faint") if more else ""
    return (
        table(TASK_COLUMNS, rows, "The tasks of the run, and their times.") + note if rows else ""
    )


def _task(run: Run, task: int) -> str:
    tasks = run.tasks
    started, finished, cpu = tasks.started[task], tasks.finished[task], tasks.cpu[task]
    worker = tasks.worker[task]
    outcome = Outcome(tasks.outcome[task])
    label = f" {tasks.named[task].label}" if task in tasks.named else ""
    said = ""
    if (failure := tasks.failures.get(task)) is not None:
        said = failure.error
    elif task in tasks.results:
        result = tasks.results[task]
        said = result if isinstance(result, str) else repr(result)
    cells = [
        run.label(run.workers[worker]) if worker != UNKNOWN else "",
        outcome.word,
        *(_seconds(run, time) for time in (tasks.submitted[task], started, finished)),
        duration((finished - started) / NS) if UNKNOWN not in (started, finished) else "",
        duration(cpu / NS) if cpu != UNKNOWN else "",
    ]
    drawn = [element("td", data(cell)) for cell in cells]
    drawn.append(element("td", data(said), class_="text"))
    tone = "bad" if outcome in (Outcome.FAILED, Outcome.LOST) else None
    return element("tr", element("th", data(f"{task}{label}"), scope="row"), *drawn, class_=tone)


def _seconds(run: Run, time: int) -> str:
    return f"{(time - run.started) / NS:.4f} s" if time != UNKNOWN else ""


def table(heads: Iterable[str], rows: Sequence[str], caption: str) -> str:
    """A table that may be wider than the page."""
    head = element("tr", *(element("th", data(n), scope="col", class_=_tone(n)) for n in heads))
    said = element("caption", data(caption), class_="unseen")
    whole = element("table", said, element("thead", head), element("tbody", *rows))
    return element("div", whole, class_="wide")


def _tone(head: str) -> str | None:
    return "text" if head == "result" else None


def figures(
    columns: Sequence[Column], lines: Sequence[Sequence[str]], best: int | None, caption: str
) -> str:
    """A table of a comparison or a sweep; what a column means is said to whoever points at it."""
    heads = [element("th", data(c.name), scope="col", title=c.meaning) for c in columns]
    rows = [
        element(
            "tr",
            element("th", data(line[0]), scope="row"),
            *(element("td", data(cell)) for cell in line[1:]),
            class_="best" if index == best else None,
        )
        for index, line in enumerate(lines)
    ]
    said = element("caption", data(caption), class_="unseen")
    head = element("thead", element("tr", *heads))
    whole = element("table", said, head, element("tbody", *rows))
    return element("div", whole, class_="wide") if lines else ""


def tracebacks_of(run: Run) -> str:
    """What the first failed tasks raised."""
    kept = run.tasks.failures
    drawn = [
        paragraph(f"task {task}") + _lines(kept[task].traceback.splitlines() or [kept[task].error])
        for task in sorted(kept)[:MOST_TRACEBACKS]
    ]
    more = run.count(Outcome.FAILED) - len(drawn)
    return "".join(drawn) + (paragraph(f"… {more:,} more failed", "faint") if more > 0 else "")


def printed_by(run: Run) -> str:
    """What the tasks printed."""
    said = [
        f"{'run' if line.task is None else f'task {line.task}'} │ {line.text}"
        for line in islice(run.output, MOST_LINES)
    ]
    more = len(run.output) - len(said)
    note = paragraph(f"… {more:,} more lines", "faint") if more > 0 else ""
    return _lines(said) + note if said else ""


def source_of(run: Run) -> str:
    """The code that ran."""
    texts = [text for text in (run.strategy_source, run.task_source) if text]
    return _lines("\n\n".join(texts).splitlines()) if texts else ""


def _lines(lines: Iterable[str]) -> str:
    return element("pre", "\n".join(map(data, lines)))
