"""What is found of waits one after the other, and what is not."""

from __future__ import annotations

from tests.analysis.programs.found import PID, found, pool_of, program
from tests.builders.programs import Made


def awaited(
    number: int = 6,
    gap: float = 0.2,
    also: tuple[float, float] | None = None,
    asks: bool = True,
    **did: float,
) -> Made:
    """Coroutines one after the other, 100 ms each, of a coroutine that waits for them."""
    told, main = program()
    group = told.group(0, "loop", "event loop")
    rows = [told.slot(0, PID, PID, n, group) for n in range(3)]
    step = 100 + gap
    if asks:
        asker = told.task(group, "main", rows[0], 5, 6, 20 + number * step)
        told.awaits(asker, 6, 20 + number * step, other=1)
    for k in range(number):
        begin = 10 + k * step
        task = told.task(group, f"fetch({k})", rows[1], begin, begin, begin + 100)
        told.awaits(task, begin, begin + 100, "running", **(did or {"sleep": 1}))
    if also is not None:
        told.task(group, "beat", rows[2], also[0], also[0], also[1])
    told.does(main, 0, 20 + number * step, io=1)
    return told


def test_coroutines_that_are_awaited_in_turn() -> None:
    finding = found(awaited(), 700)["awaited-in-turn"]
    assert "fetch(0) and 5 tasks like it waited 100 % of their time, one after" in finding.sentence
    assert "took 601 ms" in finding.sentence
    assert "for about 100 ms." in finding.sentence


def test_coroutines_that_are_not_or_have_a_reason() -> None:
    for told, why in (
        (awaited(3), "steps of one thing"),
        (awaited(gap=30), "something is done in between"),
        (awaited(gap=-50), "two at once"),
        (awaited(running=1, sleep=1), "they compute"),
        (awaited(also=(200, 400)), "the loop has other things to do"),
        (awaited(asks=False), "of whom nobody knows who wants them"),
    ):
        assert "awaited-in-turn" not in found(told, 1100), why


def pool(
    tasks: int = 12, workers: int = 2, apart: float = 0, idle: float = 0, **did: float
) -> Made:
    """Tasks of 100 ms in the queue of a pool."""
    told, _ = program()
    group, lanes = pool_of(told, workers)
    for k in range(tasks):
        begin = 1 + k // workers * (100 + idle)
        asked = begin - 0.5 if apart else 0
        lane = lanes[k % workers]
        told.task(group, f"get({k})", lane, asked, begin, begin + 100, collected=begin + 101)
        told.does(lane, begin, begin + 100, **(did or {"io": 1}))
    return told


def test_few_threads_for_many_waits() -> None:
    finding = found(pool(), 620)["few-threads"]
    assert "All 2 threads waited 100 % of the time (I/O, sleep), while 10 of 12 tasks stood" in (
        finding.sentence
    )
    assert "in the queue for up to 501 ms" in finding.sentence


def test_threads_that_are_enough_or_of_which_more_would_not_help() -> None:
    for told, why in (
        (pool(tasks=6), "a round or two more"),
        (pool(running=1, io=1), "they compute"),
        (pool(lock=1), "more would wait at the same lock"),
        (pool(apart=1), "nothing is in the queue"),
        (pool(idle=60), "they are not busy"),
        (pool(tasks=8, workers=4), "soon done"),
    ):
        assert "few-threads" not in found(told, 1200), why
