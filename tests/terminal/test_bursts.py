"""Keys that reach the lab in one piece, through the terminal."""

from __future__ import annotations

from pathlib import Path

from tests.terminal.lab import lab

PLAN = ("--fresh", "--strategy", "thread-pool", "--workload", "number", "--duration", "0.1")
UP, TAB, BACK = "\x1b[A", "\t", "\x7f"


def test_keys_typed_before_there_is_a_screen_and_in_one_piece_later(tmp_path: Path) -> None:
    with lab(*PLAN, size=(120, 36), folder=tmp_path) as it:
        it.send(f"{UP}r")
        it.sees("5 × number 0.1 s on threads", "5 finished")
        it.send(f"3{TAB}2{TAB}{BACK * 3}0{TAB}{BACK}7\r")
        it.sees("7 × number 0 s on threads", "7 finished")
        it.send("cq")
        assert it.end() == 0
        assert it.processes() == []


def test_enter_typed_while_the_terminal_is_still_a_shells(tmp_path: Path) -> None:
    """It is a line feed by then, which no key of a terminal in raw mode is."""
    with lab("tour", "--scene", "loop", size=(80, 24), folder=tmp_path) as it:
        it.send("\n3")
        it.sees("your guess: 5 s")
        it.send("qq")
        assert it.end() == 0
        assert it.processes() == []
