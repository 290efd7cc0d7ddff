"""What a run took and why: progress while it runs, figures when it is over."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from concviz.analysis.deaths import cause
from concviz.analysis.findings import Finding, findings
from concviz.analysis.statistics import NS, Summary, makespan
from concviz.analysis.time_breakdown import of_worker
from concviz.analysis.words import duration, left_out, locks, outcomes, percent, shares, speedup
from concviz.analysis.words import state as state_word
from concviz.model.entities import Phase
from concviz.model.moment import Moment
from concviz.model.run import Run
from concviz.model.tasks import Outcome
from concviz.trace.sanitize import sanitize
from concviz.trace.states import Spent

BAR = 24
MOST_WORKERS = 20
MOST_GROUPS = 3


class SummaryPane(VerticalScroll, can_focus=True):
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
        self.border_title = "Summary"

    def show_progress(self, run: Run, moment: Moment) -> None:
        """While it is under way."""
        self._put(progress(run, moment))

    def show_summary(self, run: Run, summary: Summary, spent: Spent) -> None:
        """When it is over: ``spent`` is how the time of all tasks was spent."""
        self._put(figures(run, summary, spent))

    def show_problems(self, sentences: list[str]) -> None:
        """Why nothing was started."""
        text = Text("Nothing was started.\n", style="bold")
        for sentence in sentences:
            text.append(f"\n{sanitize(sentence[0].upper() + sentence[1:])}\n", style="not bold")
        self._put(text)

    def _put(self, text: Text) -> None:
        static = self.query_one("#summary-text", Static)
        if static.content != text:
            # A layout of the whole screen costs bytes: only when the height differs.
            lines = text.wrap(self.app.console, max(1, static.size.width))
            static.update(text, layout=len(lines) != static.size.height)


def progress(run: Run, moment: Moment) -> Text:
    """How far a run is at that moment."""
    text = Text().append(f"{plan_words(run)}\n", style="dim")
    if run.phase is Phase.PREPARING:
        what = "Stopping" if moment.stopping else sanitize(run.preparing)
        return text.append(f"{what}…" + "\n " * 3)
    total = len(run.tasks)
    done = sum(run.count(o) for o in Outcome if o.ended)
    filled = done * BAR // max(1, total)
    if moment.stopping or run.stop_requested:
        text.append("Stopping… ")
    text.append(f"{makespan(run, moment.time) or 0:.1f} s", style="bold")
    text.append(f"   {done:,} of {total:,} done\n")
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


_LASTED = {
    Phase.STOPPED: "stopped after",
    Phase.DIED: "died after",
    Phase.CUT_OFF: "recorded for",
}


def figures(run: Run, summary: Summary, spent: Spent) -> Text:
    """What it came to."""
    text = Text().append(f"{plan_words(run)}\n", style="dim")
    words = _LASTED.get(run.phase, "took")
    if summary.makespan_s is not None:
        text.append(f"{words} {duration(summary.makespan_s)}", style="bold")
    else:
        text.append(f"{run.phase.value} before the first task", style="bold")
    text.append(f"   {', '.join(words for _, words in outcomes(run))}\n")
    if run.error:
        if (
            died := cause(run)
        ) is not None:  # first what happened, then what the strategy made of it
            text.append(f"{sanitize(died[0].upper() + died[1:])}\n", style="bold red")
        text.append(f"{sanitize(run.error)}\n", style="bold red")
    speedup, *others = _lines(run, summary)
    _put_lines(text, [speedup])
    text.append_text(states(run, spent))
    _put_lines(text, [("" if n else "locks", said) for n, said in enumerate(locks(run, spent))])
    text.append_text(conclusions(findings(run, spent)))
    _put_lines(text, others)
    if missing := left_out(run):
        text.append(f"{'left out':<13}", style="dim")
        text.append(f"{', '.join(missing)}\n", style="yellow")
    text.append_text(by_worker(run))
    text.rstrip()
    return text


def _put_lines(text: Text, lines: list[tuple[str, str]]) -> None:
    for name, value in lines:
        text.append(f"{name:<13}", style="dim").append(f"{sanitize(value)}\n")


def states(run: Run, spent: Spent) -> Text:
    """Each state that took a share: glyph, share, time and word."""
    text = Text()
    for state, share in shares(spent):
        figures = f"{percent(share):>6} {duration(spent[state] / NS):>9}"
        text.append(f"{state.glyph}{figures}  {state_word(run, state)}\n")
    return text


def conclusions(found: list[Finding]) -> Text:
    """What stands out."""
    text = Text()
    for finding in found:
        text.append("→ ", style="bold yellow").append(f"{sanitize(finding.sentence)}\n")
    return text


def by_worker(run: Run) -> Text:
    """The states of each worker, in short words."""
    text = Text()
    workers = [worker for worker in run.workers if worker.observed and len(worker.lane)]
    if len(workers) < 2:
        return text
    text.append("\nBy worker\n", style="bold")
    for worker in workers[:MOST_WORKERS]:
        said = [
            f"{state_word(run, state, short=True)} {percent(share)}"
            for state, share in shares(of_worker(run, worker))
        ]
        text.append(f"{run.label(worker):<13}", style="dim").append(f"{', '.join(said)}\n")
    if (more := len(workers) - MOST_WORKERS) > 0:
        text.append(f"… {more:,} more\n", style="dim")
    return text


def _lines(run: Run, summary: Summary) -> list[tuple[str, str]]:
    lines = [("speedup", speedup(run, summary))]
    lines.append(("task time", f"{duration(summary.task_time_s)} in all"))
    if summary.cpu_s is not None:
        lines.append(("CPU time", f"{duration(summary.cpu_s)} in all"))
    else:
        lines.append(("CPU time", "not known"))
    if summary.others_cpu_s is not None:
        lines.append(("", f"and {duration(summary.others_cpu_s)} in what they started"))
    if summary.machine_utilisation is not None and run.environment is not None:
        cores = run.environment.cores_text
        lines.append(("machine", f"{percent(summary.machine_utilisation)} of {cores} in use"))
    if summary.worker_utilisation is not None:
        workers = len(run.workers)
        of = f"{workers:,} workers" if workers > 1 else "1 worker"
        lines.append(("utilisation", f"{summary.worker_utilisation:.0%} of {of}"))
    if summary.queue_wait_mean_s is not None and summary.queue_wait_max_s is not None:
        mean, longest = duration(summary.queue_wait_mean_s), duration(summary.queue_wait_max_s)
        lines.append(("queue wait", f"{mean} mean, {longest} max"))
    if summary.startup_mean_s is not None and summary.startup_total_s is not None:
        mean, total = duration(summary.startup_mean_s), duration(summary.startup_total_s)
        lines.append(("start-up", f"{mean} mean, {total} sum"))
    return lines


def plan_words(run: Run) -> str:
    """What was asked, for example "5 × sleep 1 s, thread-pool"."""
    if (plan := run.plan) is None:
        labels = [group.label or group.kind for group in run.surroundings.groups.values()]
        return ", ".join([f"{len(run.tasks):,} tasks", *map(sanitize, labels[:MOST_GROUPS])])
    what, how = sanitize(plan.workload), sanitize(plan.strategy)
    return f"{plan.tasks:,} × {what} {plan.duration_s:g} s, {how}"
