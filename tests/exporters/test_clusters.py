"""Every format of a run on a cluster, under way and over, of a plan and of other people."""

from __future__ import annotations

import csv
import json

import pytest

from concviz.exporters.registry import EXPORTERS
from concviz.model.run import Run
from concviz.trace import events
from tests.builders import (
    FAR,
    TWO_HOSTS_MS,
    at,
    cluster_of,
    obeyed,
    people_at_work,
    two_hosts,
)
from tests.builders.clusters import FAR_PID, MB, NEAR_PID
from tests.exporters.objects import text_of, to_object
from tests.exporters.traces import check

TWO = two_hosts().run(TWO_HOSTS_MS)
FORMATS = ("text", "json", "csv", "markdown", "svg", "html", "chrome")
EVIL = "</script>[red]\x1b[2J\x9b漢字"


def hostile() -> Run:
    told = cluster_of(2)
    told.host(EVIL, error_ms=10)
    told.host("")
    (lane,) = told.process(0, EVIL, 1, EVIL)
    task = told.task(lane, 0, 1, 2, 3, label=EVIL)
    told.fetches(1, 2, task, 10, lane)
    told.stolen(1.5, task, lane)
    told.loses(5, task, EVIL)
    told.task(lane, 6, 7, 8, 9, again=task)
    told.memory(5, lane, 1, 2, 3, 4)
    return told.run(10)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    "run",
    [TWO, two_hosts().run(), TWO.as_of(at(195)), people_at_work().run(150), hostile()],
    ids=["over", "under way", "earlier", "of others", "hostile"],
)
def test_every_format_has_something_to_say_and_nothing_to_obey(run: Run, format: str) -> None:
    page = EXPORTERS.load(format).write(run).decode()
    assert page
    assert obeyed(page) == set()


@pytest.mark.parametrize("run", [TWO, TWO.as_of(at(195)), people_at_work().run(150), hostile()])
def test_its_trace_follows_the_rules(run: Run) -> None:
    check(run)


def test_equal_numbers_of_two_hosts_are_two_processes_of_a_trace() -> None:
    trace = json.loads(EXPORTERS.load("chrome").write(TWO))["traceEvents"]
    told = [each for each in trace if each["name"] == "process_name"]
    names = {each["args"]["name"]: each["pid"] for each in told}
    assert len(set(names.values())) == len(names) == 4  # and the runner
    assert names["here · alice-0"] == NEAR_PID
    transfers = [each for each in trace if each.get("cat") == "transfer"]
    assert [(each["ts"], each["dur"]) for each in transfers] == [(212_000, 60_000)]
    assert transfers[0]["args"] == {"task": 8, "size_bytes": 48 * MB}


def test_programs_read_where_tasks_were_and_what_became_of_them() -> None:
    found = to_object(TWO)
    tasks = found["tasks"]
    assert tasks[8]["arrived"] == [{"t_s": 0.2, "host": FAR, "pid": FAR_PID}]
    assert tasks[8]["transfers"] == [
        {"since_s": 0.212, "until_s": 0.272, "size_bytes": 48 * MB, "host": None, "pid": NEAR_PID}
    ]
    assert [place["pid"] for place in tasks[6]["stolen"]] == [5100]
    assert (tasks[7]["outcome"], tasks[7]["lost_s"]) == ("lost", 0.185)
    assert tasks[7]["lost_why"] == "its worker process was killed"
    assert (tasks[10]["again"], tasks[10]["outcome"]) == (7, "finished")
    assert (tasks[0]["again"], tasks[0]["lost_s"], tasks[0]["transfers"]) == (None, None, [])
    assert [worker["host"] for worker in found["workers"]] == [None, None, FAR, FAR]
    far = next(p for p in found["processes"] if (p["host"], p["pid"]) == (FAR, FAR_PID))
    assert far["memory"] == {
        "held_bytes": 150 * MB,
        "managed_bytes": None,
        "spilled_bytes": None,
        "limit_bytes": None,
        "peak_bytes": 150 * MB,
    }
    assert found["others_tasks"] == {"ended": 17, "under_way": 0}
    assert found["hosts"][1]["clock_error_s"] == 0.003


def test_a_run_on_one_machine_was_told_none_of_that() -> None:
    told = cluster_of(1)
    (lane,) = told.process(0, "", 1, "a")
    told.task(lane, 0, None, 1, 2)
    found = to_object(told.run(3))
    assert found["others_tasks"] is None
    assert found["processes"][0]["memory"] is None
    assert found["tasks"][0]["arrived"] == []


def test_a_spreadsheet_has_a_figure_in_a_cell() -> None:
    rows = list(csv.DictReader(text_of("csv", TWO).splitlines()))
    assert (rows[8]["arrived_s"], rows[8]["arrived_host"]) == ("0.2", FAR)
    assert (rows[8]["transfers"], rows[8]["transfer_bytes"]) == ("1", str(48 * MB))
    assert rows[8]["transfer_s"] == "0.06"
    assert (rows[0]["transfers"], rows[0]["transfer_s"]) == ("0", "")
    assert (rows[6]["stolen"], rows[10]["again"]) == ("1", "7")


@pytest.mark.parametrize("format", ["text", "markdown", "svg", "html"])
def test_people_read_lanes_clocks_and_what_was_run_again(format: str) -> None:
    page = EXPORTERS.load(format).write(TWO).decode()
    for said in ("here · alice-0 · 1", "10.0.0.2 · bob-1", "7 again", "transfer of its data"):
        assert said in page, said


def test_a_clock_is_spoken_of_where_its_error_is_to_be_seen() -> None:
    for error_ms, said in ((0.2, False), (40, True)):
        told = cluster_of(1)
        told.host("")
        told.host(FAR, error_ms=error_ms)
        (lane,) = told.process(0, FAR, 1, "a")
        told.task(lane, 0, 1, 2, 900)
        text = EXPORTERS.load("text").write(told.run(1_000)).decode()
        assert (f"times of {FAR} ± 40.0 ms" in text) == said
        assert f"{FAR}: times ±" in text  # among the figures


def test_an_event_of_a_host_keeps_its_name_on_the_way() -> None:
    line = events.encode_lines([events.TaskArrived(1, 2, 3, FAR)])
    assert events.decode(line.strip()) == events.TaskArrived(1, 2, 3, FAR)
