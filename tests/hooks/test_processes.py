"""Processes of a program that is watched: multiprocessing's, forks, and other Pythons."""

from __future__ import annotations

import pytest

from tests.hooks.watched import Line, Watched, bare_of, lines_of

PROGRAM = """
import multiprocessing, os, subprocess, sys, threading, traceback

def work(index, word):
    return index

def failing():
    raise KeyError("no such key")

def leaving():
    sys.exit(3)

def dying():
    os._exit(9)

def outer():
    inner = multiprocessing.get_context("fork").Process(target=work, args=(7, ""), name="inner")
    inner.start()
    inner.join()

class Mine(multiprocessing.get_context("fork").Process):
    def run(self):
        traceback.print_stack()
        print(threading.active_count(), flush=True)

def run(process):
    process.start()
    process.join()
    print(process.name, process.exitcode, flush=True)

def python(*options):
    program = "import sys, threading; print(sys.path[0], threading.active_count())"
    print(subprocess.call([sys.executable, *options, "-c", program]), flush=True)

if __name__ == "__main__":
    fork, spawn, server = map(multiprocessing.get_context, ("fork", "spawn", "forkserver"))
    run(fork.Process(target=work, args=(1,), kwargs={"word": "a"}))
    run(spawn.Process(target=work, args=(2, "b")))
    run(server.Process(target=work, args=(3, "c")))
    run(fork.Process(target=failing))
    run(server.Process(target=failing))
    run(fork.Process(target=leaving))
    run(spawn.Process(target=dying))
    run(fork.Process(target=outer))
    run(Mine())
    child = os.fork()
    if not child:
        os.execv(sys.executable, [sys.executable, "-c", "print('executed')"])
    print(os.waitpid(child, 0)[1], flush=True)
    python()
    python("-I")
    try:
        subprocess.call(["/nowhere"])
    except OSError as error:
        print(error)
"""


@pytest.fixture(scope="module")
def watched() -> Watched:
    return lines_of(PROGRAM)


def processes(watched: Watched) -> dict[int, list[Line]]:
    """What the processes say that they are, by number."""
    found: dict[int, list[Line]] = {}
    for line in watched.of("process"):
        found.setdefault(line[2], []).append(line)
    return found


def test_the_program_behaves_as_without_us(watched: Watched) -> None:
    bare = bare_of(PROGRAM)
    assert (watched.stdout, watched.stderr, watched.status) == (
        bare.stdout,
        bare.stderr,
        bare.status,
    )


def test_every_python_of_the_program_says_how_it_was_made(watched: Watched) -> None:
    assert sorted(
        tuple((line[4], line[5]) for line in lines) for lines in processes(watched).values()
    ) == [
        (("fork", "ForkProcess-1"),),
        (("fork", "ForkProcess-4"),),
        (("fork", "ForkProcess-6"),),
        (("fork", "ForkProcess-8"),),
        (("fork", "Mine-9"),),
        (("fork", "inner"),),
        (("fork", "program.py"), ("subprocess", "-c")),
        (("forkserver", ""),),
        (("forkserver", ""),),
        (("program", "program.py"),),
        (("spawn", ""),),
        (("spawn", ""),),
        (("subprocess", "-c"),),
        (("subprocess", "forkserver"),),
    ]


def test_a_process_has_its_parent(watched: Watched) -> None:
    told = processes(watched)
    names = {line[2]: line[5] for lines in told.values() for line in lines}
    parents = {(line[4], line[5]): names.get(line[3]) for lines in told.values() for line in lines}
    assert parents["fork", "inner"] == "ForkProcess-8"
    assert parents["forkserver", ""] == "forkserver"
    assert parents["subprocess", "forkserver"] == "program.py"


def test_who_starts_a_child_tells_its_name_and_since_when(watched: Watched) -> None:
    named = [line[4] for line in watched.of("spawned") if line[4]]
    assert named == [
        "ForkProcess-1",
        "SpawnProcess-2",
        "ForkServerProcess-3",
        "ForkProcess-4",
        "ForkServerProcess-5",
        "ForkProcess-6",
        "SpawnProcess-7",
        "ForkProcess-8",
        "inner",
        "Mine-9",
    ]
    began = {pid: lines[0][1] for pid, lines in processes(watched).items()}
    for _, t, pid, since, name in watched.of("spawned"):
        assert since < t
        if name:
            assert since < began[pid]


def test_who_has_waited_for_a_child_tells_how_it_ended(watched: Watched) -> None:
    names = {line[2]: line[4] for line in watched.of("spawned")}
    told = [(names[line[2]], line[3]) for line in watched.of("ended")]
    assert [end for end in told if end[0]] == [
        ("ForkProcess-1", 0),
        ("SpawnProcess-2", 0),
        ("ForkServerProcess-3", 0),
        ("ForkProcess-4", 1),
        ("ForkServerProcess-5", 1),
        ("ForkProcess-6", 3),
        ("SpawnProcess-7", 9),
        ("inner", 0),
        ("ForkProcess-8", 0),
        ("Mine-9", 0),
    ]
    # what cannot be executed has been a process only where that is found out after a fork
    of_subprocess = [code for name, code in told if not name]
    assert of_subprocess in ([0, 0], [0, 0, 255])


def test_processes_of_multiprocessing_are_tasks_of_whoever_starts_them(watched: Watched) -> None:
    names = {line[2]: line[4] for line in watched.of("spawned")}
    told = [
        (names[int(line[2][1:])], line[4], [other[0] for other in watched.task(line[2])][1:])
        for line in watched.of("submitted")
    ]
    assert told == [
        ("ForkProcess-1", "work(1, word='a')", ["started", "finished"]),
        ("SpawnProcess-2", "work(2, 'b')", ["started", "finished"]),
        ("ForkServerProcess-3", "work(3, 'c')", ["started", "finished"]),
        ("ForkProcess-4", "failing()", ["started", "failed"]),
        ("ForkServerProcess-5", "failing()", ["started", "failed"]),
        ("ForkProcess-6", "leaving()", ["started", "failed"]),
        ("SpawnProcess-7", "dying()", ["started"]),
        ("ForkProcess-8", "outer()", ["started", "finished"]),
        ("inner", "work(7, '')", ["started", "finished"]),
        ("Mine-9", "Mine", ["started", "finished"]),
    ]
    assert [line[4] for line in watched.of("failed")] == [
        "KeyError: 'no such key'",
        "KeyError: 'no such key'",
        "SystemExit: 3",
    ]
    groups = [line[4] for line in watched.rings[watched.lines[0][2]] if line[0] == "group"]
    assert groups == ["work", "failing", "leaving", "dying", "outer", "Mine"]


def test_only_the_main_thread_of_the_fork_server_is_a_helper(watched: Watched) -> None:
    server = next(pid for pid, lines in processes(watched).items() if lines[0][5] == "forkserver")
    assert [line[2] for line in watched.of("thread") if line[5]] == [server]


def test_nothing_is_lost(watched: Watched) -> None:
    assert watched.of("lost") == []
