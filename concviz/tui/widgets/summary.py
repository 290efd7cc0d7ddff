"""What a run took and why: progress while it runs, figures when it is over."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from concviz.analysis.findings import Finding
from concviz.analysis.statistics import Summary, makespan
from concviz.analysis.wording import capital, percent
from concviz.model.entities import Phase
from concviz.model.moment import Moment
from concviz.model.run import Run
from concviz.model.tasks import Outcome
from concviz.trace.sanitize import sanitize
from concviz.trace.states import Spent
from concviz.tui.places import title
from concviz.tui.widgets.pane import Pane
from concviz.view.phrases import how_far, what_ran
from concviz.view.summary import Line, by_worker, summed

BAR = 24
LABELS = 13
"""Columns for what a line is about."""


class SummaryPane(VerticalScroll, Pane, can_focus=True):
    """The figures of a run, in words."""

    HELP = """\
**took**: from the first to the last line of the strategy's code. **speedup**: against a
sequential run of the same tasks in this session (*measured*); else the most that it can be, the
sum of the task times ÷ took (*at most*), unless tasks competed: then that says nothing.
**utilisation**: busy worker time ÷ workers × took. **queue wait**: from submission to start.
**start-up**: from `start()` on a worker to its first line of Python. **states**: how the time of
all tasks was spent; CPU time is exact, waiting is split as samples of the threads say. **locks**:
those that tasks waited for. **machine**: how much of the usable cores was in use, by whatever
ran. **Findings** say what stands out, with the numbers behind it, and what to try.
"""

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static("Press r to run.", id="summary-text")

    def on_mount(self) -> None:
        """Name the pane."""
        self.border_title = title("summary")

    def show_progress(self, run: Run, moment: Moment) -> None:
        """While it is under way."""
        self._put(progress(run, moment))

    def show_summary(
        self, run: Run, summary: Summary, spent: Spent, found: Sequence[Finding]
    ) -> None:
        """When it is over: how the time of all tasks was spent, and what stands out."""
        self._put(figures(run, summary, spent, found))

    def _put(self, text: Text) -> None:
        static = self.query_one("#summary-text", Static)
        if static.content != text:
            # A layout of the whole screen costs bytes: only when the height differs.
            lines = text.wrap(self.app.console, max(1, static.size.width))
            static.update(text, layout=len(lines) != static.size.height)


def progress(run: Run, moment: Moment) -> Text:
    """How far a run is at that moment."""
    text = Text().append(f"{what_ran(run)}\n", style="dim")
    if run.phase is Phase.PREPARING:
        what = "Stopping" if moment.stopping else sanitize(run.preparing)
        return text.append(f"{what}…" + "\n " * 3)
    done, total, said = how_far(run)
    filled = done * BAR // max(1, total)
    if moment.stopping or run.stop_requested:
        text.append("Stopping… ")
    text.append(f"{makespan(run, moment.time) or 0:.1f} s", style="bold")
    text.append(f"   {said}\n")
    text.append("━" * filled, style="bold green").append("─" * (BAR - filled) + "\n", style="dim")
    words = [f"{run.count(Outcome.RUNNING):,} running"]
    queued = len(run.submits) - len(run.starts)
    words += [f"{queued:,} queued"] if queued > 0 else []
    words += [f"{n:,} {o.word}" for o in (Outcome.FAILED, Outcome.LOST) if (n := run.count(o))]
    text.append(", ".join(words))
    text.append("\n")  # five lines from the beginning: another height lays out the whole screen
    if moment.lags:
        text.append(f"reading lags {moment.lag_s:.1f} s behind", style="yellow")
    elif run.machine.latest is not None and run.environment is not None:
        text.append("machine ", style="dim").append(
            f"{percent(run.machine.latest)} of {sanitize(run.environment.cores_text)} in use"
        )
    else:
        text.append(" ")
    return text


def figures(run: Run, summary: Summary, spent: Spent, found: Sequence[Finding]) -> Text:
    """What it came to."""
    known = summed(run, summary, spent)
    text = Text().append(f"{what_ran(run)}\n", style="dim")
    took = known.took
    text.append(f"{took.label} {took.said}".removeprefix("run "), style=took.style)
    text.append(f"   {', '.join(said for said, _ in known.outcomes)}\n")
    if run.error:  # else the findings tell of it
        for line in known.trouble:
            said = line.said if line.label == "error" else capital(line.said)
            text.append(f"{sanitize(said)}\n", style="bold red")
    text.append_text(_lines([known.speedup]))
    for state, word, share, time in known.states:
        text.append(f"{state.glyph}{share:>6} {time:>9}  {word}\n")
    text.append_text(_lines(known.locks))
    text.append_text(conclusions(found))
    text.append_text(_lines(known.others))
    if workers := by_worker(run):
        text.append("\nBy worker\n", style="bold").append_text(_lines(workers))
    text.rstrip()
    return text


def _lines(lines: list[Line]) -> Text:
    text = Text()
    for label, said, style in lines:
        text.append(f"{label:<{LABELS}}", style="dim").append(f"{sanitize(said)}\n", style=style)
    return text


def conclusions(found: Sequence[Finding]) -> Text:
    """What stands out."""
    text = Text()
    for finding in found:
        text.append("→ ", style="bold yellow").append(f"{sanitize(finding.sentence)}\n")
    return text
