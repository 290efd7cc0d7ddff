"""``concviz attach tcp://…``: what others do on a cluster is seen, and they are left alone."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from concviz.model.run import Run
from concviz.model.tasks import Outcome
from concviz.trace.reader import Reader
from tests.cli.command_line import COMMAND, environment
from tests.cli.command_line import wait_for as wait_for_words
from tests.cluster.separate import Separate, Somebody, somebody
from tests.running import SOON_S, wait_for

pytest.importorskip("distributed", reason="needs the extra: pip install 'concviz[dask]'")
pytestmark = pytest.mark.xdist_group("cluster")
TIMES = int(os.environ.get("CONCVIZ_ATTACHES", "4")) // 2
STARTED = b'["started"'


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Separate]:
    with Separate(tmp_path_factory.mktemp("cluster")) as found:
        found.add_worker("a", "--nthreads", "2")
        found.add_worker("b", "--nthreads", "1", "--no-nanny")
        yield found


@pytest.fixture(scope="module")
def user(cluster: Separate) -> Iterator[Somebody]:
    with somebody(cluster.address) as found:
        yield found


def attached(cluster: Separate, recording: Path, *options: str) -> subprocess.Popen[bytes]:
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


def nothing_is_left(user: Somebody, before: Any) -> bool:
    """Whether all is as it was, but for what goes on by itself."""
    return bool(without_counts(user("look")) == without_counts(before))


def without_counts(look: Any) -> Any:
    for part in *look["workers"], look["scheduler"]:
        part.pop("ended", None)
    return look


def test_what_somebody_does_is_seen_and_right_before_during_and_after(
    cluster: Separate, user: Somebody, tmp_path: Path
) -> None:
    before = user("look")
    assert user("round")["total"] == 55
    recording, told = tmp_path / "a.jsonl", tmp_path / "a.json"
    with attached(cluster, recording, "--json", str(told)) as attaching:
        wait_for_words(recording, b'"worker-started"')
        there = user("look")
        assert all(worker["active"] != "dict" for worker in there["workers"])
        assert user("rounds", 1)["rounds"] > 0
        wait_for_words(recording, STARTED)
        attaching.send_signal(signal.SIGINT)
        assert attaching.wait(60) == 0
        printed, errors = attaching.communicate()
    assert errors == b""
    after = user("look")
    assert user("round")["total"] == 55
    assert without_counts(after) == without_counts(before)
    assert (
        sum(worker["ended"] for worker in user("look")["workers"])
        == (user("look")["scheduler"]["ended"])
    ), "its own plugins were told of everything"
    assert cluster.trouble == []

    run = read(recording)
    assert run.program is not None
    assert (run.program.how, run.program.argv) == ("cluster", [cluster.address])
    labels = {group.label.split(" · ")[0] for group in run.surroundings.groups.values()}
    assert labels == {"inc", "add", "boom"}
    assert len({worker.pid for worker in run.workers}) == 2
    assert run.tally[Outcome.FINISHED] >= 11
    assert run.tally[Outcome.FAILED] >= 1
    assert b"\x1b" not in printed
    assert b"no [bold]luck" in printed
    assert json.loads(told.read_text())["error"] == "it was let go, and runs on"
    assert any(worker.states for worker in run.workers), "threads are looked at by their nanny"


def test_no_event_of_a_flood_is_lost_without_a_count(
    cluster: Separate, user: Somebody, tmp_path: Path
) -> None:
    recording = tmp_path / "flood.jsonl"
    with attached(cluster, recording) as attaching:
        wait_for_words(recording, b'"worker-started"')
        user("flood", 1_000)
        wait_for(partial(_ended, recording, 1_000), "all are told of")
        attaching.send_signal(signal.SIGTERM)
        assert attaching.wait(60) == 128 + signal.SIGTERM
    run = read(recording)
    assert run.counts.duplicate == run.counts.unknown == 0


def _ended(recording: Path, tasks: int) -> bool:
    lines = recording.read_bytes()
    return lines.count(b'\n["finished"') >= tasks


@pytest.mark.parametrize("victim", ["command", "attachment"])
def test_whoever_is_killed_nothing_of_ours_is_left_within_moments(
    victim: str, cluster: Separate, user: Somebody, tmp_path: Path
) -> None:
    before = user("look")
    recording = tmp_path / "killed.jsonl"
    with attached(cluster, recording) as attaching:
        wait_for_words(recording, b'"worker-started"')
        user("begin", 3, 0.5)
        wait_for_words(recording, STARTED)
        if victim == "command":
            attaching.kill()
        else:
            os.kill(_attachment_of(attaching.pid), signal.SIGKILL)
            assert attaching.wait(60) == 0
    with contextlib.suppress(AssertionError):
        wait_for(partial(nothing_is_left, user, before), "nothing is left", within=SOON_S)
    assert without_counts(user("look")) == without_counts(before)
    assert user("gather") == 3
    assert cluster.trouble == []
    if victim == "attachment":
        assert b"was connected to the cluster has ended" in recording.read_bytes()


def _attachment_of(pid: int) -> int:
    """The process that is connected, below the supervisor of a command."""
    for _ in range(2):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        pid = int(children[0])
    return pid


def test_many_that_let_go_leave_a_cluster_that_works(
    cluster: Separate, user: Somebody, tmp_path: Path
) -> None:
    before = user("look")
    for number in range(TIMES):
        with attached(cluster, tmp_path / f"{number}.jsonl", "--for", "0.1") as attaching:
            assert user("round")["total"] == 55
            assert attaching.wait(60) == 0
    assert nothing_is_left(user, before)
    assert cluster.trouble == []


def test_a_worker_that_is_killed_takes_its_tasks_along_and_others_do_them_again(
    cluster: Separate, user: Somebody, tmp_path: Path
) -> None:
    recording = tmp_path / "again.jsonl"
    with attached(cluster, recording) as attaching:
        wait_for_words(recording, b'"worker-started"')
        user("begin", 3, 1.0)
        wait_for(lambda: recording.read_bytes().count(STARTED) >= 3, "all have begun")
        nannied = max(read(recording).workers, key=lambda worker: "a" in worker.label)
        assert nannied.pid is not None
        os.kill(nannied.pid, signal.SIGKILL)
        assert user("gather") == 3
        attaching.send_signal(signal.SIGINT)
        assert attaching.wait(60) == 0
    run = read(recording)
    assert run.tally[Outcome.LOST] == 2
    assert run.tally[Outcome.FINISHED] == 3
    assert sum(told.again is not None for told in run.tasks.named.values()) == 2
