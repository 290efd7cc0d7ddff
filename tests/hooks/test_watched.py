"""A program that is watched tells of itself and does what it does."""

from __future__ import annotations

from tests.hooks.watched import bare_of, lines_of


def test_a_process_and_its_fork_announce_themselves() -> None:
    program = """
import os, sys
child = os.fork()
if child:
    os.waitpid(child, 0)
    print(os.getpid(), child, open(os.devnull).fileno(), sys.argv)
"""
    watched = lines_of(program, "a b")
    parent, child, *rest = watched.stdout.split(maxsplit=3)
    assert rest == bare_of(program, "a b").stdout.split(maxsplit=3)[2:]
    assert watched.stderr == ""
    assert [line[2:5] for line in watched.of("process")] == [
        [int(parent), line[3], "program"] if line[2] == int(parent)
        else [int(child), int(parent), "fork"]
        for line in watched.of("process")
    ]  # fmt: skip
    assert set(watched.rings) == {int(parent), int(child)}
