"""Tests take turns: whoever must be alone is, and gets its turn."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from tests.running import PATIENCE_S
from tests.turns import Turns, turn


def test_who_is_alone_is_alone_and_has_its_turn(tmp_path: Path) -> None:
    inside: set[str] = set()
    seen: list[set[str]] = []
    over = threading.Event()

    def visit(name: str, alone: bool) -> None:
        with turn(tmp_path, alone):
            inside.add(name)
            seen.append(set(inside))
            time.sleep(0.002)
            inside.remove(name)

    def come_and_go(name: str) -> None:
        while not over.is_set():
            visit(name, alone=False)

    threads = [threading.Thread(target=come_and_go, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for _ in range(20):
        visit("alone", alone=True)
    over.set()
    for thread in threads:
        thread.join()
    assert [who for who in seen if "alone" in who] == [{"alone"}] * 20
    assert any(len(who) > 1 for who in seen), "the others need not wait for one another"


def test_turns_alone_that_follow_one_another_are_one(tmp_path: Path) -> None:
    turns = Turns(tmp_path)
    entered = threading.Event()

    def another() -> None:
        with turn(tmp_path, alone=False):
            entered.set()

    waiting = threading.Thread(target=another)
    with turns.turn(alone=True, next_alone=True):
        waiting.start()
    with turns.turn(alone=True, next_alone=False):
        assert not entered.wait(0.05), "nobody is let in between them"
    waiting.join(PATIENCE_S)
    assert entered.is_set()
    with turns.turn(alone=False, next_alone=True), turn(tmp_path, alone=False):
        pass
