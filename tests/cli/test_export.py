"""``concviz export`` writes a recording in another format: all of it or nothing, over no file."""

from __future__ import annotations

import gzip
import io
import os
import signal
import stat
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from concviz.cli.command_line import group
from concviz.exporters.exporter import Exporter
from concviz.exporters.registry import EXPORTERS, formats
from concviz.model.run import Run
from concviz.sources.feed import Feed
from concviz.sources.replay import Replay
from tests.cli.command_line import COMMAND, PATIENCE_S, environment
from tests.cli.command_line import concviz as command
from tests.exporters.objects import read
from tests.running import wait_for as wait_until

RECORDING = Path(__file__).parents[2] / "screenshots" / "recordings" / "threads.jsonl"
MINE = "mine, of last week"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """In a folder of its own, where files without a folder in their names go."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def export(*arguments: str) -> Result:
    return CliRunner().invoke(group, ["export", *arguments])


def run() -> Run:
    return Feed(Replay(RECORDING)).follow(0.01)


def listed(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())  # also what is hidden


def test_every_format_is_written_under_the_name_of_the_recording(here: Path) -> None:
    for exporter in formats("run"):
        if exporter.missing():
            continue
        done = export(str(RECORDING), "--to", exporter.name)
        name = f"threads{exporter.suffixes[0]}"
        assert (done.exit_code, done.stderr) == (0, f"Written: {name}\n")
        assert done.stdout == ""
        assert (here / name).read_bytes() == exporter.write(run())
    assert not [name for name in listed(here) if name.startswith(".")]


def test_a_suffix_names_the_format_and_whether_it_is_packed(here: Path) -> None:
    done = export(str(RECORDING), "-o", "a.md")
    assert (done.exit_code, done.output) == (0, "")
    assert export(str(RECORDING), "-o", "a.csv.gz").exit_code == 0
    assert (here / "a.md").read_text().startswith("### concviz run: 5 × ")
    assert gzip.decompress((here / "a.csv.gz").read_bytes()).startswith(b"id,group,label,")


def test_standard_output_has_what_the_file_has() -> None:
    written = EXPORTERS.load("json").write(run())
    done = export(str(RECORDING), "--to", "json", "-o", "-")
    assert (done.stdout_bytes, done.stderr) == (written, "")
    read("run", done.stdout)


def test_what_comes_through_a_pipe_goes_to_standard_output() -> None:
    packed = gzip.compress(RECORDING.read_bytes())
    said = subprocess.run(
        [*COMMAND, "export", "-", "--to", "csv"],
        input=packed,
        capture_output=True,
        env=environment(),
        timeout=PATIENCE_S,
    )
    assert (said.returncode, said.stderr) == (0, b"")
    assert said.stdout == EXPORTERS.load("csv").write(run())


def test_no_file_is_replaced_unless_somebody_says_so(here: Path) -> None:
    path = here / "a.md"
    path.write_text(MINE)
    path.chmod(0o640)
    (here / "link.md").symlink_to(path)
    for name in ("a.md", "link.md"):
        done = export(str(RECORDING), "-o", name)
        assert done.exit_code == 2
        assert f"{name} is there already: --force replaces it, or give another name." in done.stderr
        assert path.read_text() == MINE
    assert export(str(RECORDING), "-o", "link.md", "--force").exit_code == 0
    assert path.read_text().startswith("### concviz run")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640, "who may read it is as it was"
    assert (here / "link.md").is_symlink()
    assert listed(here) == ["a.md", "link.md"]


def test_not_even_then_the_recording_itself(here: Path) -> None:
    for name in ("run.json", "run.txt"):
        (here / name).write_bytes(RECORDING.read_bytes())
        done = export(name, "-o", name, "--force")
        assert done.exit_code == 2
        assert "is the recording: export to another file" in done.stderr
        assert (here / name).read_bytes() == RECORDING.read_bytes()


class Broken:
    """A format that fails half way."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.EXPORTER = Exporter("broken", "", (".broken",), {"run": self._write})

    def _write(self, run: Run, look: object) -> Iterator[bytes]:
        yield b"half"
        raise self.error


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (RuntimeError("no \x1b[31mink"), "broken failed: RuntimeError: no ␛[31mink"),
        (OSError(28, "No space left on device"), "No space left on device"),
    ],
)
def test_what_fails_leaves_everything_as_it_was(
    error: Exception, reason: str, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exporter = Broken(error).EXPORTER
    monkeypatch.setattr("concviz.exporters.registry.formats", lambda _: [exporter])
    monkeypatch.setattr("concviz.exporters.registry.by_name", lambda *_: exporter)
    (here / "old.broken").write_text(MINE)
    for name in ("old.broken", "new.broken"):
        done = export(str(RECORDING), "--to", "broken", "-o", name, "--force")
        assert (done.exit_code, done.stderr) == (1, f"Error: {name} is not written: {reason}.\n")
    assert listed(here) == ["old.broken"]
    assert (here / "old.broken").read_text() == MINE


def test_pipes_and_devices_take_it_as_files_do(here: Path) -> None:
    os.mkfifo(here / "pipe")
    told: list[str] = []
    reader = threading.Thread(target=lambda: told.append((here / "pipe").read_text()))
    reader.start()
    assert export(str(RECORDING), "--to", "csv", "-o", "pipe").exit_code == 0
    reader.join()
    assert told == [EXPORTERS.load("csv").write(run()).decode()]
    assert stat.S_ISFIFO((here / "pipe").stat().st_mode)
    with (here / "out").open("wb") as out:
        out.write(b"before\n")
        out.flush()
        line = [*COMMAND, "export", str(RECORDING), "--to", "csv", "-o", "/dev/stdout"]
        done = subprocess.run(line, stdout=out, env=environment(), timeout=PATIENCE_S)
    assert done.returncode == 0
    assert (here / "out").read_text() == "before\n" + told[0]


def test_a_full_device_is_a_sentence() -> None:
    done = export(str(RECORDING), "--to", "csv", "-o", "/dev/full")
    assert (done.exit_code, done.stderr) == (
        1,
        "Error: /dev/full is not written: No space left on device.\n",
    )


# -- what is refused --


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
def test_what_is_no_recording_is_refused_and_leaves_nothing(
    content: bytes, sentence: str, here: Path
) -> None:
    (here / "run.jsonl").write_bytes(content)
    done = export("run.jsonl", "-o", "a.md")
    assert done.exit_code == 2
    assert done.stderr == f"Error: run.jsonl cannot be exported: {sentence}.\n"
    assert listed(here) == ["run.jsonl"]


def test_of_a_pipe_that_is_known_later_and_then_refused(here: Path) -> None:
    line = [*COMMAND, "export", "-", "-o", "a.md"]
    done = subprocess.run(
        line, input=b"Hello\n", capture_output=True, env=environment(), timeout=PATIENCE_S
    )
    told = b"Error: standard input cannot be exported: it is no recording of concviz.\n"
    assert (done.returncode, done.stderr) == (2, told)
    assert listed(here) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((".", "--to", "csv"), "it is a directory"),
        (("nowhere.jsonl", "--to", "csv"), "No such file or directory"),
        (("\x1b[31mred", "--to", "csv"), "␛[31mred cannot be exported"),
        ((str(RECORDING),), "what format is it to be? --to names one, or -o a file"),
        ((str(RECORDING), "--to", "pgn"), "no format pgn writes a run: there are json, csv,"),
        ((str(RECORDING), "-o", "a.pgn"), "a.pgn has no suffix of a format for a run"),
        ((str(RECORDING), "--to", "csv", "-o", "no/a.csv"), "cannot be written: No such file"),
        ((str(RECORDING), "--to", "csv", "-o", "."), "cannot be written: Is a directory"),
        ((str(RECORDING), "--to", "csv", "-o", ""), "the name of the file to write is empty"),
        ((str(RECORDING), "-o", ""), "the name of the file to write is empty"),
        ((str(RECORDING), "--to", "csv", "-o", "\0"), "cannot be written: embedded null"),
        ((str(RECORDING), "--to", "csv", "-o", "x" * 300), "cannot be written: File name too"),
        ((str(RECORDING), "--to", "text", "--width", "19"), "it must be from 20 to 1,000."),
        ((str(RECORDING), "--to", "text", "--theme", "red"), "'red' is not one of"),
    ],
)
def test_wrong_usage_is_refused_in_a_sentence(
    arguments: tuple[str, ...], words: str, here: Path
) -> None:
    done = export(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert words in done.stderr
    assert "\x1b" not in done.stderr
    assert listed(here) == []


def test_a_recording_that_is_cut_off_is_written_as_far_as_it_goes(here: Path) -> None:
    lines = RECORDING.read_bytes().splitlines(keepends=True)
    (here / "run.jsonl").write_bytes(b"".join(lines[:40]) + lines[40][:7])
    done = export("run.jsonl", "--to", "markdown")
    assert done.exit_code == 1
    assert done.stderr.startswith("Note: the recording is cut off in the middle of a line.\n")
    assert "5 cut off" in (here / "run.md").read_text()


def test_what_has_no_effect_is_said_and_what_has_has_it() -> None:
    done = export(str(RECORDING), "--to", "csv", "-o", "-", "--width", "60", "--theme", "light")
    assert done.exit_code == 0
    assert done.stderr.splitlines() == [
        "Note: --width has no effect on csv.",
        "Note: --theme has no effect on csv.",
    ]
    narrow, wide = (
        export(str(RECORDING), "--to", "text", "-o", "-", "--width", width).stdout
        for width in ("60", "160")
    )
    longest = [max(map(len, text.splitlines())) for text in (narrow, wide)]
    assert longest[0] <= 60 < longest[1] <= 160


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_and_nothing_is_left(number: int, here: Path) -> None:
    with (here / "long.jsonl").open("wb") as file:
        file.write(RECORDING.read_bytes())
        file.truncate(1 << 36)  # zeros, for minutes
    line = [*COMMAND, "export", "long.jsonl", "-o", "a.csv"]
    with subprocess.Popen(line, stderr=subprocess.PIPE, env=environment()) as it:
        wait_until(lambda: len(listed(here)) > 1, "it has begun the file")
        it.send_signal(number)
        assert it.wait(PATIENCE_S) == 128 + number
    assert listed(here) == ["long.jsonl"]


def test_a_reader_that_has_enough_is_no_error() -> None:
    line = [*COMMAND, "export", str(RECORDING), "--to", "json", "-o", "-"]
    with subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    ) as it:
        assert isinstance(it.stdout, io.BufferedReader)
        assert it.stderr is not None
        it.stdout.close()
        assert it.stderr.read() == b""
        assert it.wait(PATIENCE_S) == 0


def test_its_help_lists_the_formats() -> None:
    said = command("export", "--help").stdout
    for exporter in formats("run"):
        assert f"\n  {exporter.name} " in said
        assert exporter.suffixes[0] in said


# -- the other commands --


@pytest.mark.parametrize(
    ("option", "name"), [("--record", "a.jsonl"), ("--export", "a.json"), ("--export", "a.csv.gz")]
)
def test_a_run_replaces_no_file_either(option: str, name: str, here: Path) -> None:
    (here / name).write_text(MINE)
    asked = ["run", "--duration", "300", option, name]
    done = CliRunner().invoke(group, asked)
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"{name} is there already: --force replaces it" in done.stderr
    assert (here / name).read_text() == MINE
    assert listed(here) == [name]
