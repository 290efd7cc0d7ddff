"""Programs as they run under the hooks, and bare, for tests to compare."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import concviz.hooks
from concviz.hooks import records
from concviz.hooks.ring import HEADER, MARK
from concviz.sources.ring_lines import WHOLE

SITE = Path(concviz.hooks.__file__).parent / "site"
PATIENCE = 120
"""Seconds after which a program of a test certainly hangs, on a busy machine too."""

Line = list[Any]
_RECORDS = {
    records.STARTED: (26, "started"),
    records.FINISHED: (26, "finished"),
    records.COLLECTED: (18, "collected"),
    records.CALLED: (34, "called"),
    records.BEGUN: (26, "begun"),
}


@dataclass
class Ended:
    """How a program ended."""

    stdout: str
    stderr: str
    status: int


@dataclass
class Watched(Ended):
    """How a program ended that was watched, and what was told."""

    lines: list[Line]
    """Of all processes, by time."""
    rings: dict[int, list[Line]] = field(default_factory=dict)
    """Of each process by its number, in the order in which they were told."""
    left_out: int = 0

    def of(self, *tags: str) -> list[Line]:
        """Lines that begin so."""
        return [line for line in self.lines if line[0] in tags]

    def task(self, key: int | str) -> list[Line]:
        """What was told of a task."""
        tags = {
            "submitted", "label", "started", "finished", "failed", "cancelled", "collected",
            "awaited", "loop-blocked",
        }  # fmt: skip
        return [line for line in self.lines if line[0] in tags and line[2] == key]


def lines_of(source: str, *args: str, python: str = sys.executable, **environment: str) -> Watched:
    """Run a program's text under the hooks."""
    with tempfile.TemporaryDirectory() as folder:
        rings = Path(folder, "rings")
        rings.mkdir()
        ended = _run(
            source,
            args,
            python,
            {"CONCVIZ_WATCH": str(rings), "PYTHONPATH": str(SITE)} | environment,
        )
        files = sorted(rings.glob("*.ring"), key=lambda path: int(path.stem.partition("-")[2]))
        told: dict[int, list[Line]] = {}
        left_out = 0
        for path in files:
            lines, missing = read(path)
            told.setdefault(int(path.name.partition("-")[0]), []).extend(lines)
            left_out += missing
    in_order = sorted((line for lines in told.values() for line in lines), key=lambda line: line[1])
    return Watched(ended.stdout, ended.stderr, ended.status, in_order, told, left_out)


def bare_of(source: str, *args: str, python: str = sys.executable, **environment: str) -> Ended:
    """Run a program's text as it is."""
    return _run(source, args, python, environment)


def steady(text: str) -> str:
    """What a program prints, without what is another each time.

    Those are addresses, process numbers, and which line of ``Future.result`` it is: one of two, by
    whether the result was there already.
    """
    text = re.sub(r"0x[0-9a-f]+|\(pid=\d+\)|\b\d+ terminated", "", text)
    return re.sub(r"line \d+, in result\b", "in result", text)


def read(path: Path) -> tuple[list[Line], int]:
    """All lines of a ring that nobody has read, records as lines, and how many were left out."""
    content = path.read_bytes()
    mark, half, left_out = memoryview(content)[:24].cast("Q")
    assert mark == MARK
    assert len(content) == 2 * half
    lines: list[Line] = []
    calls: dict[int, Line] = {}
    for first in (HEADER, half):
        end = half if first == HEADER else 2 * half
        told = WHOLE.match(content, first, end)
        assert told is not None
        assert not any(content[told.end() : end][:1]), "what is not whole"  # or it is full
        for line in _pieces(told[0]):
            if line[0] == "call":
                calls[line[2]] = line
            elif line[0] == "called":
                _, t, task, number, argument = line
                _, _, _, group, name, thread = calls[number]
                label = name
                if argument != records.ALONE:
                    label += f"({argument - 1})" if argument else "()"
                lines.append(["submitted", t, task, group, label, 1, thread])
            else:
                lines.append(line)
    return lines, left_out


def _pieces(told: bytes) -> Iterator[Line]:
    at = 0
    while at < len(told):
        if told[at] < ord("["):
            length, names = _RECORDS[told[at]]
            yield _as_line(told[at : at + length], names)
            at += length
        else:
            end = told.index(b"\n", at) + 1
            yield json.loads(told[at:end])
            at = end


def _as_line(record: bytes, tag: str) -> Line:
    numbers = [int.from_bytes(record[at : at + 8], "little") for at in range(1, len(record) - 1, 8)]
    if tag == "finished":
        return [tag, *numbers[:2], numbers[2] - 1 if numbers[2] else None]
    return ["started", *numbers, "unknown"] if tag == "begun" else [tag, *numbers]


def _run(source: str, args: tuple[str, ...], python: str, environment: dict[str, str]) -> Ended:
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "program.py")
        script.write_text(source, encoding="utf-8")
        process = subprocess.Popen(
            [python, script.name, *args],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**_inherited(), **environment},
            start_new_session=True,
        )
        try:
            stdout, stderr = process.communicate(timeout=PATIENCE)
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    return Ended(
        stdout.replace(folder, "FOLDER"), stderr.replace(folder, "FOLDER"), process.returncode
    )


def _inherited() -> dict[str, str]:
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "CONCVIZ", "PYTEST"))
    }
