"""A run as one JSON object, for programs.

Times end in ``_s`` and are seconds; points in time count from the start of the run, which is when
the strategy's own code begins. What was not seen or cannot be known is null. The object has:

``schema``
    1. It grows when a reader of this description would misunderstand the object; a new key is no
    reason.
``plan``
    What was asked: ``strategy workload workers tasks duration_s start_method chunksize
    rounds_per_s``.
``environment``
    Where it ran: ``concviz python implementation gil platform machine cores_total cores_usable
    cores_limit start_method observer``; null when the run died before it could tell. ``observer``
    is what could be seen of the workers' threads: ``hz`` (samples a second), ``cpu`` (time on a
    core and time spent waiting for one), ``blocking`` (what a thread waits for), ``gil`` (whether
    that is the GIL), and in ``missing`` the reason for each of these that cannot be seen, and for
    ``locks``: where that is missing, locks are not told from other waits for a thread.
``phase``
    ``finished``, ``stopped`` (on request) or ``died``. A finished run may have failed tasks.
``cause``
    Which process died first, of what, in which task, and what followed from it; null when none did.
``error``
    What the strategy's own code raised or how the run died, in one line, or null.
``makespan_s``
    From the start of the run to its end.
``summary``
    ``makespan_s task_time_s cpu_s others_cpu_s speedup worker_utilisation queue_wait_mean_s
    queue_wait_max_s startup_mean_s startup_total_s machine_utilisation``. ``task_time_s`` is the
    sum of the tasks' wall times, ``others_cpu_s`` the CPU time, at least, of threads and processes
    that tasks started, ``speedup`` is ``{"factor", "measured"}``: against a sequential run of the
    same work if ``measured``, else the most that it can be, from the sum of the task times (null
    where they competed, so that this says nothing), ``machine_utilisation`` the share of the
    machine's usable cores that was used, by whatever ran.
``states``
    How the time of all tasks was spent: ``running_s core_wait_s gil_wait_s lock_s io_s sleep_s
    other_s unknown_s thread_wait_s`` and, of coroutines, ``loop_wait_s task_wait_s
    executor_wait_s``. They add up to ``task_time_s`` (and what tasks spent that did not end).
    ``running_s`` is CPU time as the tasks' threads counted it; ``thread_wait_s`` is waiting for the
    end of another thread or process, or for something from it; ``unknown_s`` is time in which they
    were blocked, not seen in what (too short for a sample, or it cannot be told); a state that
    cannot be seen there (as ``observer`` says) is null.
``findings``
    What stands out, most important first: ``id``, ``sentence``, ``evidence`` (numbers by name).
``counts``
    Tasks by outcome: ``finished failed lost stopped not_started``. A lost task's worker died under
    it, a stopped one was under way when the run was stopped. ``left_out`` counts what did not make
    sense or did not fit: ``unreadable unknown duplicate output_lines output_characters results
    unread`` (events that nobody had read when the run was stopped, at least so many).
``workers``
    One object for each, in order: ``id`` (its place in this list), ``name`` (in Python), ``label``
    (in the picture), ``pid``, ``tid`` (of the kernel), ``busy_s``, ``states`` (as above, of its
    tasks), ``startup_s`` (from ``start()`` to its first line of Python), ``arguments`` (what was
    pickled for it to work on, as ``returned`` of a task), ``exitcode`` (only of a process that
    died; negative: by a signal), ``ended_by_strategy`` (whether the strategy had asked for that, as
    a pool does with all others when one has died).
``tasks``
    One object for each, in order: ``id``, ``worker`` (an ``id`` of ``workers``), ``submitted_s``,
    ``started_s``, ``finished_s`` (returned or raised), ``collected_s`` (the strategy had the
    result), ``cpu_s``, ``states`` (as above; they add up to its wall time; null when it did not
    start), ``outcome`` (a key of ``counts``), ``result`` (itself, if it is null, a boolean, a
    number or a short string; else its ``repr``, cut), ``returned`` (``size_bytes``, ``pickle_s``
    and ``unpickle_s`` of a result that took a millisecond or a megabyte to come from a process or
    interpreter, else null), ``error`` (one line) and ``traceback`` of what it raised.
``output``
    Printed lines in order: ``task`` (null: not printed by a task), ``worker``, ``t_s``, ``text``.
"""

from __future__ import annotations

import dataclasses
import json
import math
import re
from collections.abc import Sequence
from typing import Any

import msgspec

from concviz.analysis.deaths import cause
from concviz.analysis.findings import findings
from concviz.analysis.lock_waits import Waited, of_run
from concviz.analysis.statistics import NS, Summary, makespan, summarise
from concviz.analysis.time_breakdown import Spending, of_task, of_worker
from concviz.model.entities import Line, Worker
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN, Outcome
from concviz.trace.environment import Observer
from concviz.trace.events import Result, TaskReturned, WorkerArguments
from concviz.trace.states import Spent, State

SCHEMA = 1

OUTCOMES = tuple(outcome.name.lower() for outcome in Outcome)


def report(run: Run, summary: Summary | None = None) -> dict[str, Any]:
    """The object of a run that has ended. ``summary``: its figures, if the caller knows better."""
    counts: dict[str, Any] = ended(run.tally)
    return {
        "schema": SCHEMA,
        "plan": msgspec.to_builtins(run.plan),
        "environment": msgspec.to_builtins(run.environment),
        "phase": run.phase.value,
        "cause": cause(run),
        "error": run.error,
        "makespan_s": makespan(run),
        "summary": dataclasses.asdict(summary or summarise(run)),
        "states": states(spent := Spending(run).of_run(), run.observer),
        "locks": [_lock(waited) for waited in of_run(run, spent[State.LOCK])],
        "findings": [dataclasses.asdict(finding) for finding in findings(run, spent)],
        "counts": counts | {"left_out": dataclasses.asdict(run.counts)},
        "workers": [_worker(run, worker) for worker in run.workers],
        "tasks": _tasks(run),
        "output": [_line(run, line) for line in run.output],
    }


def ended(tally: Sequence[int]) -> dict[str, int]:
    """Tasks by how they ended, from their numbers by ``Outcome``."""
    return {OUTCOMES[outcome]: tally[outcome] for outcome in Outcome if outcome.ended}


def encode(found: object, indent: bool = False) -> bytes:
    """As JSON in UTF-8: on one line, or indented for a person.

    What a terminal could obey or hide is escaped as JSON does it: a reader gets it as it was.
    """
    try:
        line = msgspec.json.encode(found)
        text = (msgspec.json.format(line, indent=2) if indent else line).decode()
    except UnicodeEncodeError:  # a lone surrogate, which only JSON's own escapes can say
        text = json.dumps(found, indent=2 if indent else None)
    return (text if text.isprintable() else _UNUSUAL.sub(_escaped, text)).encode()


_UNUSUAL = re.compile("[^\n -~]")


def _escaped(found: re.Match[str]) -> str:
    character = found[0]
    return character if character.isprintable() else json.dumps(character)[1:-1]


def _lock(waited: Waited) -> dict[str, Any]:
    return {
        "name": waited.name,
        "function": waited.function or None,
        "waited_s": waited.waited_ns / NS,
        "waits": waited.waits,
        "workers": waited.workers,
        "at_once": waited.at_once,
    }


def _worker(run: Run, worker: Worker) -> dict[str, Any]:
    known = worker.starting != UNKNOWN and worker.started != UNKNOWN
    return {
        "id": worker.index,
        "name": worker.key,
        "label": run.label(worker),
        "pid": worker.pid,
        "tid": worker.tid,
        "busy_s": worker.lane.sums[-1] / NS,
        "states": states(of_worker(run, worker), run.observer),
        "startup_s": (worker.started - worker.starting) / NS if known else None,
        "arguments": _pickled(worker.arguments),
        "exitcode": worker.exitcode,
        "ended_by_strategy": worker.ended_by_strategy,
    }


def _tasks(run: Run) -> list[dict[str, Any]]:
    columns = run.tasks
    zero = run.started

    def time(t_ns: int) -> float | None:
        return None if t_ns == UNKNOWN or zero == UNKNOWN else (t_ns - zero) / NS

    objects = []
    for task in range(len(columns)):
        worker, cpu = columns.worker[task], columns.cpu[task]
        failure = columns.failures.get(task)
        objects.append(
            {
                "id": task,
                "worker": None if worker == UNKNOWN else worker,
                "submitted_s": time(columns.submitted[task]),
                "started_s": time(columns.started[task]),
                "finished_s": time(columns.finished[task]),
                "collected_s": time(columns.collected[task]),
                "cpu_s": None if cpu == UNKNOWN else cpu / NS,
                "states": states(of_task(run, task), run.observer),
                "outcome": OUTCOMES[columns.outcome[task]],
                "result": _result(columns.results.get(task)),
                "returned": _pickled(columns.returned.get(task)),
                "error": failure.error if failure else None,
                "traceback": failure.traceback if failure else None,
            }
        )
    return objects


def states(spent: Spent | None, observer: Observer) -> dict[str, float | None] | None:
    """Seconds by the key of each state; None where the observer could not have seen any."""
    if spent is None:
        return None
    unseen = observer.unseen
    return {
        state.key: None if state in unseen and not spent[state] else spent[state] / NS
        for state in State
    }


def _line(run: Run, line: Line) -> dict[str, Any]:
    t_s = None if run.started == UNKNOWN else (line.t_ns - run.started) / NS
    return {"task": line.task, "worker": line.worker, "t_s": t_s, "text": line.text}


def _pickled(event: TaskReturned | WorkerArguments | None) -> dict[str, float] | None:
    if event is None:
        return None
    return {
        "size_bytes": event.size_bytes,
        "pickle_s": event.pickle_ns / NS,
        "unpickle_s": event.unpickle_ns / NS,
    }


def _result(value: Result) -> Result:
    """JSON has no nan and no infinity."""
    return repr(value) if isinstance(value, float) and not math.isfinite(value) else value
