"""``--call`` and ``--inputs`` on the command line."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from concviz.sources import warm_start
from concviz.trace.plan import Plan
from tests.cli.command_line import concviz, here, refused
from tests.functions import folder_of_functions
from tests.running import results, run_plan


@pytest.fixture(autouse=True)
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return folder_of_functions(tmp_path, monkeypatch)


def test_run_and_record_a_function_and_replay_it() -> None:
    done = concviz("run", "--call", "jobs.py:seen", "--inputs", "1", "--inputs", "x", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert told["plan"]["workload"] == "jobs.py:seen"
    assert told["plan"]["inputs"] == ["1", "x"]
    assert [task["outcome"] for task in told["tasks"]] == ["finished"] * 2
    done = here("run", "--call", "jobs:doubled", "--inputs", "jobs:ITEMS", "--record", "a.jsonl")
    assert done.stdout.startswith("3 × jobs:doubled, thread-pool\n")
    os.rename("jobs.py", "gone.py")  # noqa: PTH104
    done = here("replay", "a.jsonl", "--json")
    assert [task["result"] for task in json.loads(done.stdout)["tasks"]] == [2, 4, 6]


def test_compare_says_whether_results_are_the_same() -> None:
    function = ("--call", "jobs:where", "--inputs", "range:2", "--strategies", "threads")
    done = here("compare", *function, "--repeat", "2", "--json", "--markdown", "found.md")
    told = json.loads(done.stdout)
    assert told["results"]["equal"] is False
    assert told["verdict"]["sentence"].startswith(told["results"]["sentence"])
    assert "Results differ: those of threads in tasks 0 and 1" in told["results"]["sentence"]
    page = Path("found.md").read_text()
    assert page.startswith("### concviz compare: 2 × jobs:where\n\n**Results differ: ")


def test_an_async_one_is_swept_by_asyncio() -> None:
    function = ("--call", "jobs:waits", "--inputs", "range:4", "--workers", "1,2")
    done = here("sweep", *function, "--repeat", "1", "--warmup", "0", "--json")
    told = json.loads(done.stdout)
    assert [(point["strategy"], point["workers"]) for point in told["points"]] == [
        ("asyncio", 1),
        ("asyncio", 2),
    ]
    assert told["results"] == {"equal": True, "sentence": "Results are the same in all runs."}
    done = here("run", "--call", "jobs:waits", "--inputs", "range:2")
    assert done.stderr == "Note: jobs:waits is async: it runs under asyncio.\n"
    assert done.stdout.startswith("2 × jobs:waits, asyncio\n")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("--call jobs:doubled", "--inputs are missing, which the function is called with"),
        ("--inputs range:3", "--inputs are those of a function: --call says which."),
        ("--call jobs --inputs 1", "write it as jobs:NAME, or as FILE.py:NAME."),
        ("--call jobs:doubled --inputs 1 --workload cpu", "--workload and --call both say"),
        ("--call jobs:doubled --inputs 1 --duration 1", "--duration is not for --call"),
        ("--workload jobs:doubled", "--call jobs:doubled calls it."),
        ("--call jobs:waits --inputs 1 --strategy threads", "it is an async function"),
        ("--call jobs:doubled --inputs 1 --tasks 0", "tasks is 0: it must be from 1 to"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments: str, says: str) -> None:
    assert says in refused("run", *arguments.split())


def test_fewer_inputs_than_were_asked_for_are_said_to_be() -> None:
    done = here(*["run", "--call", "jobs:doubled", "--inputs", "range:3", "--tasks", "5", "--json"])
    assert done.stderr == "Note: there are only 3 inputs: so many tasks.\n"
    assert len(json.loads(done.stdout)["tasks"]) == 3
    done = here(*["run", "--call", "jobs:doubled", "--inputs", "range:9", "--tasks", "2", "--json"])
    assert len(json.loads(done.stdout)["tasks"]) == 2


def test_a_run_from_the_fork_server_has_the_module_as_it_is_now(jobs: Path) -> None:
    plan = Plan(workload="jobs:doubled", inputs=("range:2",), tasks=2, duration_s=0.0)
    with warm_start.kept():
        assert results(run_plan(plan)) == [0, 2]
        text = (jobs / "jobs.py").read_text()
        (jobs / "jobs.py").write_text(text.replace("number * 2", "number * 200"))
        os.utime(jobs / "jobs.py", (time.time(), time.time() + 5))
        assert results(run_plan(plan)) == [0, 200]
