"""Sub-interpreters tell what they do, although they share no objects with anybody."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from concviz.model.run import Run
from concviz.trace import events
from concviz.trace.plan import Plan
from concviz.worker.interpreter import SETTINGS, attach
from tests.running import PATIENCE_S
from tests.worker import interpreters_script

MIXED = """
import json, sys, threading
sys.path[:] = {path!r}
from concviz.worker import tracing as worker
from concviz.runner.channels import interpreter_channel
from concviz.worker import interpreter

def write(n):
    for _ in range(50):
        worker.emit(("output", 1, n, "ä" * 20_000))

told = []
with interpreter_channel("tests.worker.talks:WORKLOAD", told.append) as attach:
    attach(())
    interpreter.attach()
    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
for event in told:
    sys.__stdout__.write(json.dumps(event) + "\\n")
"""


def test_tasks_in_real_interpreters_are_seen(tmp_path: Path) -> None:
    refused = tmp_path / "refused"
    done = subprocess.run(
        [sys.executable, interpreters_script.__file__, str(refused)],
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    if refused.exists():
        pytest.skip(f"this Python's modules do not all load: {refused.read_text()}")
    run = Run(Plan(tasks=4))
    run.apply(events.decode(line) for line in done.stdout.splitlines())
    assert run.counts.total == 0
    assert [worker.key for worker in run.workers] == ["thread-0", "thread-1"]
    assert len({worker.tid for worker in run.workers}) == 2
    for worker_of, tasks in zip(run.workers, interpreters_script.TASKS, strict=True):
        assert list(worker_of.lane.tasks) == list(tasks)
        assert worker_of.starting <= worker_of.started <= worker_of.ended
    assert run.tasks.results == {0: "Task 0", 1: "Task 1", 3: "Task 3"}
    assert run.tasks.failures[2].error == "ValueError: Task 2"
    printed = [(line.task, line.worker, line.text) for line in run.output if line.task is not None]
    assert sorted(printed) == [(task, task % 2, f"in an interpreter: {task}") for task in range(4)]


def test_long_events_do_not_get_mixed_up() -> None:
    """Interpreters write at once, each with a GIL of its own; a pipe takes 4,096 bytes in one."""
    done = subprocess.run(
        [sys.executable, "-c", MIXED.format(path=sys.path)],
        capture_output=True,
        timeout=PATIENCE_S,
        check=True,
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    expected = [["output", 1, n, "ä" * 20_000] for n in range(4) for _ in range(50)]
    assert sorted(told) == expected


def test_there_is_no_run_to_attach_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SETTINGS, raising=False)
    with pytest.raises(KeyError):
        attach()
