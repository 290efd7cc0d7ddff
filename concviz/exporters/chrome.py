"""Chrome's Trace Event Format, for Perfetto, chrome://tracing, vizviewer and the Firefox Profiler.

A track for each worker, under its process; a task is a slice, what its thread did lies inside;
arrows lead from where the strategy submitted a task over the task to where it collected it;
counters say how many workers are busy, how many tasks wait, how many cores are in use. What was
not seen is not there.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from concviz.exporters.exporter import Exporter, Look
from concviz.exporters.trace_events import counters
from concviz.exporters.trace_events.events import Counter, Event
from concviz.exporters.trace_events.slices import MOST_TASKS, Slices
from concviz.exporters.trace_events.tracks import Tracks
from concviz.model.run import Run
from concviz.trace.sanitize import sanitize
from concviz.version import __version__
from concviz.view.phrases import left_out, what_ran
from concviz.view.run_page import where

PIECE = 1 << 16
"""Bytes that are written at once, about."""
ORDER = (
    "Within the time between two samples it is measured how long each state took, not in which "
    "order."
)
_encoder = msgspec.json.Encoder()


def of_run(run: Run, look: Look) -> Iterator[bytes]:
    """The trace of a run, piece after piece."""
    page = bytearray(b'{"displayTimeUnit":"ms","otherData":')
    page += _encoder.encode(_about(run)) + b',"traceEvents":['
    separator = b"\n"
    for event in _events(run):
        page += separator + _encoder.encode(event)
        separator = b",\n"
        if len(page) > PIECE:
            yield bytes(page)
            page.clear()
    yield bytes(page) + b"\n]}\n"


def _about(run: Run) -> dict[str, str]:
    """What readers show of the trace as a whole."""
    left = left_out(run)
    if (more := len(run.tasks) - MOST_TASKS) > 0:
        left.append(f"{more:,} tasks, from number {MOST_TASKS:,} on")
    about = {"concviz": __version__, "run": what_ran(run), "ended": run.phase.value}
    about |= {"machine": place} if (place := where(run)) else {}
    about |= {"left_out": ", ".join(left)} if left else {}
    return {key: sanitize(text) for key, text in about.items()} | {"states": ORDER}


def _events(run: Run) -> Iterator[Event]:
    tracks = Tracks(run)
    slices = Slices(run, tracks)
    yield from slices.of_strategy()
    for worker in run.workers:
        yield from slices.of_worker(worker)
    yield from slices.of_marks()
    yield from slices.of_others()
    yield from slices.crowded()
    yield from _counters(run, slices, tracks.strategy.pid)
    yield from tracks.metadata()  # of those that it has come to by now


def _counters(run: Run, slices: Slices, pid: int) -> Iterator[Counter]:
    figures = {
        ("running", "workers"): counters.running(run),
        ("queue", "depth"): counters.queued(run),
        ("CPU", "cores in use"): counters.cores(run, slices.zero),
    }
    for (name, what), values in figures.items():
        for time, value in values:
            yield Counter(name, "counter", pid, pid, slices.us(time), {what: value})


EXPORTER = Exporter(
    name="chrome",
    summary="a trace for Perfetto, chrome://tracing or the Firefox Profiler",
    suffixes=(".trace.json",),
    writers={"run": of_run},
)
