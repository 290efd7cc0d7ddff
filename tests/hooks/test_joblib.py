"""What is told of pools of loky and joblib, which are patched when a program imports them."""

from __future__ import annotations

import pytest

from tests.hooks.watched import Watched, bare_of, lines_of, steady

pytest.importorskip("joblib", reason="joblib is not installed")
pytest.importorskip("loky", reason="loky is not installed")

PROGRAM = """
import traceback
import loky
from joblib import Parallel, delayed

def square(x):
    return x * x

def failing(x):
    raise ValueError("number %d" % x)

if __name__ == "__main__":
    for backend, batch_size, numbers in (
        ("loky", 5, range(10)),
        ("threading", 1, (20, 21)),
        ("multiprocessing", 2, range(30, 34)),
    ):
        do = Parallel(n_jobs=2, backend=backend, batch_size=batch_size, pre_dispatch="all")
        print(do(delayed(square)(number) for number in numbers))
    pool = loky.get_reusable_executor(max_workers=1)
    print(pool.submit(square, 40).result(), list(pool.map(square, range(50, 54), chunksize=2)))
    try:
        pool.submit(failing, 60).result()
    except ValueError:
        traceback.print_exc()
    pool.shutdown()
"""


@pytest.fixture(scope="module")
def watched() -> Watched:
    return lines_of(PROGRAM)


def test_the_program_behaves_as_without_us(watched: Watched) -> None:
    bare = bare_of(PROGRAM)
    assert watched.stdout == bare.stdout
    assert steady(watched.stderr) == steady(bare.stderr)
    assert watched.status == bare.status == 0
    assert not watched.of("lost")


def test_each_backend_is_a_group_of_its_own(watched: Watched) -> None:
    groups = {line[2]: line[3:6] for line in watched.of("group")}
    assert list(groups.values()) == [
        ["process-pool", "MemmappingExecutor", 2],
        ["pool", "ThreadPool", 2],
        ["pool", "MemmappingPool", 2],
        ["process-pool", "_ReusablePoolExecutor", 1],
    ]
    workers = {line[2]: line[6] for line in watched.of("thread") if line[6] is not None}
    asked = {line[2]: line[3] for line in watched.of("submitted")}
    for started in watched.of("started"):
        assert workers[started[3]] == asked[started[2]]


@pytest.mark.parametrize(
    ("label", "items"),
    [
        ("square(0) … square(4)", 5),
        ("square(5) … square(9)", 5),
        ("square(20)", 1),
        ("square(30) … square(31)", 2),
        ("square(40)", 1),
        ("square(52) … square(53)", 2),
    ],
)
def test_a_batch_is_a_task_called_by_what_is_in_it(
    watched: Watched, label: str, items: int
) -> None:
    (asked,) = [line for line in watched.of("submitted") if line[4] == label]
    assert asked[5] == items
    told = [line[0] for line in watched.task(asked[2])]
    assert told == ["submitted", "started", "finished", "collected"]


def test_failures_are_told_by_the_worker(watched: Watched) -> None:
    (failed,) = watched.of("failed")
    assert failed[4] == "ValueError: number 60"
    assert failed[3] is not None
