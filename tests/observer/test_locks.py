"""Which waits are for a lock, by the functions in which they happen."""

from __future__ import annotations

import concurrent.futures
import multiprocessing.synchronize
import queue
import threading
from collections.abc import Callable
from typing import Any

import pytest

from concviz.observer.locks import wanted
from concviz.observer.stacks import Function


def of(function: Callable[..., Any]) -> Function:
    code: Any = function.__code__
    return Function(code.co_filename, code.co_qualname)


def mine() -> None:
    """A function of somebody who uses the library."""


USED = of(mine)


@pytest.mark.parametrize(
    "stack",
    [
        [of(threading.Condition.wait), USED],
        [of(threading.Thread.join), USED],
        [of(threading.Condition.wait), of(threading.Event.wait), USED],
        [of(threading.Condition.wait), of(queue.Queue.get), USED],
        [of(threading.Condition.__enter__), of(queue.Queue.get), USED],
        [of(threading.Condition.wait), of(concurrent.futures.Future.result), USED],
        [of(multiprocessing.synchronize.SemLock.__enter__), of(queue.Queue.get), USED],
        [Function("", "Condition.wait"), USED],
        [],
    ],
)
def test_waits_for_somebody(stack: list[Function]) -> None:
    assert wanted(stack) is None


@pytest.mark.parametrize(
    "stack",
    [
        [USED],
        [of(threading.Condition.__enter__), USED],
        [of(multiprocessing.synchronize.SemLock.__enter__), USED],
    ],
)
def test_waits_for_a_lock_on_behalf_of_whoever_uses_it(stack: list[Function]) -> None:
    assert wanted(stack) == "mine"


@pytest.mark.parametrize(
    "filename",
    ["/home/me/queue.py", "/home/me/asyncio/tasks.py", "/home/me/concurrent/futures/thread.py"],
)
def test_files_that_are_only_called_like_those_of_the_library_are_none(filename: str) -> None:
    assert wanted([Function(filename, "Store.add")]) == "Store.add"
    assert wanted([Function("/home/me/threading.py", "Condition.wait")]) == "Condition.wait"
