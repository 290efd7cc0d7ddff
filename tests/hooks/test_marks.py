"""What a program marks itself: ``concviz.task`` and ``concviz.mark``."""

from __future__ import annotations

import subprocess
import sys

import pytest

import concviz
from tests.hooks.watched import Watched, bare_of, lines_of

PROGRAM = """
import asyncio, os, sys, threading
import concviz

@concviz.task("load")
def load(name):
    "Load it."
    return name

@concviz.task("answer")
async def answer(seconds):
    await asyncio.sleep(seconds)
    with concviz.task("write"):
        await asyncio.sleep(0)
    return seconds

@concviz.task("refuse")
def refuse():
    raise OSError("no")

async def main():
    print(await asyncio.gather(answer(0.01), answer(0)))
    late = asyncio.create_task(answer(60))
    await asyncio.sleep(0)
    late.cancel()

concviz.mark("begin")
print(load("a"), load.__name__, load.__doc__)
for number in range(3):
    with concviz.task(f"page {number}"):
        pass
try:
    refuse()
except OSError as error:
    print(error)
again = concviz.task("again")
with again, again:
    pass
threading.Thread(target=load, args=("b",)).start()
asyncio.run(main())
if not os.fork():
    concviz.mark("child")
    os._exit(0)
os.wait()
print("msgspec" in sys.modules)
"""


@pytest.fixture(scope="module")
def watched() -> Watched:
    return lines_of(PROGRAM)


def test_the_program_behaves_as_without_us(watched: Watched) -> None:
    bare = bare_of(PROGRAM)
    assert bare.stderr == ""
    assert bare.stdout.endswith("False\n")
    assert (watched.stdout, watched.stderr, watched.status) == (
        bare.stdout,
        bare.stderr,
        bare.status,
    )


def test_what_is_marked_is_a_task_in_a_group_of_its_name(watched: Watched) -> None:
    groups = {line[2]: line[4] for line in watched.of("group") if line[3] == "marks"}
    told = [
        (
            groups[line[3]],
            line[4],
            [other[0] for other in watched.task(line[2])[2:]],
        )
        for line in watched.of("submitted")
        if line[3] in groups
    ]
    assert [one for one in told if one[0] not in ("answer", "write", "load")] == [
        ("page", "page 0", ["finished"]),
        ("page", "page 1", ["finished"]),
        ("page", "page 2", ["finished"]),
        ("refuse", "refuse", ["failed"]),
        ("again", "again", ["finished"]),
        ("again", "again", ["finished"]),
    ]
    assert sorted(one for one in told if one[0] in ("answer", "write", "load")) == [
        ("answer", "answer", ["cancelled"]),
        ("answer", "answer", ["finished"]),
        ("answer", "answer", ["finished"]),
        ("load", "load", ["finished"]),
        ("load", "load", ["finished"]),
        ("write", "write", ["finished"]),
        ("write", "write", ["finished"]),
    ]
    assert [line[4] for line in watched.of("failed")] == ["OSError: no"]


def test_cpu_time_is_told_where_the_thread_did_nothing_else(watched: Watched) -> None:
    groups = {line[2] for line in watched.of("group") if line[3] == "marks"}
    names = {line[2]: line[4] for line in watched.of("submitted") if line[3] in groups}
    cpu = {names[line[2]]: line[3] for line in watched.of("finished") if line[2] in names}
    assert cpu["load"] >= 0
    assert cpu["page 0"] >= 0
    assert cpu["answer"] is None
    assert cpu["write"] is None


def test_moments_are_marked_in_the_process_in_which_they_are(watched: Watched) -> None:
    parent, child = (line[2] for line in watched.of("process"))
    assert [line[2:] for line in watched.of("mark")] == [[parent, "begin"], [child, "child"]]


def test_many_names_are_few_groups() -> None:
    program = """
import concviz
for number in range(200):
    with concviz.task(f"{number} x"):
        pass
"""
    groups = [line[4] for line in lines_of(program).of("group")]
    assert len(groups) == 51
    assert groups[-1] == "other marks"


def test_a_function_that_nobody_watches_is_left_as_it_is() -> None:
    def load() -> None: ...

    assert concviz.task("load")(load) is load
    with concviz.task("nobody"):
        concviz.mark("nothing")


def test_what_cannot_be_marked_is_said() -> None:
    with pytest.raises(TypeError, match=r'concviz.task needs a name, not a function: .*"name"'):
        concviz.task(lambda: None)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"cannot mark the generator numbers as a whole: use 'with"):

        @concviz.task("numbers")
        def numbers() -> object:
            yield 1


def test_marking_imports_nothing_more() -> None:
    code = (
        "import sys; before = set(sys.modules); import concviz; print(*set(sys.modules) - before);"
        "before = set(sys.modules); concviz.task('x'); concviz.mark('y');"
        "print(*set(sys.modules) - before)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    with_us, by_marking = done.stdout.splitlines()
    assert set(with_us.split()) == {"concviz", "concviz.marking", "__future__"}
    assert by_marking == "", "an import beside a fork leaves a child that waits for its end"
