"""Functions of somebody's own, in a folder that is the current one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from concviz.runner import functions_known

JOBS = '''
"""Jobs."""

import asyncio
import random
import sys
import threading
import time

ITEMS = [1, 2, 3]
LOCKS = [threading.Lock()]


class Point:
    def __init__(self, x):
        self.x = x


POINTS = [Point(1), Point(2)]


def doubled(number):
    """Twice as much."""
    print("doubling", number)
    return number * 2


def seen(number):
    """What has no order, and parts that are the same object here and there."""
    text = str(number)
    return {"text": text, "set": {text, "b", "c", "d"}, "all": [text, text]}


def moved(point):
    return Point(point.x + 1)


def where(number):
    """Another result in a thread than in a process."""
    return threading.current_thread() is threading.main_thread()


def dice(number):
    return random.random()


def opened(number):
    return threading.Lock()


def broken(number):
    if number == 1:
        raise ValueError(f"not {number}")
    return number


def leaves(number):
    sys.exit(number)


def endless(number):
    print("begun", number, flush=True)
    while True:
        time.sleep(0.01)


def two(a, b):
    return a


def yields(number):
    yield number


def items():
    return iter(ITEMS)


def breaks():
    yield 1
    raise KeyError("no more")


async def waits(number):
    await asyncio.sleep(0.01)
    return number
'''


def folder_of_functions(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write them there, and go there."""
    (folder / "jobs.py").write_text(JOBS.lstrip())
    (folder / "numbers.json").write_text('[1, 2, "ab"]')
    (folder / "lines.txt").write_text("one\ntwo\n\nthree\n")
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.delitem(sys.modules, "jobs", raising=False)
    monkeypatch.setattr(functions_known, "_known", {})
    return folder
