"""Processes that tell nothing: what they are called, and why they do not."""

from __future__ import annotations

import pytest

from concviz.sources.outsiders import helper_of, is_python, name_of, options_of, why_silent

MARK = "CONCVIZ_WATCH=/tmp/rings"
ENVIRON = b"A=b\0" + MARK.encode() + b"\0"
PYTHON = "/usr/bin/python3.11"
TRACKER = "from multiprocessing.resource_tracker import main;main(4)"


@pytest.mark.parametrize(
    ("argv", "file", "name"),
    [
        (["python", "-I", "-X", "dev", "jobs/child.py", "-m"], PYTHON, "child.py"),
        (["python", "-Wd", "-m", "http.server", "80"], PYTHON, "-m http.server"),
        (["python3", "-c", "pass"], PYTHON, "python3.11 -c"),
        (["python3"], PYTHON, "python3.11"),
        (["python3", "-c", TRACKER], PYTHON, "resource tracker"),
        (["sleep", "5"], "/usr/bin/sleep", "sleep"),
        ([], "", "kworker"),
        (["x" * 100], "", "x" * 39 + "…"),
    ],
)
def test_a_process_is_called_after_what_it_runs(argv: list[str], file: str, name: str) -> None:
    assert name_of(argv, file, "kworker") == name


def test_what_is_a_python() -> None:
    assert is_python(["x"], "/opt/py/bin/python3.14t")
    assert is_python(["python"], "")
    assert not is_python(["pythonista"], "/bin/pythonista")
    assert not is_python([], "")


def test_what_multiprocessing_keeps_for_itself() -> None:
    server = "from multiprocessing.forkserver import main; main(3, 5, ['__main__'])"
    assert helper_of([PYTHON, "-s", "-c", server]) == "forkserver"
    assert helper_of([PYTHON, "-c", "pass"]) is None
    assert helper_of([PYTHON, "multiprocessing.forkserver"]) is None
    assert helper_of([]) is None


def test_options_end_where_the_program_begins() -> None:
    assert options_of(["python", "-X", "dev", "-I", "a.py", "-E"]) == ["-X", "-I"]
    assert options_of(["python", "-S", "-c", "code", "-I"]) == ["-S"]
    assert options_of(["python", "-m", "x"]) == []


@pytest.mark.parametrize(
    ("argv", "environ", "why"),
    [
        (["python", "-I", "c.py"], ENVIRON, "-I"),
        (["python", "-sE", "c.py"], ENVIRON, "-sE"),
        (["python", "c.py"], b"A=b\0", "another environment"),
        (["python", "c.py", "-I"], ENVIRON, None),
        (["python", "c.py"], None, None),
    ],
)
def test_why_it_tells_nothing(argv: list[str], environ: bytes | None, why: str | None) -> None:
    said = why_silent(argv, PYTHON, environ, MARK)
    assert (said is None) == (why is None)
    assert why is None or (said is not None and why in said and said.startswith("c.py "))
    assert why_silent(["sleep", "1"], "/bin/sleep", ENVIRON, MARK) == (
        "sleep is not Python: only its threads are seen."
    )
