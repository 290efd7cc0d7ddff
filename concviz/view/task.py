"""All that is known of one task, in words."""

from __future__ import annotations

from rich.text import Text

from concviz.analysis.deaths import cause, how
from concviz.analysis.lock_waits import of_task as locks_of_task
from concviz.analysis.statistics import NS
from concviz.analysis.time_breakdown import of_task, of_worker, shares
from concviz.analysis.wording import duration, percent, size
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN, Outcome
from concviz.trace.sanitize import sanitize
from concviz.trace.states import Spent, State
from concviz.trace.worker_kind import WorkerKind
from concviz.view import cluster
from concviz.view.names import task_name
from concviz.view.phrases import lock
from concviz.view.summary import parts


def describe(run: Run, task: int, now: int) -> Text:
    """What is known of a task by ``now``."""
    tasks = run.tasks
    outcome = Outcome(tasks.outcome[task])
    name, told = task_name(run, task), tasks.named.get(task)
    text = Text().append(name, style="bold").append(f"  {outcome.word}\n")

    def line(name: str, value: str) -> None:
        text.append(f"{name:<11}", style="dim").append(f"{value}\n")

    if told is not None:
        if told.group in run.surroundings.groups:
            group = run.surroundings.groups[told.group]
            line("group", sanitize(group.label or group.kind))
        if told.by is not None and 0 <= told.by < len(tasks):
            line("asked by", task_name(run, told.by))
        if told.items > 1:
            line("chunk", f"{told.items:,} calls, one after the other")
        if name != f"task {task}":
            line("number", f"{task:,}")
    failure = tasks.failures.get(task)
    if failure is not None:
        text.append(f"{sanitize(failure.error)}\n", style="bold red")
    elif outcome is Outcome.FINISHED and (run.program is None or task in tasks.results):
        result = tasks.results.get(task)
        line("result", sanitize(result) if isinstance(result, str) else repr(result))
    if (returned := tasks.returned.get(task)) is not None:
        line("its size", f"{size(returned.size_bytes)}, pickled")
        both = returned.pickle_ns, returned.unpickle_ns
        there, here = (duration(took / NS) for took in both)
        line("pickling", f"{there} in the worker, {here} to unpickle")
    if tasks.worker[task] != UNKNOWN:
        worker = run.workers[tasks.worker[task]]
        if worker.kind is WorkerKind.CLUSTER:
            line("worker", run.label(worker))
        elif run.program is None:
            line("worker", f"{run.label(worker)}, {sanitize(worker.key)}")
        else:
            line("thread", sanitize(run.label(worker)) + (" (daemon)" if worker.daemon else ""))
        if worker.pid is not None:
            line("", cluster.thread(run, worker))
            process = run.surroundings.processes.get((worker.host, worker.pid))
            if process is not None and process.name:
                made = f" ({sanitize(process.made)})" if process.made else ""
                line("process", f"{sanitize(process.name)}{made}")
        if worker.exitcode is not None:
            line("", f"died: {how(run, worker)}")
            if worker.ended_by_strategy and (died := cause(run)) is not None:
                line("", sanitize(died))
    for name, said in cluster.of_task(run, task):
        line(name, said)
    if tasks.started[task] != UNKNOWN and tasks.finished[task] != UNKNOWN:
        line("wall", duration((tasks.finished[task] - tasks.started[task]) / NS))
        cpu = tasks.cpu[task]
        line("CPU", duration(cpu / NS) if cpu != UNKNOWN else "not known")
    if failure is not None:
        text.append("\n".join([*map(sanitize, failure.traceback.splitlines()), ""]), style="dim")
    if (spent := of_task(run, task, now)) is not None and any(spent):
        worker = run.workers[tasks.worker[task]]
        text.append_text(_states(run, spent, of_worker(run, worker, now)))
        for waited in locks_of_task(run, task, spent[State.LOCK]):
            text.append(f"{lock(run, waited, sum(spent), 'its time')}\n")
    known = {
        "queued": tasks.submitted[task],
        "started": tasks.started[task],
        "finished": UNKNOWN if _was_cut(run, task) else tasks.finished[task],
        "collected": tasks.in_hand(task),
    }
    times = [f"{n} {(t - run.started) / NS:.4f} s" for n, t in known.items() if t != UNKNOWN]
    if task in tasks.cancelled:
        times.append(f"cancelled {(tasks.cancelled[task] - run.started) / NS:.4f} s")
    for pair in times[:2], times[2:]:
        text.append(f"{', '.join(pair)}\n" if pair else "")
    text.rstrip()
    return text


def _was_cut(run: Run, task: int) -> bool:
    """Whether its end is that it was lost."""
    lost = run.tasks.lost.get(task)
    return lost is not None and lost.t_ns == run.tasks.finished[task]


def _states(run: Run, spent: Spent, workers: Spent) -> Text:
    """What the task did, and beside it what all tasks of its worker did."""
    text = Text()
    of_all = dict(shares(workers, least=0))
    text.append(f"{'states':<10}{'this task':>15}{'its worker':>12}\n", style="dim")
    for state, word, share, time in parts(run, spent, short=True):
        own = f"{share:>5} {time:>9}"
        text.append(f"{state.glyph} {word:<8}{own}{percent(of_all.get(state, 0)):>12}\n")
    return text
