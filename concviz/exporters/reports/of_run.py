"""From a run to its JSON object."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial

from concviz.analysis.deaths import cause
from concviz.analysis.findings import findings
from concviz.analysis.lock_waits import Waited, of_run
from concviz.analysis.statistics import Summary, summarise
from concviz.analysis.time_breakdown import Spending, of_task, of_worker
from concviz.exporters.reports.parts import NS, OUTCOMES, counts, states
from concviz.exporters.reports.run import (
    GroupReport,
    HostReport,
    LineReport,
    LockReport,
    MarkReport,
    MemoryReport,
    OthersTasksReport,
    PickledReport,
    PlaceReport,
    ProcessReport,
    RunReport,
    SummaryReport,
    TaskReport,
    ThreadReport,
    TransferReport,
    WorkerReport,
)
from concviz.model.entities import Worker
from concviz.model.on_cluster import Held, Move
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.trace.events import Result, TaskReturned, WorkerArguments
from concviz.trace.states import State


def run_report(run: Run, summary: Summary | None = None) -> RunReport:
    """The object of a run, as yet without its tasks: see ``tasks_report``.

    ``summary``: its figures, if the caller knows better.
    """
    spent = Spending(run).of_run()
    in_all = states(spent, run.observer.unseen)
    assert in_all is not None
    return RunReport(
        schema=2,
        plan=run.plan,
        program=run.program,
        environment=run.environment,
        phase=run.phase.name.lower(),
        cause=cause(run),
        error=run.error,
        exit_status=run.exitcode,
        summary=_summary(summary or summarise(run)),
        states=in_all,
        counts=counts(run.tally),
        left_out=run.counts,
        findings=findings(run, spent),
        locks=[_lock(waited) for waited in of_run(run, spent[State.LOCK])],
        hosts=_hosts(run),
        processes=_processes(run),
        threads=_threads(run),
        groups=_groups(run),
        workers=[_worker(run, worker) for worker in run.workers],
        tasks=[],
        others_tasks=_others_tasks(run),
        marks=[
            MarkReport(t_s=_since(run.started, mark.t_ns), worker=mark.worker, label=mark.label)
            for mark in run.marks
        ],
        not_seen=[told.what for told in run.not_seen],
        output=[
            LineReport(
                task=line.task,
                worker=line.worker,
                t_s=_since(run.started, line.t_ns),
                text=line.text,
            )
            for line in run.output
        ],
    )


def _since(zero: int, t_ns: int) -> float | None:
    """Seconds from the start of the run."""
    return None if t_ns == UNKNOWN or zero == UNKNOWN else (t_ns - zero) / NS


def _summary(found: Summary) -> SummaryReport:
    known = found.speedup
    return SummaryReport(
        **{
            **vars(found),
            "speedup": known.factor if known and known.measured else None,
            "speedup_at_most": known.factor if known and not known.measured else None,
        }
    )


def _lock(waited: Waited) -> LockReport:
    return LockReport(
        name=waited.name,
        function=waited.function or None,
        waited_s=waited.waited_ns / NS,
        waits=waited.waits,
        workers=waited.workers,
        at_once=waited.at_once,
    )


def _hosts(run: Run) -> list[HostReport]:
    observers = run.surroundings.observers
    return [
        HostReport(
            name=host.host or None,
            clock_offset_s=host.offset_ns / NS,
            clock_error_s=host.error_ns / NS,
            observer=observers.get(host.host),
        )
        for host in run.surroundings.hosts.values()
    ]


def _processes(run: Run) -> list[ProcessReport]:
    died = {(w.host, w.pid): w.exitcode for w in run.workers if w.exitcode is not None}
    ends = run.surroundings.ends
    memory = {(place.host, place.pid): held for place, held in run.cluster.memory.items()}
    known = {at: end.exitcode for at, end in ends.items() if end.exitcode is not None}
    return [
        ProcessReport(
            host=process.host or None,
            pid=process.pid,
            parent=process.parent,
            start_method=process.made or None,
            name=process.name or None,
            ended_s=_since(run.started, ends[at].t_ns) if at in ends else None,
            exit_status=known.get(at, died.get(at)),
            memory=_memory(memory.get(at)),
        )
        for at, process in run.surroundings.processes.items()
    ]


def _memory(held: Held | None) -> MemoryReport | None:
    if held is None:
        return None
    return MemoryReport(
        held_bytes=held.held,
        managed_bytes=held.managed,
        spilled_bytes=held.spilled,
        limit_bytes=held.limit,
        peak_bytes=held.peak,
    )


def _others_tasks(run: Run) -> OthersTasksReport | None:
    told = run.cluster.others
    return OthersTasksReport(ended=told[0], under_way=told[1]) if told is not None else None


def _threads(run: Run) -> list[ThreadReport]:
    return [
        ThreadReport(
            host=thread.host or None, pid=thread.pid, tid=thread.tid, name=thread.name or None
        )
        for thread in run.surroundings.threads.values()
    ]


def _groups(run: Run) -> list[GroupReport]:
    groups = run.surroundings.groups
    had = Counter(told.group for told in run.tasks.named.values())
    return [
        GroupReport(
            id=group.group,
            kind=group.kind,
            label=group.label or None,
            tasks=group.tasks if run.program is None else had[group.group],
            workers=group.workers,
        )
        for group in groups.values()
    ]


def _worker(run: Run, worker: Worker) -> WorkerReport:
    known = worker.starting != UNKNOWN and worker.started != UNKNOWN
    return WorkerReport(
        id=worker.index,
        name=worker.key,
        kind=worker.kind,
        label=run.label(worker),
        group=worker.group,
        host=worker.host or None,
        pid=worker.pid,
        tid=worker.tid,
        busy_s=worker.lane.sums[-1] / NS,
        states=states(of_worker(run, worker), run.observer_on(worker.host).unseen),
        startup_s=(worker.started - worker.starting) / NS if known else None,
        arguments=_pickled(worker.arguments),
        exit_status=worker.exitcode,
        helper=worker.helper,
        daemon=worker.daemon,
        started_s=_since(run.started, worker.started),
        ended_s=_since(run.started, worker.ended),
        ended_by_strategy=worker.ended_by_strategy,
    )


def tasks_report(run: Run) -> Iterator[TaskReport]:
    """Its tasks, one after the other: there may be many."""
    columns, everywhere = run.tasks, run.observer.unseen
    unseen = [run.observer_on(worker.host).unseen for worker in run.workers]
    groups = run.surroundings.groups
    only = next(iter(groups)) if len(groups) == 1 else None
    since = partial(_since, run.started)
    failures, names, results = columns.failures.get, columns.named.get, columns.results.get
    rows = zip(
        columns.worker,
        columns.submitted,
        columns.started,
        columns.finished,
        columns.cpu,
        columns.outcome,
        strict=True,
    )
    for task, (worker, submitted, started, finished, cpu, outcome) in enumerate(rows):
        failure, named = failures(task), names(task)
        group = named.group if named is not None else None
        lost = columns.lost.get(task)
        yield TaskReport(
            id=task,
            group=only if group is None else group,
            label=(named.label or None) if named is not None else None,
            items=named.items if named is not None else 1,
            submitted_by=named.by if named is not None else None,
            worker=None if worker == UNKNOWN else worker,
            submitted_s=since(submitted),
            arrived=_places(run, run.cluster.arrivals(task)),
            stolen=_places(run, run.cluster.thefts(task)),
            transfers=[
                TransferReport(
                    since_s=since(fetch.since_ns),
                    until_s=since(fetch.until_ns),
                    size_bytes=fetch.size_bytes,
                    host=fetch.place.host or None,
                    pid=fetch.place.pid,
                )
                for fetch in run.cluster.fetches(task)
            ],
            started_s=since(started),
            finished_s=since(finished),
            collected_s=since(columns.in_hand(task)),
            cpu_s=None if cpu == UNKNOWN else cpu / NS,
            states=states(of_task(run, task), everywhere if worker == UNKNOWN else unseen[worker]),
            outcome=OUTCOMES[outcome],
            lost_s=None if lost is None else since(lost.t_ns),
            lost_why=(lost.why or None) if lost is not None else None,
            again=named.again if named is not None else None,
            result=_result(results(task)),
            returned=_pickled(columns.returned.get(task)),
            error=failure.error if failure else None,
            traceback=failure.traceback if failure else None,
        )


def _places(run: Run, moves: Iterable[Move]) -> list[PlaceReport]:
    return [
        PlaceReport(t_s=_since(run.started, t_ns), host=place.host or None, pid=place.pid)
        for t_ns, place in moves
    ]


def _pickled(event: TaskReturned | WorkerArguments | None) -> PickledReport | None:
    if event is None:
        return None
    return PickledReport(
        size_bytes=event.size_bytes,
        pickle_s=event.pickle_ns / NS,
        unpickle_s=event.unpickle_ns / NS,
    )


def _result(value: Result) -> Result:
    """JSON has no nan and no infinity."""
    return repr(value) if isinstance(value, float) and not math.isfinite(value) else value
