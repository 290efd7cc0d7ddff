"""The command line: what it prints, what it refuses, and with which status it ends."""

from __future__ import annotations

import json
import subprocess
import sys
import types
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from concviz.cli.command_line import group
from concviz.observer.probe import look
from concviz.strategies import STRATEGIES
from concviz.trace.plan import MAX_TASKS, Plan
from concviz.version import __version__
from concviz.workloads.registry import WORKLOADS
from tests.cli.command_line import COMMAND, PATIENCE_S, concviz, environment, here
from tests.exporters.objects import read

pytestmark = pytest.mark.usefixtures("warm")
QUICK = ("--duration", "0.02")


def report(*arguments: str) -> tuple[int, dict[str, Any]]:
    """Status and object of a run; the object is all that standard output holds."""
    done = here("run", *QUICK, "--json", *arguments)
    assert done.stdout.endswith("}\n")
    assert done.stdout.count("\n") == 1
    return done.returncode, read("run", done.stdout)


# -- runs --


@pytest.mark.parametrize("strategy", ["sequential", "threads", "thread-pool", "asyncio"])
def test_a_run_in_which_all_goes_well(strategy: str) -> None:
    status, found = report("--strategy", strategy, "--workload", "number")
    assert status == 0
    assert found["plan"]["strategy"] == strategy
    assert [task["result"] for task in found["tasks"]] == [f"Number: {i}" for i in range(5)]
    assert found["counts"]["finished"] == 5
    for task in found["tasks"]:
        times = [task[f"{what}_s"] for what in ("submitted", "started", "finished", "collected")]
        assert times == sorted(times)
        assert times[0] >= 0
        assert times[-1] <= found["summary"]["makespan_s"]
        assert found["workers"][task["worker"]]["busy_s"] >= 0.02


def test_a_process_pool_with_all_its_options() -> None:
    options = ("--workers", "2", "--tasks", "6", "--chunksize", "3", "--start-method", "spawn")
    status, found = report("--strategy", "process-pool", "--workload", "square", *options)
    assert status == 0
    assert [task["result"] for task in found["tasks"]] == [f"Square: {i * i}" for i in range(6)]
    assert [task["worker"] for task in found["tasks"][:3]] == [found["tasks"][0]["worker"]] * 3
    assert 1 <= len(found["workers"]) <= 2


def test_a_failed_task_makes_status_one() -> None:
    status, found = report("--workload", "error")
    assert status == 1
    assert found["counts"]["failed"] == 1
    assert found["phase"] == "finished"
    assert found["tasks"][2]["error"].startswith("ValueError: Task 2")
    assert "raise ValueError" in found["tasks"][2]["traceback"]


def test_a_crash_of_threads_ends_the_run() -> None:
    # Long enough for the news of its start to leave the process before the crash.
    status, found = report("--strategy", "threads", "--workload", "crash", "--duration", "1")
    assert status == 1
    assert found["phase"] == "died"
    assert found["error"] == "the runner process was killed by SIGSEGV"
    assert found["counts"]["lost"] >= 1


def test_a_crash_in_a_process_pool_breaks_the_pool() -> None:
    status, found = report("--strategy", "process-pool", "--workload", "crash")
    assert status == 1
    assert found["error"].startswith("BrokenProcessPool")
    assert -11 in [worker["exit_status"] for worker in found["workers"]]


def test_tasks_that_wait_for_one_another_have_no_speedup() -> None:
    locked = report("--workload", "lock")[1]["summary"]
    assert locked["speedup"] is locked["speedup_at_most"] is None
    alone = report("--workload", "number", "--duration", "0.4")[1]["summary"]
    assert alone["speedup"] is None, "nothing was measured that it could be compared with"
    assert alone["speedup_at_most"] > 1


observed = pytest.mark.skipif(not look(50).complete, reason="threads are not seen here")


@observed
def test_states_and_findings_of_a_run() -> None:
    status, found = report("--strategy", "threads", "--workload", "cpu", "--duration", "0.2")
    assert status == 0
    keys = ["running_s", "core_wait_s", "gil_wait_s", "lock_s", "thread_wait_s", "io_s", "sleep_s"]
    keys += ["other_s", "unknown_s", "loop_wait_s", "task_wait_s", "executor_wait_s"]
    for one in [*found["tasks"], *found["workers"], found]:
        assert list(one["states"]) == keys
    for task in found["tasks"]:
        wall = task["finished_s"] - task["started_s"]
        assert sum(task["states"].values()) == pytest.approx(wall, abs=1e-6)
        assert task["states"]["running_s"] == task["cpu_s"]
    assert found["states"]["gil_wait_s"] > found["states"]["running_s"]
    observer = found["environment"]["observer"]
    assert observer == {"hz": 50.0, "cpu": True, "blocking": True, "gil": True, "missing": {}}
    (finding,) = [one for one in found["findings"] if one["id"] == "gil-wait"]
    assert set(finding) == {"id", "headline", "sentence", "evidence"}
    assert finding["evidence"]["gil_wait_s"] == pytest.approx(found["states"]["gil_wait_s"])
    assert 0 < found["summary"]["machine_utilisation"] <= 1


def test_not_observed_nothing_is_made_up() -> None:
    status, found = report("--workload", "cpu", "--sample-hz", "0")
    assert status == 0
    assert found["environment"]["observer"]["hz"] == 0
    known = {name for name, seconds in found["states"].items() if seconds is not None}
    coroutines = {"loop_wait_s", "task_wait_s", "executor_wait_s"}  # there are none
    assert known == {"running_s", "unknown_s", *coroutines}, "not seen is no zero"
    assert found["summary"]["machine_utilisation"] is None


def test_findings_are_explained_when_asked() -> None:
    arguments = ("run", "--duration", "0.2", "--workload", "number")
    said = here(*arguments, "--explain").stdout
    _, _, findings = said.partition("Findings\n")
    assert "5 tasks on 3 workers leave 1 of them idle" in findings
    assert "Findings" not in here(*arguments).stdout
    assert "Nothing stands out." in here(*arguments, "--explain", "--workers", "5").stdout


@pytest.mark.parametrize("command", [[], ["run"]])
@pytest.mark.parametrize("hz", ["-1", "0.5", "1001", "nan", "inf"])
def test_rates_that_cannot_be_kept_are_refused(
    command: list[str], hz: str, launched: list[object]
) -> None:
    done = CliRunner().invoke(group, [*command, "--sample-hz", hz])
    assert done.exit_code == 2
    assert "it must be 0 (off), or from 1 to 1,000." in done.output
    assert launched == []


def test_the_picture_and_the_words() -> None:
    done = concviz("run", *QUICK, "--workload", "number")
    assert done.returncode == 0
    assert done.stderr == "", "no progress where there is no terminal"
    lines = done.stdout.splitlines()
    assert lines[0] == "5 × number 0.02 s, thread-pool"
    assert max(map(len, lines)) <= 100
    assert any(line.lstrip().startswith("thread 3  ") for line in lines)
    for words in ("queued", "took  ", "5 finished", "task 4 │ Number: 4", "speedup  "):
        assert words in done.stdout
    assert "\x1b" not in done.stdout


def test_the_width_is_that_of_columns() -> None:
    done = concviz("run", *QUICK, COLUMNS="60")
    lines = done.stdout.splitlines()
    picture = lines[next(n for n, line in enumerate(lines) if "╵0" in line) : lines.index("", 4)]
    assert 50 < max(map(len, picture)) <= 60


@pytest.mark.parametrize(("setting", "coloured"), [("FORCE_COLOR", True), ("NO_COLOR", False)])
def test_colour_as_the_environment_says(setting: str, coloured: bool) -> None:
    done = concviz("run", *QUICK, **{setting: "1"})
    assert ("\x1b[" in done.stdout) is coloured


def test_an_option_without_effect_is_pointed_out() -> None:
    done = here("run", *QUICK, "--strategy", "threads", "--workers", "2", "--json")
    assert done.returncode == 0
    assert "--workers has no effect" in done.stderr
    assert len(json.loads(done.stdout)["workers"]) == 5


# -- what is refused --

WRONG = [
    (["--workers", "0"], "workers is 0: it must be from 1 to"),
    (["--workers", "-3"], "workers is -3: it must be from 1 to"),
    (["--tasks", "0"], "tasks is 0: it must be from 1 to 100,000"),
    (["--tasks", "1000000000"], "tasks is 1,000,000,000: it must be from 1 to 100,000"),
    (["--duration", "-1"], "duration is -1 s: it must be from 0 to 3,600 s"),
    (["--duration", "nan"], "duration is nan s: it must be from 0 to 3,600 s"),
    (["--duration", "inf"], "duration is inf s: it must be from 0 to 3,600 s"),
    (["--workers", "abc"], "'abc' is not a valid integer"),
    (["--duration", "soon"], "'soon' is not a valid float"),
    (["--strategy", "thread"], "there is no strategy 'thread': choose sequential"),
    (["--workload", "slep"], "Did you mean sleep?"),
    (["--workload", "CPU"], "Did you mean cpu?"),
    (["--strategy", "\x1b[31m"], "there is no strategy '\\x1b[31m'"),
    (["--strategy", "processes", "--start-method", "fork-lift"], "start method is 'fork-lift'"),
    (["--strategy", "process-pool", "--chunksize", "0"], "chunksize is 0: it must be from 1 to"),
    (["--strategy", "processes", "--tasks", "100000"], "one process each"),
    # options that the strategy does not look at are wrong all the same
    (["--strategy", "threads", "--workers", "0"], "workers is 0"),
    (["--strategy", "threads", "--workers", "9" * 30], "it must be from 1 to"),
    (["--start-method", "fork-lift"], "start method is 'fork-lift'"),
    (["--chunksize", "-1"], "chunksize is -1"),
    (["--nonsense"], "No such option"),
    (["surplus"], "surplus"),
]


@pytest.mark.parametrize("command", [["run"], []], ids=["run", "lab"])
@pytest.mark.parametrize(("arguments", "sentence"), WRONG)
def test_wrong_usage_is_refused_in_a_sentence(
    command: list[str], arguments: list[str], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(*_: object) -> None:
        raise AssertionError("something was started")

    monkeypatch.setattr("concviz.sources.local_run.LocalRun.__init__", start)
    done = CliRunner().invoke(group, [*command, *arguments])
    assert done.exit_code == 2, done.exception
    assert sentence in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_everything_that_is_wrong_is_said_at_once() -> None:
    arguments = ["run", "--tasks", str(MAX_TASKS + 1), "--duration", "-1", "--chunksize", "0"]
    done = CliRunner().invoke(group, arguments)
    assert [line.split(" is ")[0] for line in done.stderr.splitlines()] == [
        "Error: tasks",
        "Error: duration",
        "Error: chunksize",
    ]


def test_what_is_quoted_from_the_command_line_is_literal() -> None:
    for arguments in (["run", "x\x1b[31m"], ["\x1b[31m"], ["run", "--record", "/no\x1b[31m/x"]):
        done = here(*arguments)
        assert done.returncode == 2
        assert "\x1b" not in done.stderr


@pytest.mark.parametrize("name", ["missing/run.jsonl", ".", ""])
def test_a_recording_that_cannot_be_written(name: str, tmp_path: Path) -> None:
    path = str(tmp_path / name) if name else ""
    done = here("run", *QUICK, "--record", path)
    assert done.returncode == 2
    assert done.stdout == ""
    wrong = "cannot be written" if name else "the name of the file to write is empty: give one"
    assert wrong in done.stderr


def test_options_before_a_command_are_not_swallowed() -> None:
    for option in (["--workers", "4"], ["--fresh"], ["--run"]):
        done = CliRunner().invoke(group, [*option, "run", "--duration", "0"])
        assert done.exit_code == 2
        assert "come after it" in done.stderr


# -- recordings --


def test_a_recording_holds_the_run(tmp_path: Path) -> None:
    from concviz.model.run import Run
    from concviz.trace.events import decode
    from concviz.trace.header import Header

    path = tmp_path / "run.jsonl"
    done = here("run", *QUICK, "--json", "--record", str(path))
    first, *rest = path.read_bytes().splitlines()
    header = Header.decode(first)
    run = Run(header.plan)
    run.apply([header, *(decode(line) for line in rest if line)])
    assert run.ended
    assert run.finished - run.started == round(
        json.loads(done.stdout)["summary"]["makespan_s"] * 1e9
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize(
    ("arguments", "out"),
    [
        (["run", *QUICK, "--record", "/dev/full"], None),
        (["run", *QUICK], "/dev/full"),
        (["run", *QUICK, "--json"], "/dev/full"),
        (["workloads"], "/dev/full"),
        (["--help"], "/dev/full"),
    ],
)
def test_a_full_disk_is_a_sentence(arguments: list[str], out: str | None) -> None:
    with Path(out or "/dev/null").open("w") as stdout:
        done = subprocess.run(
            [*COMMAND, *arguments],
            stdout=stdout,
            stderr=subprocess.PIPE,
            env=environment(),
            timeout=PATIENCE_S,
            check=False,
        )
    assert done.returncode == 1
    assert b"No space left on device" in done.stderr
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


# -- streams --


@pytest.mark.parametrize("arguments", [["run", *QUICK], ["run", *QUICK, "--json"], ["workloads"]])
def test_a_reader_that_has_enough(arguments: list[str]) -> None:
    with subprocess.Popen(
        [*COMMAND, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(PATIENCE_S) == 0


@pytest.mark.parametrize("closed", [">&-", "<&-", "<&- >&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams(closed: str, tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    line = f'exec "$@" {closed}'
    command = ["sh", "-c", line, "sh", *COMMAND, "run", *QUICK, "--record", str(path)]
    done = subprocess.run(
        command, capture_output=True, env=environment(), timeout=PATIENCE_S, check=False
    )
    assert done.returncode == 0
    assert done.stderr == b""
    assert path.read_bytes().endswith(b", 0]\n")


ASCII_ONLY = [
    {"PYTHONIOENCODING": "ascii"},
    {"PYTHONIOENCODING": "latin-1"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
]


@pytest.mark.parametrize("changes", ASCII_ONLY, ids=["ascii", "latin-1", "locale"])
def test_an_output_that_lacks_the_characters_gets_ascii_ones(changes: dict[str, str]) -> None:
    done = concviz("run", *QUICK, "--workers", "2", "--duration", "0.2", **changes)
    assert done.returncode == 0
    assert done.stdout.isascii()
    assert "?" not in done.stdout
    lines = done.stdout.splitlines()
    row = next(line for line in lines if line.startswith("thread 1"))
    glyphs = {each for each in row.removeprefix("thread 1") if not each.isalnum() and each != " "}
    legend = " ".join(lines[lines.index("") + 1 :]).partition("thread 2")[2]
    assert all(f"{glyph} " in legend for glyph in glyphs - {"]"}), "they agree"
    assert "- sleep" in legend
    assert "_@ queued tasks" in legend
    assert lines[0] == "5 x sleep 0.2 s, thread-pool"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("compare", ["5 x sleep", "1.00x", "- sleep", "from-to"]),
        ("sweep --workers 1,2", ["A thread pool", "' ideal", "1x +", "+--", "from-to"]),
    ],
)
def test_comparisons_and_sweeps_are_ascii_there_too(command: str, expected: list[str]) -> None:
    many = ("--repeat", "1", "--warmup", "0", "--strategies", "thread-pool", "--tasks", "5")
    # Long enough to be sampled.
    done = concviz(*command.split(), "--duration", "0.1", *many, PYTHONIOENCODING="ascii")
    assert done.stdout.isascii()
    assert "?" not in done.stdout
    assert [words for words in expected if words not in done.stdout] == []


def test_what_is_refused_is_ascii_there_too() -> None:
    done = concviz("run", "--record", "/no\x1b/x", PYTHONIOENCODING="ascii")
    assert "/no^[/x cannot be written" in done.stderr


@pytest.mark.parametrize("command", ["", "run", "strategies", "workloads", "compare", "sweep"])
def test_the_help_is_ascii(command: str) -> None:
    """Click prints it as it is, and an output that lacks a character would end in a traceback."""
    assert CliRunner().invoke(group, [*command.split(), "--help"]).stdout.isascii()


# -- tasks are data --

HOSTILE = """
from concviz.workloads import Workload

TEXT = "[red]\\x1b[2J\\x00\\x9b31m\\ud800\\u202e[/nope]"

def hostile(i, seconds):
    print(TEXT)
    if i == 1:
        raise ValueError(TEXT)
    return TEXT

WORKLOAD = Workload(summary=TEXT, function=hostile)
"""
LITERAL = "[red]␛[2J␀\\x9b31m\\ud800\\u202e[/nope]"


@pytest.fixture
def hostile_package(tmp_path: Path) -> str:
    """A folder with an installed package whose workload prints, returns and raises the worst."""
    (tmp_path / "hostile.py").write_text(HOSTILE)
    info = tmp_path / "hostile-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: hostile\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[concviz.workloads]\nhostile = hostile:WORKLOAD\n")
    return str(tmp_path)


def test_hostile_tasks_are_shown_literally(hostile_package: str) -> None:
    done = concviz("run", "--workload", "hostile", "--tasks", "2", PYTHONPATH=hostile_package)
    assert done.returncode == 1
    assert f"task 0 │ {LITERAL}\n" in done.stdout
    assert f"task 1 │ ValueError: {LITERAL}\n" in done.stdout
    assert done.stdout.count(LITERAL) == 4, "a result, a failure and two printed lines"
    assert all(c.isprintable() or c == "\n" for c in done.stdout)


def test_workloads_of_another_package_say_where_they_are_from(hostile_package: str) -> None:
    done = concviz("workloads", PYTHONPATH=hostile_package)
    assert "hostile  from hostile (not loaded until used)\n" in done.stdout


def test_a_package_that_does_not_load_says_so(hostile_package: str) -> None:
    (Path(hostile_package) / "hostile.py").write_text("raise RuntimeError('\\x1b[31mno')")
    done = concviz("run", "--workload", "hostile", PYTHONPATH=hostile_package)
    assert done.returncode == 2
    assert "it failed to load (RuntimeError: ␛[31mno)" in done.stderr


# -- lists and texts --


def test_strategies_as_json() -> None:
    done = here("strategies", "--json")
    found = json.loads(done.stdout)
    assert [entry["id"] for entry in found] == list(STRATEGIES.references())
    keys = {"id", "package", "summary", "kind", "options", "available", "reason"}
    assert all(set(entry) == keys for entry in found)
    pool = next(entry for entry in found if entry["id"] == "process-pool")
    assert pool["kind"] == "process"
    assert pool["options"] == ["chunksize", "start_method", "workers"]
    assert pool["available"] is (pool["reason"] is None) is True


def test_workloads_as_json() -> None:
    found = json.loads(here("workloads", "--json").stdout)
    assert [entry["id"] for entry in found] == list(WORKLOADS.references())
    keys = {"id", "package", "summary", "available", "reason", "coroutine"}
    assert all(set(entry) == keys for entry in found)
    coroutines = {entry["id"]: entry["coroutine"] for entry in found}
    assert coroutines["sleep"] is True
    assert coroutines["cpu"] is False


def test_lists_say_what_is_not_available(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = STRATEGIES.load("interpreters")
    away = type(entry)(entry.summary, entry.kind, entry.run, lambda: "it is [bold]away[/bold]")
    monkeypatch.setattr("concviz.strategies.interpreters.STRATEGY", away)
    done = CliRunner().invoke(group, ["strategies"])
    assert "Not available: it is [bold]away[/bold]." in " ".join(done.stdout.split())


@pytest.mark.parametrize("flag", ["-h", "--help"])
@pytest.mark.parametrize("command", [[], ["run"], ["strategies"], ["workloads"], ["schema"]])
def test_help(command: list[str], flag: str) -> None:
    done = CliRunner().invoke(group, [*command, flag])
    assert done.exit_code == 0
    assert "Usage:" in done.stdout


def test_the_help_of_run_tells_the_defaults() -> None:
    plan = Plan()
    assert (plan.strategy, plan.workers, plan.tasks, plan.duration_s) == ("thread-pool", 3, 5, 1)
    text = " ".join(CliRunner().invoke(group, ["run", "--help"]).stdout.split())
    assert "five tasks that wait for a second each, in a pool of three threads" in text


@pytest.mark.parametrize("arguments", [["--version"], ["-V"], ["--fresh", "--version"]])
def test_version(arguments: list[str]) -> None:
    done = concviz(*arguments)
    assert (done.returncode, done.stdout) == (0, f"concviz {__version__}\n")


@pytest.mark.parametrize(
    ("code", "unwanted"),
    [
        ("import concviz", ["click", "textual", "rich", "msgspec", "psutil"]),
        (
            "import sys; sys.argv = ['concviz', '-V']; from concviz.__main__ import main; main()",
            ["click", "textual", "rich", "msgspec", "psutil"],
        ),
        (
            "import concviz.cli.command_line",
            ["textual", "rich", "msgspec", "psutil", "concviz.trace"],
        ),
        ("import concviz.cli.live, concviz.cli.printing", ["textual"]),
    ],
)
def test_imports_are_light(code: str, unwanted: list[str]) -> None:
    program = f"{code}\nimport sys\nprint(set({unwanted!r}) & set(sys.modules), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stderr == "set()\n"


# -- the lab --


@pytest.mark.parametrize("arguments", [[], ["--fresh", "--run", "--workers", "4"]])
def test_the_lab_needs_a_terminal(arguments: list[str]) -> None:
    done = here(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        "Error: the lab needs a terminal for its input and output; "
        "`concviz run` does the same without one.\n"
    )


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What the lab was launched with; it ends with status 7."""
    calls: list[object] = []

    def launch(
        chosen: dict[str, object],
        *,
        fresh: bool,
        run: bool,
        sample_hz: float,
        history: bool,
        detach: bool,
        fps: int | None,
        ascii: bool,
    ) -> int:
        assert (fps, ascii) == (None, False)
        calls.append((chosen, fresh, run, sample_hz, history, detach))
        return 7

    module = types.ModuleType("concviz.tui.app")
    vars(module)["launch"] = launch
    monkeypatch.setitem(sys.modules, "concviz.tui.app", module)
    terminal = types.SimpleNamespace(isatty=lambda: True)
    streams = types.SimpleNamespace(stdin=terminal, stdout=terminal)
    monkeypatch.setattr("concviz.cli.options.sys", streams)
    monkeypatch.setenv("TERM", "xterm")
    return calls


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], ({}, False, False, 50.0, True, False)),
        (["--no-history"], ({}, False, False, 50.0, False, False)),
        (["--fresh", "--sample-hz", "0"], ({}, True, False, 0.0, True, False)),
        (["--detach"], ({}, False, False, 50.0, True, True)),
        (
            ["--run", "--strategy", "processes", "--duration", "2", "--start-method", "spawn"],
            (
                {"strategy": "processes", "duration_s": 2.0, "start_method": "spawn"},
                False,
                True,
                50.0,
                True,
                False,
            ),
        ),
    ],
)
def test_the_lab_gets_what_was_given(
    arguments: list[str], expected: object, launched: list[object]
) -> None:
    with pytest.raises(SystemExit) as ended:
        group.main(arguments, prog_name="concviz")
    assert launched == [expected]
    assert ended.value.code == 7


@pytest.mark.parametrize("term", ["dumb", "unknown"])
def test_the_lab_needs_a_terminal_that_can_do_something(
    term: str,
    launched: list[object],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TERM", term)
    with pytest.raises(SystemExit) as ended:
        group.main([], prog_name="concviz")
    assert ended.value.code == 2
    assert launched == []
    assert f"TERM is {term}" in capsys.readouterr().err
