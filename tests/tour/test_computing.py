"""What the scenes claim whose tasks compute: really run, most with the machine for themselves.

That what is said was measured is so on any machine. That processes are faster needs cores that are
free: where others use them all the time, nothing is proved.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from concviz.analysis.overlap import together
from concviz.analysis.statistics import makespan
from concviz.analysis.wording import duration
from concviz.model.run import Run
from concviz.observer.probe import look
from concviz.runner.environment import usable_cores
from concviz.tour.quiet import OTHERS, others
from concviz.tour.sooner import SOONER
from tests.fixtures import Place, warm_place
from tests.running import check_all_finished
from tests.tour.playing import answer, play, remarks

pytestmark = pytest.mark.usefixtures("nothing_left")


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with warm_place() as place:
        yield place


SEES = look(50).complete
CORES = usable_cores()[0]
ATTEMPTS = 2
DISTURBED = "Other programs used up to "


def took(run: Run) -> float:
    length = makespan(run)
    assert length is not None
    return length


def computing(runs: list[Run]) -> list[Run]:
    return [run for run in runs if run.plan is not None and run.plan.workload in ("cpu", "lock")]


def played(name: str) -> tuple[list[Run], bool]:
    """The runs of a scene, and whether they had the machine for themselves."""
    for _ in range(ATTEMPTS):
        runs = play(name)
        for run in runs:
            check_all_finished(run)
        if all(others(run) < OTHERS for run in computing(runs)):
            return runs, True
    return runs, False


@pytest.mark.alone
def test_threads_that_compute_wait_for_the_gil() -> None:
    runs, alone = played("gil")
    threads, processes = runs
    said = " ".join(remarks("gil", runs))
    assert f"Threads took {duration(took(threads))}, processes " in said
    right = answer("gil", runs)
    if not alone:
        assert right is None
        assert DISTURBED in said
    if not alone or CORES < 2 or not SEES:
        pytest.skip("no cores for it, or it cannot be seen")
    ratio = took(threads) / took(processes)
    if threads.environment is not None and threads.environment.gil:
        assert (right == "in processes") == (ratio >= SOONER)
        assert "so no more than one at a time" in said
        assert "they waited for the GIL" in said
    else:
        assert "at a time, for this Python has no GIL" in said
    assert "at a time, each on a core" in said


@pytest.mark.alone
def test_in_a_lock_one_computes_at_a_time() -> None:
    runs, alone = played("lock")
    said = " ".join(remarks("lock", runs))
    if SEES:
        assert "The rows show lock for " in said
    if not alone:
        assert answer("lock", runs) is None
        assert DISTURBED in said
        pytest.skip("no cores for it")
    assert answer("lock", runs) in ("it takes as long in both", None)
    assert f"It took {duration(took(runs[0]))}" in said
    assert "Processes have a GIL each" in said


def test_coroutines_that_compute_block_their_loop() -> None:
    runs = play("coroutines")
    for run in runs:
        check_all_finished(run)
    assert answer("coroutines", runs) == "only the waits"
    assert together(runs[0]) == 4
    assert took(runs[0]) >= 0.5
    said = " ".join(remarks("coroutines", runs))
    assert "up to 4 of them at once, all in one thread" in said
    assert f"4 computations took {duration(took(runs[1]))}, one after the other" in said
    assert "kept the loop for" in said


@pytest.mark.alone
def test_who_waits_needs_no_process_and_who_computes_does() -> None:
    runs, alone = played("choice")
    said = " ".join(remarks("choice", runs))
    assert "The waits took " in said
    assert "The computations took " in said
    right = answer("choice", runs)
    if not alone:
        assert right is None
        assert DISTURBED in said
    if not alone or CORES < 2:
        pytest.skip("no cores for it")
    gil = runs[0].environment is None or runs[0].environment.gil
    light = "threads or coroutines"
    assert right == (f"{light} to wait, processes to compute" if gil else f"{light} for both")
    assert f"on this machine: {right}." in said
