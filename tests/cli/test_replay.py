"""``concviz replay`` prints what ``concviz run`` printed; of what is no recording, why not."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.cli.command_line import COMMAND, PATIENCE_S, concviz, environment, here, wait_for
from tests.exporters.objects import read
from tests.running import STRATEGIES
from tests.running import wait_for as wait_until

pytestmark = pytest.mark.usefixtures("warm")
SMALL = ("--tasks", "3", "--workers", "2", "--duration", "0.02")


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all."""
    path = tmp_path_factory.mktemp("recordings") / "run.jsonl"
    done = concviz("run", *SMALL, "--record", str(path))
    assert (done.returncode, done.stderr) == (0, "")
    return path


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_it_prints_what_the_run_printed(strategy: str, tmp_path: Path) -> None:
    path = str(tmp_path / "run.jsonl")
    ran = here("run", "--strategy", strategy, *SMALL, "--record", path, "--json")
    again = here("replay", path, "--json")
    assert read("run", ran.stdout)["plan"]["strategy"] == strategy
    assert (again.stdout, again.stderr) == (ran.stdout, "")
    assert again.returncode == ran.returncode == 0


@pytest.mark.parametrize("printing", [(), ("--explain",)], ids=["", "explain"])
@pytest.mark.parametrize("workload", ["cpu", "error", "crash"])
def test_for_people_too_and_of_a_run_that_went_wrong(
    workload: str, printing: tuple[str, ...], tmp_path: Path
) -> None:
    path = str(tmp_path / "run.jsonl.gz")
    plan = ("--strategy", "processes", "--workload", workload, *SMALL)
    ran = here("run", *plan, "--record", path, *printing)
    again = here("replay", path, *printing)
    assert len(ran.stdout.splitlines()) > 10
    assert (again.stdout, again.stderr) == (ran.stdout, "")
    assert again.returncode == ran.returncode == (workload != "cpu")


def test_a_run_that_was_stopped_is_replayed_as_such(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    plan = ("--tasks", "3", "--duration", "60", "--record", str(path), "--json")
    with subprocess.Popen(
        [*COMMAND, "run", *plan], stdout=subprocess.PIPE, env=environment()
    ) as it:
        wait_for(path, b'["started"')
        it.send_signal(signal.SIGINT)
        assert it.stdout is not None
        ran = it.stdout.read().decode()
    again = here("replay", str(path), "--json")
    assert again.stdout == ran
    assert json.loads(ran)["phase"] == "stopped"
    assert (it.returncode, again.returncode) == (130, 1), "nobody stopped the replay"


def test_a_run_that_was_killed_is_shown_as_far_as_it_was_recorded(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    plan = ("--tasks", "3", "--duration", "60", "--record", str(path))
    with subprocess.Popen([*COMMAND, "run", *plan], env=environment()) as it:
        wait_for(path, b'["started"')
        it.kill()
    done = here("replay", str(path), "--explain")
    assert done.returncode == 1
    assert done.stderr == "Note: the recording ends before the run does.\n"
    assert "3 cut off" in done.stdout
    assert "the recording ends before the run does" in done.stdout


def test_packed_it_is_smaller_and_the_same(recording: Path, tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl.gz"
    path.write_bytes(gzip.compress(recording.read_bytes()))
    assert here("replay", str(path)).stdout == concviz("replay", str(recording)).stdout


def test_it_is_exported_as_a_run_is(recording: Path, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    done = here("replay", str(recording), "--export", str(path))
    assert done.returncode == 0
    assert json.loads(path.read_text()) == json.loads(
        here("replay", str(recording), "--json").stdout
    )


@pytest.mark.parametrize("name", ["run.json", "link.json"])
def test_an_export_does_not_replace_the_recording(
    name: str, recording: Path, tmp_path: Path
) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(recording.read_bytes())
    (tmp_path / "link.json").symlink_to(path)
    done = here("replay", str(path), "--export", str(tmp_path / name))
    assert done.returncode == 2
    assert "is the recording: export to another file" in done.stderr
    assert path.read_bytes() == recording.read_bytes()


@pytest.mark.parametrize("option", ["--record", "--export"])
def test_a_file_is_written_for_one_thing_only(option: str, tmp_path: Path) -> None:
    path = str(tmp_path / "run.json")
    done = here("run", *SMALL, option, path, "--export", path)
    assert done.returncode == 2
    assert "export to another file" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("wrong", ["picture.no-such-format", "no-such-folder/a.json"])
def test_what_was_there_stays_when_nothing_is_started(wrong: str, tmp_path: Path) -> None:
    record, export = tmp_path / "old.jsonl", tmp_path / "old.json"
    record.write_text("of last week")
    export.write_text("of last week, too")
    files = ("--record", str(record), "--export", str(export), "--export", str(tmp_path / wrong))
    assert here("run", *SMALL, *files).returncode == 2
    assert record.read_text() == "of last week"
    assert export.read_text() == "of last week, too"


def test_a_longer_file_is_replaced_wholly(recording: Path, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(b" " * 1_000_000)
    assert here("replay", str(recording), "--export", str(path)).returncode == 2
    assert path.stat().st_size == 1_000_000
    done = here("replay", str(recording), "--export", str(path), "--force")
    assert (done.returncode, done.stderr) == (0, "")
    json.loads(path.read_text())
    assert path.stat().st_size < 1_000_000


def test_what_has_no_effect_is_said(recording: Path) -> None:
    line = ("replay", str(recording), "--json", "--speed", "2", "--loop", "--fps", "5", "--ascii")
    done = here(*line)
    assert done.returncode == 0
    assert done.stderr.splitlines() == [
        "Note: --speed has no effect: the lab is not opened.",
        "Note: --loop has no effect: the lab is not opened.",
        "Note: --fps has no effect: the lab is not opened.",
        "Note: --ascii has no effect: the lab is not opened.",
    ]


@pytest.mark.parametrize("command", [(), ("tour",), ("replay", "x.jsonl")])
@pytest.mark.parametrize("fps", ["0", "61"])
def test_a_number_of_pictures_that_cannot_be(command: tuple[str, ...], fps: str) -> None:
    done = here(*command, "--fps", fps)
    assert done.returncode == 2
    assert done.stderr == f"Error: fps is {fps}: it must be from 1 to 60.\n"


# -- what is wrong --


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "it is empty"),
        (b"Hello\n", "it is no recording of concviz"),
        (bytes(100_000), "it is no recording of concviz"),
        (b'{"schema": 1}\n', "recording has schema 1; this concviz reads schema 2"),
        (b'["started",1,0,"w"]\n', "it has no header, with which every recording begins"),
    ],
    ids=["empty", "text", "binary", "schema", "headless"],
)
@pytest.mark.parametrize("pipe", [False, True])
def test_what_is_no_recording_is_refused(
    content: bytes, sentence: str, pipe: bool, tmp_path: Path
) -> None:
    path = tmp_path / "run.jsonl"
    path.write_bytes(content)
    command = [*COMMAND, "replay", "-" if pipe else str(path), "--json"]
    done = subprocess.run(
        command, input=content, capture_output=True, env=environment(), timeout=PATIENCE_S
    )
    name = "standard input" if pipe else str(path)
    assert done.stderr.decode() == f"Error: {name} cannot be replayed: {sentence}.\n"
    assert (done.returncode, done.stdout) == (2, b"")


def test_a_folder_and_nothing_at_all_are_refused(tmp_path: Path) -> None:
    assert "it is a directory" in here("replay", str(tmp_path)).stderr
    assert "No such file or directory" in here("replay", str(tmp_path / "no")).stderr
    assert "Missing argument 'FILE'" in here("replay").stderr


@pytest.mark.parametrize("speed", ["0", "0.05", "101", "nan", "-1"])
def test_a_speed_that_cannot_be_is_refused(speed: str, recording: Path) -> None:
    done = here("replay", str(recording), "--speed", speed)
    assert done.returncode == 2
    assert "it must be from 0.1 to 100." in done.stderr


def test_what_a_file_name_hides_reaches_no_terminal(tmp_path: Path) -> None:
    done = here("replay", str(tmp_path / "\x1b[31mred"))
    assert "\x1b" not in done.stderr
    assert "cannot be replayed" in done.stderr


def read_by(pid: int, path: Path) -> int:
    """How far a process has read a file."""
    for fd in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            if fd.readlink() == path:
                told = Path(f"/proc/{pid}/fdinfo/{fd.name}").read_text()
                return int(told.split()[1])
    return 0


COLOURED = "\x1b[31mred\x07"


def hostile(line: bytes) -> bytes:
    """The same, with what a terminal could obey in every text that a task or a machine may choose.

    A few texts are names that the format knows: with another one that is no line of ours.
    """
    found = json.loads(line)
    if isinstance(found, list):
        if found[0] in ("awaited", "process", "group"):
            return line
        told = [
            found[0],
            *(f"{each}{COLOURED}" if isinstance(each, str) else each for each in found[1:]),
        ]
        return json.dumps(told).encode()
    for part in ("plan", "environment"):
        for name, value in found[part].items():
            if isinstance(value, str):
                found[part][name] = value + COLOURED
    found["strategy_source"] += COLOURED
    return json.dumps(found).encode()


@pytest.mark.parametrize("printing", ["--json", "--explain"])
def test_what_a_recording_hides_reaches_no_terminal(printing: str, tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    here("run", "--workload", "error", *SMALL, "--record", str(path))
    path.write_bytes(b"\n".join(map(hostile, path.read_bytes().splitlines())))
    done = here("replay", str(path), printing)
    assert "\x1b" not in done.stdout + done.stderr
    assert "\x07" not in done.stdout + done.stderr
    assert "red" in done.stdout
    assert "unreadable" not in done.stdout or printing == "--json"
    assert done.returncode == 1


def test_an_interrupt_ends_what_takes_long(recording: Path, tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    path.write_bytes(recording.read_bytes() + b'["unread",1,0]\n' * 5)
    with path.open("r+b") as file:
        file.truncate(1 << 36)  # zeros, for minutes
    command = [*COMMAND, "replay", str(path), "--json"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    ) as it:
        wait_until(lambda: read_by(it.pid, path) > 1 << 24, "it reads")
        it.send_signal(signal.SIGINT)
        printed, said = it.communicate(timeout=PATIENCE_S)
    assert it.returncode == 130
    assert json.loads(printed)["phase"] == "finished"
    assert said == b"Note: the recording was read no further than this.\n"


# -- standard output and input --


def test_through_a_pipe_it_prints_what_a_file_does(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "run", *SMALL, "--record", "-"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as ran:
        recorded, said = ran.communicate(timeout=PATIENCE_S)
    assert (ran.returncode, said) == (0, b"")
    path = tmp_path / "run.jsonl"
    path.write_bytes(recorded)
    done = subprocess.run(
        [*COMMAND, "replay", "-", "--json"],
        input=recorded,
        capture_output=True,
        env=environment(),
        timeout=PATIENCE_S,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode() == here("replay", str(path), "--json").stdout


@pytest.mark.parametrize("option", ["--json", "--explain"])
def test_what_would_print_beside_the_recording_is_refused(option: str) -> None:
    done = here("run", *SMALL, "--record", "-", option)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"so {option} has no place to print to" in done.stderr


def test_a_run_whose_recording_nobody_reads_any_more_is_stopped() -> None:
    begun = time.monotonic()
    with subprocess.Popen(
        [*COMMAND, "run", "--duration", "300", "--record", "-"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as it:
        assert it.stdout is not None
        assert it.stderr is not None
        assert it.stdout.readline().startswith(b"{")
        it.stdout.close()
        assert it.wait(PATIENCE_S) == 128 + signal.SIGPIPE
        assert it.stderr.read() == b""
    assert time.monotonic() - begun < 200


def test_who_reads_nothing_does_not_keep_a_run_from_being_ended() -> None:
    reads, writes = os.pipe()
    os.set_blocking(writes, False)
    filled = 0
    while True:
        try:
            filled += os.write(writes, b"x" * 4_096)
        except BlockingIOError:
            break
    os.set_blocking(writes, True)
    with subprocess.Popen(
        [*COMMAND, "run", "--duration", "300", "--record", "-"],
        stdout=writes,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as it:
        os.close(writes)
        children = Path(f"/proc/{it.pid}/task/{it.pid}/children")
        wait_until(lambda: children.read_text(), "it has started the run")
        it.send_signal(signal.SIGINT)
        it.send_signal(signal.SIGTERM)
        assert it.wait(PATIENCE_S) == 130
        assert it.stderr is not None
        assert b"Traceback" not in it.stderr.read()
    os.close(reads)
