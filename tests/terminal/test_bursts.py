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
