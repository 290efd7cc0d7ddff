"""``concviz watch``: a program behaves as without it, and is seen."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pexpect
import pytest

from concviz.model.tasks import UNKNOWN
from concviz.sources.feed import Feed
from concviz.sources.replay import Replay
from tests.cli.command_line import COMMAND, PATIENCE_S, environment, refused, wait_for

PROGRAMS = Path(__file__).parent.parent / "programs"
WATCH = [*COMMAND, "watch", "--headless"]


def run(
    *command: str | Path, read: str = "", cwd: Path | None = None, **changes: str
) -> subprocess.CompletedProcess[str]:
    """Run it to its end, in a process group of its own, as a shell does."""
    return subprocess.run(
        [str(word) for word in command],
        input=read,
        capture_output=True,
        encoding="utf-8",
        env=environment(GROUP=str(os.getpgrp()), **changes),
        cwd=cwd,
        timeout=PATIENCE_S,
        check=False,
    )


def script(folder: Path, text: str, name: str = "jobs.py") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def watched(tmp_path: Path, text: str, *options: str) -> tuple[Any, int]:
    """The JSON object of a program that is watched, and the exit status."""
    where = tmp_path / "found.json"
    ended = run(*WATCH, "--json", where, *options, script(tmp_path, text))
    return json.loads(where.read_bytes()), ended.returncode


@pytest.mark.parametrize(
    "arguments",
    [
        (PROGRAMS / "what_it_finds.py", "--json", "-x", "--", "ä b"),
        ("-m", "tests.programs.what_it_finds", "-m", "--headless"),
    ],
    ids=["script", "module"],
)
def test_a_program_finds_what_it_finds_without_us(arguments: tuple[str | Path, ...]) -> None:
    bare = run(sys.executable, *arguments, read="what is read\n")
    there = run(*WATCH, *arguments, read="what is read\n")
    assert there.stdout == bare.stdout
    assert there.stderr == bare.stderr
    assert "KeyError: 'as it is'" in bare.stderr
    assert there.returncode == bare.returncode == 1


def test_five_ways_to_do_five_tasks(tmp_path: Path) -> None:
    ways, where, recording = PROGRAMS / "five_ways.py", tmp_path / "a.json", tmp_path / "a.jsonl"
    bare = run(sys.executable, ways, "0.3")
    there = run(*WATCH, "--json", where, "--record", recording, "--explain", ways, "0.3")
    assert sorted(there.stdout) == sorted(bare.stdout)
    assert there.returncode == bare.returncode == 0
    found = json.loads(where.read_bytes())
    assert found["exit_status"] == 0
    assert found["program"]["argv"] == [str(ways), "0.3"]
    groups = [(group["kind"], group["tasks"]) for group in found["groups"]]
    assert groups == [("threads", 5), ("thread-pool", 5), ("processes", 5), ("process-pool", 5)]
    assert not any(found["left_out"].values())
    assert len(found["tasks"]) == 20
    workers = found["workers"]
    (main,) = (worker for worker in workers if worker["kind"] == "main")
    for group in found["groups"]:
        tasks = [task for task in found["tasks"] if task["group"] == group["id"]]
        of_processes = group["kind"].startswith("process")
        for task in tasks:
            assert task["outcome"] == "finished"
            assert task["submitted_s"] <= task["started_s"] < task["finished_s"]
            assert task["finished_s"] - task["started_s"] >= 0.3
            worker = workers[task["worker"]]
            assert worker["kind"] == ("process" if of_processes else "thread")
            assert (worker["pid"] != main["pid"]) == of_processes
        pool = group["kind"].endswith("pool")
        assert len({task["worker"] for task in tasks}) == (3 if pool else 5)
        labels = sorted(task["label"] for task in tasks)
        assert labels == [f"squared({k})" if pool else f"wait({k}, 0.3)" for k in range(5)]
    assert main["started_s"] + 5 * 0.3 <= min(task["started_s"] for task in found["tasks"])
    names = {process["name"]: process for process in found["processes"]}
    assert names["five_ways.py"]["exit_status"] == 0
    run_again = Feed(Replay(recording)).follow(0.01)
    assert len(run_again.tasks) == 20
    assert run_again.exitcode == 0
    assert "Findings" in there.stderr


def test_it_ends_as_the_program_does(tmp_path: Path) -> None:
    assert run(*WATCH, script(tmp_path, "raise SystemExit(7)")).returncode == 7
    killed = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    found, status = watched(tmp_path, killed)
    assert status == found["exit_status"] == -signal.SIGKILL
    assert found["phase"] == "finished"
    assert found["workers"][0]["exit_status"] == -signal.SIGKILL


LISTENS = """
import os, signal, sys, time
def hear(number, frame):
    os.write(1, b"heard %d\\n" % number)  # print cannot be called in the middle of print
    heard.append(number)
heard = []
for number in signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1:
    signal.signal(number, hear)
print("ready", flush=True)
while len(heard) < int(sys.argv[1]):
    time.sleep(0.01)
sys.exit(9)
"""


def test_signals_are_passed_on(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with (
        out.open("wb") as file,
        subprocess.Popen(
            [*WATCH, script(tmp_path, LISTENS), "4"], stdout=file, env=environment()
        ) as it,
    ):
        wait_for(out, b"ready")
        for number in signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGUSR1:
            it.send_signal(number)
            wait_for(out, b"heard %d" % number)
        assert it.wait(PATIENCE_S) == 9
    assert out.read_text().count("heard") == 4


def test_ctrl_c_of_a_terminal_comes_once(tmp_path: Path) -> None:
    program = script(tmp_path, LISTENS)
    arguments = [*WATCH[1:], str(program), "2"]
    it = pexpect.spawn(WATCH[0], arguments, env=environment(), timeout=PATIENCE_S)
    try:
        it.expect("ready")
        it.sendintr()
        it.expect("heard 2")
        time.sleep(0.3)  # a second one would be on its way
        it.kill(signal.SIGTERM)
        assert it.expect(["heard 15", "heard 2"]) == 0
        it.expect(pexpect.EOF)
        it.wait()
        assert it.exitstatus == 9
    finally:
        it.close(force=True)


def test_what_ends_a_program_ends_us(tmp_path: Path) -> None:
    program = script(tmp_path, "import time\nprint('ready', flush=True)\ntime.sleep(100)")
    it = pexpect.spawn(WATCH[0], [*WATCH[1:], str(program)], env=environment(), timeout=PATIENCE_S)
    try:
        it.expect("ready")
        it.sendintr()
        it.expect("KeyboardInterrupt")
        it.expect(pexpect.EOF)
        it.wait()
        assert it.signalstatus == signal.SIGINT
    finally:
        it.close(force=True)


CHILDREN = """
import os, subprocess, sys, threading, time
from pathlib import Path
children = [
    subprocess.Popen([sys.executable, "-I", "-c", "import time; time.sleep(100)"]),
    subprocess.Popen(["sleep", "100"]),
    subprocess.Popen([sys.executable, "-c", "import sys; sys.exit(3)"]),
]
pid = os.fork()
if not pid:
    os.kill(os.getpid(), 9)
def wait():
    while not Path(sys.argv[1]).exists():
        time.sleep(0.01)
thread = threading.Thread(target=wait, name="mine")
thread.start()
thread.join()
os.waitpid(pid, 0)
for child in children[:2]:
    child.kill()
for child in children:
    child.wait()
"""


def test_children_that_tell_nothing_are_seen_all_the_same(tmp_path: Path) -> None:
    program, recording, go = script(tmp_path, CHILDREN), tmp_path / "a.jsonl", tmp_path / "go"
    command = [*WATCH, "--record", recording, program, go]
    with subprocess.Popen([str(word) for word in command], env=environment()) as it:
        try:
            wait_for(recording, b"was started with -I")
            wait_for(recording, b"sleep is not Python: only its threads are seen.")
            wait_for(recording, b",-9,")
        finally:
            go.touch()
        assert it.wait(PATIENCE_S) == 0
    found = Feed(Replay(recording)).follow(0.01)
    workers = {found.label(worker): worker for worker in found.workers}
    assert {"main", "mine", "sleep"} <= workers.keys()
    assert workers["sleep"].started != UNKNOWN
    ends = {end.exitcode for end in found.surroundings.ends.values()}
    assert ends == {0, 3, -9}
    assert [found.tasks.named[0].label] == ["wait()"]


LEAVES = """
import subprocess, sys
from pathlib import Path
there = Path(__file__).parent
code = f'''
import time
from pathlib import Path
while not Path({str(there / "go")!r}).exists():
    time.sleep(0.01)
Path({str(there / "done")!r}).write_text("it is")
'''
nothing = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
subprocess.Popen([sys.executable, "-c", code], **nothing)
"""


def test_what_a_program_leaves_behind_goes_on(tmp_path: Path) -> None:
    found, status = watched(tmp_path, LEAVES)
    assert status == 0
    assert any("went on" in sentence for sentence in found["not_seen"])
    done = tmp_path / "done"
    assert not done.exists()
    (tmp_path / "go").touch()
    wait_for(done, b"it is")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.py"], "nowhere.py cannot be run: no such file or directory."),
        (["-m"], "-m needs the name of a module"),
        (["-m", "no_such_module.at_all"], "there is no module no_such_module.at_all"),
        (["json.tool"], "json.tool cannot be run"),
        (["unittest"], "concviz watch -m unittest"),
        ([str(PROGRAMS)], "is a folder without a __main__.py"),
        (["--json", "-", "x.py"], "standard output is the program's"),
        (["--record", "-", "x.py"], "standard output is the program's"),
        (["--sample-hz", "-3", "x.py"], "sample-hz"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(arguments: list[str], words: str) -> None:
    if "x.py" in arguments:
        arguments = [*arguments[:-1], str(PROGRAMS / "five_ways.py")]
    assert words in refused("watch", "--headless", *arguments)


def test_a_screen_is_needed_without_headless() -> None:
    assert "--headless runs the program without a screen" in refused(
        "watch", str(PROGRAMS / "five_ways.py")
    )
    assert "Missing argument" in refused("watch", "--headless")
