"""Every format of a run that is no plan's: a program, under way and over."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from concviz.exporters.registry import EXPORTERS
from concviz.model.run import Run
from tests.builders import FIVE_SCENES_MS, PID, SERVER_MS, five_scenes, made, obeyed, server

FIVE = five_scenes().run(FIVE_SCENES_MS)
SERVER = server().run(SERVER_MS, 1)
UNDER_WAY = server().run()
FORMATS = ("text", "json", "csv", "markdown", "svg", "html", "chrome")


def attached() -> Run:
    """One without a task."""
    told = made("server.py", how="attached")
    told.does(told.process(0), 0, 900, running=1, io=2)
    return told.run(900)


def nameless() -> Run:
    """One of which nothing is told but that it ran."""
    return made("").run(5, -9)


def hostile() -> Run:
    told = made("x\x1b[31m.py", "[red]")
    main = told.process(0)
    group = told.group(0, "thread-pool", "</script><b>\x1b[2J")
    lane = told.thread(1, PID, PID + 1, "\x9b漢字[/]", group=group)
    told.task(group, "f('\x07</svg>')", lane, 1, 2, 30, error="E: \x1b[0m")
    told.mark(9, main, "=1+1\x1b")
    return told.run(40, 3)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("run", [FIVE, SERVER, UNDER_WAY, attached(), nameless(), hostile()])
def test_every_format_has_something_to_say_and_nothing_to_obey(run: Run, format: str) -> None:
    page = EXPORTERS.load(format).write(run).decode()
    assert page
    assert obeyed(page) == set()


@pytest.mark.parametrize("format", ["text", "markdown", "svg", "html"])
def test_people_read_labels_lanes_and_how_it_ended(format: str) -> None:
    page = EXPORTERS.load(format).write(SERVER).decode()
    for said in ("-m server --port 8080", "exit status 1", "slot 7", "asyncio_1", "report()"):
        assert said in page, said


def test_a_trace_has_a_track_for_each_thread_below_its_process() -> None:
    trace = json.loads(EXPORTERS.load("chrome").write(FIVE))["traceEvents"]
    told = [each for each in trace if each["ph"] == "M"]
    processes = {e["pid"]: e["args"]["name"] for e in told if e["name"] == "process_name"}
    threads = [e for e in told if e["name"] == "thread_name"]
    assert set(processes.values()) == {
        "concviz: five_scenes.py",
        *(f"Process-{n}" for n in range(1, 6)),
        *(f"ForkProcess-{n}" for n in range(6, 9)),
    }
    assert Counter(e["pid"] for e in threads)[PID] == 1 + 1 + 5 + 3 + 2
    slices = [e for e in trace if e["ph"] == "X"]
    assert sum(e["cat"] == "task" and "fetch(3, 1)" in e["name"] for e in slices) == 2
    main = [e for e in slices if e["pid"] == PID == e["tid"] and e["cat"] == "state"]
    assert [e["name"] for e in main][:2] == ["running", "sleep"]


def test_slices_of_a_thread_nest_also_where_no_task_runs() -> None:
    trace = json.loads(EXPORTERS.load("chrome").write(SERVER))["traceEvents"]
    by_track: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for each in trace:
        if each["ph"] == "X":
            track = each["pid"], each["tid"]
            by_track.setdefault(track, []).append((each["ts"], each["ts"] + each["dur"]))
    for spans in by_track.values():
        path: list[float] = []
        for begin, end in sorted(spans, key=lambda span: (span[0], -span[1])):
            while path and path[-1] <= begin + 0.001:
                path.pop()
            assert not path or end <= path[-1] + 0.001
            path.append(end)
