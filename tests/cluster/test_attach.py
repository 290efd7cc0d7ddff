"""``concviz attach tcp://…``: what others do on a cluster is seen, and they are left alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from concviz.model.run import Run
from concviz.model.tasks import Outcome
from concviz.trace.reader import Reader
from tests.cli.command_line import COMMAND, environment
from tests.cluster.by_hand import ByHand
from tests.cluster.somebody import Somebody, somebody
from tests.running import SOON_S, wait_for

pytest.importorskip("distributed", reason="Dask is not installed: pip install 'concviz[dask]'")
pytestmark = pytest.mark.xdist_group("cluster")
TIMES = int(os.environ.get("CONCVIZ_ATTACHES", "4")) // 2
LANE, STARTED, FINISHED = b'["worker-started"', b'["started"', b'["finished"'
ROUND = {"total": 55, "error": "no [bold]luck\x1b[31m"}


@pytest.fixture(scope="module")
def user(cluster: ByHand) -> Iterator[Somebody]:
    with somebody(cluster.address) as found:
        yield found


@pytest.fixture(autouse=True)
def no_trouble(cluster: ByHand) -> Iterator[None]:
    """Nothing that happens is worth a warning to the scheduler."""
    before = cluster.trouble()
    yield
    assert cluster.trouble()[len(before) :] == []


def attached(cluster: ByHand, recording: Path, *options: str) -> subprocess.Popen[bytes]:
    command = [*COMMAND, "attach", cluster.address, "--headless", "--record", str(recording)]
    return subprocess.Popen(
        [*command, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )


def read(recording: Path) -> Run:
    run = Run()
    with recording.open("rb") as file:
        reader = Reader(file)
        while not reader.ended:
            run.apply(reader.read())
    return run


def left(user: Somebody) -> Any:
    """What there is on the cluster, but for what is only counted."""
    found = user("look")
    for part in *found["workers"], found["scheduler"]:
        del part["ended"]
    return found


def test_what_somebody_does_is_seen_and_right_before_during_and_after(
    cluster: ByHand, user: Somebody, tmp_path: Path
) -> None:
    before = left(user)
    assert user("round") == ROUND
    recording, told = tmp_path / "a.jsonl", tmp_path / "a.json"
    with attached(cluster, recording, "--json", str(told)) as attaching:
        wait_for(partial(_has, recording, LANE, 1), "it is attached")
        assert all(worker["active"] != "dict" for worker in user("look")["workers"])
        assert user("round") == ROUND
        user("flood", 300)
        wait_for(partial(_has, recording, FINISHED, 311), "all are told of")
        attaching.send_signal(signal.SIGINT)
        printed, errors = attaching.communicate(timeout=60)
    assert (attaching.returncode, errors) == (0, b"")
    assert left(user) == before
    assert user("round") == ROUND
    seen = user("look")
    assert sum(worker["ended"] for worker in seen["workers"]) == seen["scheduler"]["ended"]

    run = read(recording)
    assert run.program is not None
    assert (run.program.how, run.program.argv) == ("cluster", [cluster.address])
    labels = {group.label.split(" · ")[0] for group in run.surroundings.groups.values()}
    assert labels == {"inc", "add", "boom", "nothing"}
    assert len({worker.pid for worker in run.workers}) == 2
    assert run.tally[Outcome.FINISHED] == 311
    assert run.tally[Outcome.FAILED] == 1
    assert run.counts.duplicate == run.counts.unknown == 0
    assert all(len(worker.states) for worker in run.workers), "nannies look at threads"
    assert b"no [bold]luck" in printed
    assert b"\x1b" not in printed
    assert json.loads(told.read_text())["error"] == "it was let go, and runs on"


def _has(recording: Path, words: bytes, number: int) -> bool:
    time.sleep(0.1)  # to look costs the more the more there is
    return recording.exists() and recording.read_bytes().count(words) >= number


@pytest.mark.parametrize("victim", ["command", "attachment"])
def test_whoever_is_killed_nothing_of_ours_is_left_within_moments(
    victim: str, cluster: ByHand, user: Somebody, tmp_path: Path
) -> None:
    before = left(user)
    recording = tmp_path / "killed.jsonl"
    with attached(cluster, recording) as attaching:
        wait_for(partial(_has, recording, LANE, 1), "it is attached")
        user("begin", 2, 0.5)
        wait_for(partial(_has, recording, STARTED, 1), "a task has begun")
        if victim == "command":
            attaching.kill()
        else:
            os.kill(_attachment_of(attaching.pid), signal.SIGKILL)
            assert attaching.wait(60) == 0
            assert b"was connected to the cluster has ended" in recording.read_bytes()
    wait_for(lambda: left(user) == before, "nothing is left", within=SOON_S)
    assert user("gather") == 2


def _attachment_of(pid: int) -> int:
    """The process that is connected, below the supervisor of a command."""
    for _ in range(2):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        pid = int(children[0])
    return pid


def test_many_that_let_go_leave_a_cluster_that_works(
    cluster: ByHand, user: Somebody, tmp_path: Path
) -> None:
    before = left(user)
    for number in range(TIMES):
        with attached(cluster, tmp_path / f"{number}.jsonl", "--for", "0.1") as attaching:
            assert user("round") == ROUND
            assert attaching.wait(60) == 0
    assert left(user) == before


def test_a_run_of_a_plan_counts_what_others_do_and_leaves_that_alone(
    cluster: ByHand, user: Somebody, tmp_path: Path
) -> None:
    before = left(user)
    recording = tmp_path / "run.jsonl"
    options = ["--strategy", "dask", "--scheduler", cluster.address, "--record", str(recording)]
    plan = ["--workload", "sleep", "--tasks", "4", "--duration", "0.5"]
    with subprocess.Popen([*COMMAND, "run", *options, *plan], stdout=subprocess.PIPE) as running:
        wait_for(partial(_has, recording, STARTED, 1), "it has begun")
        assert user("round") == ROUND
        assert running.wait(60) == 0
    wait_for(lambda: left(user) == before, "nothing is left", within=SOON_S)
    run = read(recording)
    assert run.tally[Outcome.FINISHED] == 4
    assert run.cluster.others is not None
    assert sum(run.cluster.others) > 0


def test_a_worker_that_is_killed_takes_its_tasks_along_and_others_do_them_again(
    cluster: ByHand, user: Somebody, tmp_path: Path
) -> None:
    recording = tmp_path / "again.jsonl"
    with attached(cluster, recording) as attaching:
        wait_for(partial(_has, recording, LANE, 1), "it is attached")
        user("begin", 2, 1.0)
        wait_for(partial(_has, recording, STARTED, 2), "both have begun")
        os.kill(
            next(worker.pid for worker in read(recording).workers if worker.pid), signal.SIGKILL
        )
        assert user("gather") == 2
        wait_for(partial(_has, recording, FINISHED, 2), "both are told of")
        attaching.send_signal(signal.SIGTERM)
        assert attaching.wait(60) == 128 + signal.SIGTERM
    run = read(recording)
    assert run.tally[Outcome.LOST] == 1
    assert run.tally[Outcome.FINISHED] == 2
    assert [told.again for told in run.tasks.named.values() if told.again is not None] != []
    cluster.wait_for_workers()
