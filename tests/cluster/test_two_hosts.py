"""A cluster of two hosts with different clocks: what is told of both fits together."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from concviz.model.run import Run
from concviz.model.tasks import Outcome
from concviz.sources.feed import Feed
from concviz.sources.replay import Replay
from concviz.trace.states import State
from tests.cli.command_line import environment
from tests.cluster.two_hosts import (
    AHEAD_S,
    FAR,
    PATIENCE_S,
    SCHEDULER,
    Hosts,
    two_hosts,
    why_not,
)

pytest.importorskip("distributed", reason="the extra dask is not installed")
pytestmark = [
    pytest.mark.skipif(bool(why_not()), reason=why_not()),
    pytest.mark.xdist_group("hosts"),
]

LINKS = 12
CHAIN = """
import sys, time
from distributed import Client

def step(before):
    time.sleep(0.02)
    return before + 1

with Client(sys.argv[1]) as client:
    result = 0
    for k in range(int(sys.argv[2])):
        name = ("near", "far")[k % 2]
        result = client.submit(step, result, key=f"chain-{k}", workers=[name])
    print(result.result(timeout=60))
"""


@pytest.fixture(scope="module")
def hosts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosts]:
    with two_hosts(tmp_path_factory.mktemp("hosts")) as there:
        yield there


def test_a_plan_runs_on_two_hosts_and_all_that_is_told_fits_together(hosts: Hosts) -> None:
    recording = hosts.folder / "run.jsonl"
    plan = ["--strategy", "dask", "--workers", "2", "--tasks", "8", "--duration", "0.1"]
    where = ["--scheduler", SCHEDULER, "--record", str(recording)]
    command = hosts.near_command("-m", "concviz", "run", *plan, "--workload", "sleep", *where)
    done = subprocess.run(
        command, capture_output=True, env=environment(), timeout=PATIENCE_S, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    run = read(recording)
    assert run.count(Outcome.FINISHED) == 8
    check_clocks(run)
    error = run.surroundings.hosts[FAR].error_ns
    tasks = run.tasks
    assert {run.workers[tasks.worker[task]].label for task in range(8)} == {
        "worker near",
        "worker far",
    }
    for task in range(8):
        far = run.workers[tasks.worker[task]].label == "worker far"
        wrong = error if far else 0
        assert tasks.started[task] >= tasks.submitted[task] - wrong
        assert tasks.finished[task] - tasks.started[task] >= 95_000_000, "a span is of one clock"
        assert tasks.collected[task] >= tasks.finished[task] - wrong
    for worker in run.workers:  # somebody on its host has looked
        spent = worker.states.between(run.started, run.finished)
        assert spent[State.SLEEP] > 0.5 * 0.1e9 * len(worker.lane.tasks)
    assert run.observer.hz == 50
    assert set(run.surroundings.observers) == {"", FAR}


def test_a_chain_of_somebody_elses_tasks_is_in_order_across_the_clocks(hosts: Hosts) -> None:
    """Each is done on the other host, with the result of the one before."""
    recording = hosts.folder / "attached.jsonl"
    watching = ["attach", SCHEDULER, "--headless", "--record", str(recording)]
    attached = subprocess.Popen(
        hosts.near_command("-m", "concviz", *watching),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env=environment(),
    )
    try:
        wait_until(lambda: recording.exists() and recording.read_text().count("host-observed") == 2)
        chain = hosts.near_command("-c", CHAIN, SCHEDULER, str(LINKS))
        done = subprocess.run(
            chain, capture_output=True, env=environment(), timeout=PATIENCE_S, check=True
        )
        assert done.stdout.split() == [str(LINKS).encode()]
        wait_until(lambda: recording.read_text().count('"finished"') == LINKS)
        wait_until(lambda: len(read(recording).cluster.memory) == 2)
    finally:
        attached.send_signal(signal.SIGINT)
        attached.wait(PATIENCE_S)
    run = read(recording)
    check_clocks(run)
    error = run.surroundings.hosts[FAR].error_ns
    tasks = run.tasks
    order = sorted(range(LINKS), key=lambda task: int(tasks.named[task].label.split("-")[1]))
    hosts_of = [run.workers[tasks.worker[task]].label.split()[1] for task in order]
    assert hosts_of == ["near", "far"] * (LINKS // 2)
    held = {place.host: memory.held or 0 for place, memory in run.cluster.memory.items()}
    assert {host for host, size in held.items() if size > 10_000_000} == {"", FAR}
    for before, after in pairwise(order):
        assert tasks.started[after] >= tasks.finished[before] - error


def check_clocks(run: Run) -> None:
    """Both are the same machine's, of which one is so much ahead: so the truth is known."""
    hosts = run.surroundings.hosts
    assert hosts[""].error_ns == 0
    assert abs(hosts[FAR].offset_ns - AHEAD_S * 1_000_000_000) <= hosts[FAR].error_ns
    assert hosts[FAR].error_ns < 1_000_000_000


def read(recording: Path) -> Run:
    return Feed(Replay(recording)).follow(0.01)


def wait_until(so: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not so():
        assert time.monotonic() < until
        time.sleep(0.05)
