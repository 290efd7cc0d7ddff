"""What every trace must be: as the format and its readers ask for, and what was run."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator

from concviz.exporters.registry import EXPORTERS
from concviz.model.entities import Worker
from concviz.model.run import Run
from concviz.model.sampled import sampled
from concviz.model.tasks import UNKNOWN
from concviz.trace.states import STATES
from concviz.view.words import state_word

Event = dict[str, Any]
Track = tuple[int, int]
NEAR_US = 0.0015
"""A nanosecond, and what a decimal number of microseconds may be off."""


def _event(ph: str, args: object, needs: tuple[str, ...] = (), **more: object) -> Event:
    """One of that phase, as "Trace Event Format" describes it, and nothing else in it."""
    number, text = {"type": "integer", "minimum": 1}, {"type": "string", "minLength": 1}
    always: Event = {"ph": {"const": ph}, "name": text, "cat": text, "pid": number, "tid": number}
    always["ts"] = {"type": "number", "minimum": 0}
    return {
        "type": "object",
        "properties": always | more | {"args": args},
        "required": [*always, *needs],
        "additionalProperties": False,
    }


def _each(**types: object) -> Event:
    return {"type": "object", "additionalProperties": types}


SCHEMA = {
    "type": "object",
    "required": ["traceEvents", "displayTimeUnit", "otherData"],
    "additionalProperties": False,
    "properties": {
        "displayTimeUnit": {"const": "ms"},
        "otherData": _each(type="string"),
        "traceEvents": {
            "type": "array",
            "items": {
                "oneOf": [
                    _event(
                        "X",
                        _each(type=["string", "number", "boolean"]),
                        ("dur",),
                        dur={"type": "number", "minimum": 0},
                        bind_id={"type": "string", "pattern": "^0x[0-9a-f]+$"},
                        flow_in={"const": True},
                        flow_out={"const": True},
                    ),
                    _event("i", _each(type=["string", "number"]), ("s", "args"), s={"const": "t"}),
                    _event("C", _each(type="number", minimum=0), ("args",)),
                    _event(
                        "M",
                        {
                            "type": "object",
                            "properties": {
                                "name": {"type": "string"},
                                "sort_index": {"type": "integer"},
                            },
                            "additionalProperties": False,
                            "minProperties": 1,
                            "maxProperties": 1,
                        },
                        ("args",),
                    ),
                ]
            },
        },
    },
}
_VALIDATOR = Draft202012Validator(SCHEMA)
MAGIC = {"Profile", "ProfileChunk", "CpuProfile", "Screenshot", "TracingStartedInBrowser"}
"""Names of events in which the Firefox Profiler expects what only Chrome writes."""


class Trace:
    """A trace that has been read, and follows the rules of the format and of its readers."""

    def __init__(self, run: Run) -> None:
        self.text = EXPORTERS.load("chrome").write(run)
        whole = json.loads(self.text)
        _VALIDATOR.validate(whole)
        self.about: dict[str, str] = whole["otherData"]
        self.events: list[Event] = whole["traceEvents"]
        self.slices: dict[Track, list[Event]] = defaultdict(list)
        for event in self.of("X"):
            self.slices[event["pid"], event["tid"]].append(event)
        self.names = {
            (event["pid"], event["tid"]): event["args"]["name"]
            for event in self.of("M")
            if event["name"] == "thread_name"
        }
        self._check_names()
        for events in self.slices.values():
            _check_nesting(events)

    def of(self, ph: str, cat: str | None = None) -> Iterator[Event]:
        for event in self.events:
            if event["ph"] == ph and (cat is None or event["cat"] == cat):
                yield event

    def counter(self, name: str) -> list[tuple[float, float]]:
        found = [event for event in self.of("C") if event["name"] == name]
        times = [event["ts"] for event in found]
        assert times == sorted(set(times)), "one value at a time"
        return [(event["ts"], *event["args"].values()) for event in found]

    def _check_names(self) -> None:
        assert not MAGIC & {event["name"] for event in self.events}
        named = {event["pid"] for event in self.of("M") if event["name"] == "process_name"}
        for event in self.events:
            assert event["pid"] in named
            assert event["ph"] == "C" or (event["pid"], event["tid"]) in self.names


def _check_nesting(events: list[Event]) -> None:
    """Of one thread, slices nest; what contains another one stands before it."""
    open_: list[float] = []
    for event in sorted(events, key=lambda event: event["ts"]):  # stable, as readers sort
        begin, end = event["ts"], event["ts"] + event["dur"]
        while open_ and open_[-1] <= begin + NEAR_US:
            open_.pop()
        assert not open_ or end <= open_[-1] + NEAR_US, f"{event} lies across another one"
        open_.append(end)


def check(run: Run) -> Trace:
    """The trace of a run, which says what the run says."""
    trace = Trace(run)
    known = [worker.begins for worker in run.workers if worker.begins != UNKNOWN]
    zero = min([run.started, *known])
    _check_tasks(run, trace, zero)
    _check_arrows(run, trace)
    running, queue = dict(trace.counter("running")), dict(trace.counter("queue"))
    assert running == _levels(_busy(run), zero)
    waits = [(time, 1) for time in run.submits] + [(time, -1) for time in run.starts]
    waits += [(time, -1) for time in run.queue.left.all]
    assert queue == _levels(waits, zero)
    looks = [busy / (until - since) for since, until, busy in run.machine.looks if until > zero]
    used = [value for _, value in trace.counter("CPU")]
    assert used == [*looks, *([0.0] if looks else [])]
    return trace


def _check_tasks(run: Run, trace: Trace, zero: int) -> None:
    told = {event["args"]["task"]: event for event in trace.of("X", "task")}
    tasks = run.tasks
    assert sorted(told) == [n for n, time in enumerate(tasks.started) if time != UNKNOWN]
    for task, event in told.items():
        worker = run.workers[tasks.worker[task]]
        assert trace.names[event["pid"], event["tid"]].startswith(run.label(worker))
        here = worker.pid is not None and not worker.host
        assert not here or event["pid"] == worker.pid
        begin, end = tasks.started[task], _end(run, worker, task)
        assert abs(event["ts"] - (begin - zero) / 1e3) < NEAR_US
        assert abs(event["dur"] - (end - begin) / 1e3) < NEAR_US
        if not worker.lane.nested:
            _check_states(run, trace, worker, task, event, sampled(run, worker, task, begin, end))


def _end(run: Run, worker: Worker, task: int) -> int:
    lane = worker.lane
    end = lane.end(lane.find(task, run.tasks.started[task]))
    if task in run.tasks.lost:  # which is told a moment after its worker's end
        return end
    return min(end, run.end_of(worker, run.latest))


def _check_states(
    run: Run, trace: Trace, worker: Worker, task: int, event: Event, spent: list[int]
) -> None:
    """What the slices inside a task add up to is what was sampled, to the nanosecond a piece."""
    begin, end = event["ts"] - NEAR_US, event["ts"] + event["dur"] + NEAR_US
    sums: dict[str, float] = defaultdict(float)
    pieces = 0
    for inside in trace.slices[event["pid"], event["tid"]]:
        if inside["cat"] == "state" and begin <= inside["ts"] and _until(inside) <= end:
            sums[inside["name"]] += inside["dur"]
            pieces += 1
    expected: dict[str, float] = defaultdict(float)
    for state in STATES:
        if spent[state]:
            expected[state_word(run, state)] += spent[state] / 1e3
    for word in {*sums, *expected}:
        off = 0.002 * (pieces + len(worker.states) + len(worker.awaits) + 1)
        assert abs(sums[word] - expected[word]) < off, f"task {task}: {word}"


def _until(event: Event) -> float:
    return float(event["ts"] + event["dur"])


def _check_arrows(run: Run, trace: Trace) -> None:
    """Of each task one comes from where it was submitted, one goes to where it was collected."""
    ends: dict[str, list[tuple[str, bool, bool]]] = defaultdict(list)
    for event in trace.of("X"):
        if "bind_id" in event:
            which = event["name"].split()[0], event.get("flow_in", False)
            ends[event["bind_id"]].append((*which, event.get("flow_out", False)))
    tasks = run.tasks
    for task in range(len(tasks)):
        there = {
            "submit": tasks.submitted[task] != UNKNOWN,
            "task": tasks.started[task] != UNKNOWN,
            "collect": tasks.collected[task] != UNKNOWN and task not in tasks.lost,
        }
        if not there["task"]:
            assert f"{task + 1:#x}" not in ends
            continue
        expected = {
            ("submit", False, True): there["submit"],
            ("task", there["submit"], there["collect"]): there["submit"] or there["collect"],
            ("collect", True, False): there["collect"],
        }
        assert sorted(ends[f"{task + 1:#x}"]) == sorted(end for end in expected if expected[end])


def _busy(run: Run) -> list[tuple[int, int]]:
    """+1 where a worker begins to be busy, -1 where it ceases."""
    changes = []
    for worker in run.workers:
        for start, task in zip(worker.lane.starts, worker.lane.tasks, strict=True):
            changes += [(start, 1), (_end(run, worker, task), -1)]
    return changes


def _levels(changes: list[tuple[int, int]], zero: int) -> dict[float, float]:
    """What they add up to, at the times at which that changes; in microseconds of the trace."""
    by_time: dict[int, int] = defaultdict(int)
    for time, change in changes:
        by_time[time] += change
    level, found = 0, {}
    for time in sorted(by_time):
        if by_time[time]:
            level += by_time[time]
            found[(time - zero) / 1e3] = float(level)
    return found
