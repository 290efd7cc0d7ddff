"""What a run amounted to, as a pane shows it: the finding, shares as bars, answers, details."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.style import StyleType
from rich.text import Text

from concviz.analysis.at_rest import at_rest
from concviz.analysis.findings.finding import Finding
from concviz.analysis.statistics import Summary, makespan
from concviz.analysis.time_breakdown import shares
from concviz.analysis.wording import capital, count, percent
from concviz.model.entities import Phase
from concviz.model.moment import Moment
from concviz.model.run import Run
from concviz.model.tasks import Outcome
from concviz.trace.sanitize import sanitize
from concviz.trace.states import Spent
from concviz.view.faces import ansi_of, face_of, style_of
from concviz.view.names import lane_name
from concviz.view.phrases import how_far, outcomes, point, waiting
from concviz.view.program import alive, exit_status
from concviz.view.prose import wrapped
from concviz.view.signs import Sign, role_of
from concviz.view.summary import (
    Line,
    Part,
    by_worker,
    of_program,
    parts,
    summed,
    told_by_cluster,
)

WIDTH = 72
"""Cells of a line, where nothing else is said."""
MOST_NAME = 24
"""Cells for the name of a worker."""
LABELS = 13
"""Cells for what a line is about."""
LEAST_NAME = 8
"""Cells for the name of a state, so that bars begin in one place more often than not."""
SHARE, TIME = 6, 10
"""Cells for a share before its bar, and for a time behind it."""
LEAST_BAR, MOST_BAR = 8, 40
"""Cells that a bar of all the time needs to say something, and more than which it need not have."""
ROOMY = 60
"""Cells of a line from which states have their full words."""


class Styles(NamedTuple):
    """What things look like, as rich says it."""

    sign: Callable[[Sign], StyleType] = lambda sign: ansi_of(style_of(role_of(sign), face_of(sign)))
    """Of the cells of a bar: those of the picture."""
    headline: StyleType = "bold yellow"


def progress(
    run: Run, moment: Moment, spent: Spent, width: int = WIDTH, styles: Styles | None = None
) -> Text:
    """How far a run is at that moment, and what is known of it by then."""
    text = Text()
    if run.phase is Phase.PREPARING:
        what = "Stopping" if moment.stopping else sanitize(run.preparing)
        return text.append(f"{what}…")
    done, total, said = how_far(run)
    bar = min(MOST_BAR, width)
    filled = done * bar // max(1, total)
    if moment.stopping or run.stop_requested:
        text.append("Stopping… ")
    text.append(f"{makespan(run, moment.time) or 0:.1f} s", style="bold")
    tasked = run.program is None or len(run.tasks) > 0
    text.append(f"   {said if tasked else alive(run)}\n")
    if run.program is None:
        text.append("━" * filled, style="bold green")
        text.append("─" * (bar - filled) + "\n", style="dim")
    words = [f"{run.count(Outcome.RUNNING):,} running"]
    words += waiting(run, moment.time)
    words += [said for o, said in outcomes(run) if o in (Outcome.FAILED, Outcome.LOST)]
    text.append(", ".join(words if tasked else []))
    rest = at_rest(run, moment.time) if run.program is not None else None
    if rest is not None:
        text.append(f"\nNothing has moved for {(rest.until - rest.since) / 1e9:.0f} s", "bold")
        text.append(f": every thread waits for another one: {rest.where}.")
    if moment.lags:
        text.append(f"\nreading lags {moment.lag_s:.1f} s behind", style="yellow")
    elif run.machine.latest is not None and run.environment is not None:
        text.append("\nmachine ", style="dim").append(
            f"{percent(run.machine.latest)} of {sanitize(run.environment.cores_text)} in use"
        )
    if any(spent):
        known = parts(run, spent, short=width < ROOMY)
        text.append("\n\n").append_text(bars(known, _of(spent), width, styles or Styles()))
    more = of_program(run, moment.time) if run.program is not None else []
    if more := [*more, *told_by_cluster(run)]:
        text.append("\n" if any(spent) else "\n\n")
        text.append_text(_lines(more, width))
    text.rstrip()
    return text


def figures(
    run: Run,
    summary: Summary,
    spent: Spent,
    found: Sequence[Finding],
    width: int = WIDTH,
    styles: Styles | None = None,
) -> Text:
    """What it came to: how the time of all tasks was spent, and what stands out."""
    styles = styles or Styles()
    known = summed(run, summary, spent)
    took = known.took
    text = Text().append(f"{took.label} {took.said}".removeprefix("run "), style=took.style)
    text.append(f"   {', '.join(said for said, _ in known.outcomes)}\n")
    if run.program is not None:
        text.append(f"{exit_status(run)}\n" if run.exitcode is not None else "")
    elif run.error:  # else the findings tell of it
        for line in known.trouble:
            said = line.said if line.label == "error" else capital(line.said)
            text.append(f"{sanitize(said)}\n", style="bold red")
    if found:
        text.append("\n").append_text(conclusion(found[0], styles))
    elif run.program is not None:
        text.append("\nNothing stands out.\n", "bold")
    elif run.phase is Phase.FINISHED and summary.worker_utilisation is not None:
        busy = summary.worker_utilisation * len(run.workers)
        of = count(len(run.workers), "worker")
        text.append("\nNothing stands out.", "bold").append(
            f" On average {busy:.1f} of {of} were busy.\n"
        )
    if known.states:
        shown = known.states if width >= ROOMY else parts(run, spent, short=True)
        text.append("\n").append_text(bars(shown, _of(spent), width, styles))
    text.append("\n").append_text(_lines([*known.speedup, *known.answers], width))
    if found[1:]:
        text.append("\n")
    for finding in found[1:]:
        text.append("→ ", styles.headline).append_text(conclusion(finding, styles))
    text.append("\nDetails\n", style="bold").append_text(
        _lines([*known.details, *known.locks], width)
    )
    if workers := by_worker(run):
        whose = "worker" if run.program is None else "thread"
        names = min(MOST_NAME, max(LABELS, *(cell_len(line.label) + 1 for line in workers)))
        text.append(f"\nBy {whose}\n", style="bold")
        text.append_text(_lines(workers, width, names))
    text.rstrip()
    return text


def conclusion(finding: Finding, styles: Styles) -> Text:
    """A finding, with a line's end."""
    headline, rest = point(finding)
    return Text().append(headline, styles.headline).append(f"{rest}\n")


def bars(known: Sequence[Part], of: Sequence[float], width: int, styles: Styles) -> Text:
    """A line for each part, and as many cells of its state as its share of the longest line."""
    names = max([LEAST_NAME, *(len(part.word) for part in known)]) + 1
    timed = width >= names + SHARE + LEAST_BAR + TIME
    room = min(MOST_BAR, width - names - SHARE - TIME * timed)
    text = Text()
    for part, share in zip(known, of, strict=True):
        text.append(f"{part.word:<{names}}", style="dim").append(f"{part.share:>{SHARE - 1}} ")
        if room >= LEAST_BAR:
            cells = max(1, round(share * room))
            text.append(part.state.glyph * cells, styles.sign(part.state))
            text.append(" " * (room - cells))
        text.append(f"{part.time:>{TIME}}\n" if timed else "\n")
    return text


def _of(spent: Spent) -> list[float]:
    return [share for _, share in shares(spent)]


def _lines(lines: list[Line], width: int, labels: int = LABELS) -> Text:
    """Further lines of what is said stand below the first, behind so many cells for labels."""
    text = Text()
    for label, said, style in lines:
        name = lane_name(label, labels - 1)
        text.append(f"{name}{' ' * (labels - cell_len(name))}", style="dim")
        parts = wrapped(sanitize(said), max(1, width - labels))
        text.append(f"\n{'':{labels}}".join(parts) + "\n", style=style)
    return text
