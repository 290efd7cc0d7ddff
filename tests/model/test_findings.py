"""Every finding fires on a made-up run and stays silent on another; none contradicts another."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.model import events
from concviz.model.findings import Finding, findings
from concviz.model.plan import Plan
from concviz.model.recording import Header
from concviz.model.run import Run
from tests.export.made import ENVIRONMENT, MS, ZERO, at, sampled
from tests.model.histories import History, histories, samples

Told = list[events.AnyEvent]


def task(
    number: int, worker: str, start: float, end: float, cpu: float = 0, **spent: float
) -> Told:
    """A task of so many milliseconds; ``spent`` are parts of what is left beside its CPU time."""
    told: Told = [
        events.TaskSubmitted(at(0), number),
        events.TaskStarted(at(start), number, worker),
    ]
    if spent:
        whole = sum(spent.values())
        rest = end - start - cpu
        parts = {name: part / whole * rest for name, part in spent.items()}
        told.append(sampled(worker, start, end, **parts, running=cpu))
    told += [
        events.TaskFinished(at(end), number, round(cpu * MS), None),
        events.TaskCollected(at(end), number),
    ]
    return told


def made(kind: str, end: float, *told: Told, **plan: object) -> Run:
    inner = [event for part in told for event in part]
    tasks = len({e.task for e in inner if isinstance(e, events.TaskSubmitted)})
    wanted = Plan(**{"tasks": max(tasks, 1), **plan})  # type: ignore[arg-type]
    run = Run(wanted)
    run.apply([Header(plan=wanted, environment=ENVIRONMENT, worker_kind=kind)])
    run.apply([events.RunStarted(ZERO), *inner])
    run.apply([events.RunFinished(at(end), None), events.RunnerExited(at(end + 1), 0)])
    return run


def found(run: Run) -> dict[str, Finding]:
    return {finding.id: finding for finding in findings(run)}


def compete(gil: float, kind: str = "thread", **waits: float) -> Run:
    """Four workers of 100 ms, so many of them waiting for the GIL, the rest running or as said."""
    cpu = 100 - gil - sum(waits.values())
    spent = {"gil_wait": gil, **waits}
    return made(kind, 100, *[task(n, f"w{n}", 0, 100, cpu, **spent) for n in range(4)])


def test_gil_wait() -> None:
    finding = found(compete(71))["gil-wait"]
    assert "71 %" in finding.sentence
    assert "processes" in finding.sentence
    assert finding.evidence["gil_wait_share"] == pytest.approx(0.71)
    assert finding.evidence["gil_wait_s"] == pytest.approx(0.284)
    assert "gil-wait" not in found(compete(19)), "too little"
    assert "gil-wait" not in found(compete(71, kind="process")), "of one's own"


def test_core_wait() -> None:
    run = compete(0, "process", core_wait=48)
    finding = found(run)["core-wait"]
    assert finding.sentence.startswith("4 processes share 2 cores: 48 % of their time")
    assert finding.evidence == {
        "core_wait_share": pytest.approx(0.48),
        "core_wait_s": pytest.approx(0.192),
        "workers": 4,
        "cores": 2,
    }
    assert "core-wait" not in found(compete(0, "process", core_wait=14))
    two = made("process", 100, *[task(n, f"w{n}", 0, 100, 50, core_wait=1) for n in range(2)])
    assert "core-wait" not in found(two), "there is a core for each: somebody else has them"


def test_lock_convoy() -> None:
    finding = found(compete(0, lock=64))["lock-convoy"]
    assert "64 %" in finding.sentence
    assert finding.evidence["workers"] == 4
    assert "lock-convoy" not in found(compete(0, lock=29))
    alone = made("thread", 100, task(0, "w", 0, 100, 0, lock=1), task(1, "w", 100, 200, 0, lock=1))
    assert "lock-convoy" not in found(alone), "one worker queues behind nobody of ours"


def in_turn(cpu: float, kind: str = "main") -> Run:
    told = [task(n, "main", 100 * n, 100 * n + 100, cpu, sleep=1) for n in range(3)]
    return made(kind, 300, *told)


def test_waits_in_turn() -> None:
    finding = found(in_turn(2))["waits-in-turn"]
    assert "98 %" in finding.sentence
    assert finding.evidence["wait_s"] == pytest.approx(0.294)
    assert "waits-in-turn" not in found(in_turn(41))
    assert "waits-in-turn" not in found(in_turn(2, "thread"))


def loop(blocked: float, tasks: int = 2) -> Run:
    told: list[Told] = [
        [
            events.TaskSubmitted(at(0), n),
            events.TaskStarted(at(0), n, f"slot-{n}"),
            events.LoopBlocked(at(blocked * (n + 1)), n, round(blocked * MS)),
            events.TaskFinished(at(400), n, round(blocked * MS), None),
        ]
        for n in range(tasks)
    ]
    return made("coroutine", 400, *told)


def test_loop_blocked() -> None:
    finding = found(loop(150))["loop-blocked"]
    assert "blocked for 150 ms by task 1" in finding.sentence
    assert finding.evidence["blocked_share"] == 0.75
    assert "loop-blocked" not in found(loop(99)), "too short"
    assert "loop-blocked" not in found(loop(150, tasks=1)), "it kept nobody from anything"


def starting(startup: float, work: float, kind: str = "process") -> Run:
    told: list[Told] = []
    for n in range(2):
        told.append(
            [
                events.WorkerStarting(at(0), f"w{n}"),
                events.WorkerStarted(at(startup), f"w{n}", 1, 2 + n),
            ]
        )
        told.append(task(n, f"w{n}", startup, startup + work))
    return made(kind, startup + work, *told)


def test_start_up() -> None:
    finding = found(starting(45, 55))["start-up"]
    assert "45 % of the makespan: use a pool" in finding.sentence
    assert finding.evidence["startup_mean_s"] == pytest.approx(0.045)
    assert "start-up" not in found(starting(24, 76))
    assert "start-up" not in found(starting(45, 55, "thread"))


def tiny(gap: float, number: int = 60, kind: str = "process") -> Run:
    told = [task(n, "w", n * (1 + gap), n * (1 + gap) + 1) for n in range(number)]
    return made(kind, number * (1 + gap), *told, strategy="process-pool")


def test_short_tasks() -> None:
    finding = found(tiny(4))["short-tasks"]
    assert "shorter (1.0 ms) than their dispatch (4.0 ms): raise chunksize" in finding.sentence
    assert "more work into a task" in found(tiny(4, kind="thread"))["short-tasks"].sentence
    assert "short-tasks" not in found(tiny(0.9))
    assert "short-tasks" not in found(tiny(4, number=49)), "too few to tell"


def rounds(tasks: int, workers: int, kind: str = "thread", cpu: float = 0, **spent: float) -> Run:
    told = [
        task(n, f"w{n % workers}", n // workers * 100, n // workers * 100 + 100, cpu, **spent)
        for n in range(tasks)
    ]
    return made(kind, -(-tasks // workers) * 100, *told, workers=workers)


def test_uneven_rounds() -> None:
    finding = found(rounds(5, 3, sleep=1))["uneven-rounds"]
    assert finding.sentence.startswith("5 tasks on 3 workers leave 1 of them idle in round 2")
    assert "200 ms instead of about 100 ms with 5 workers" in finding.sentence
    assert finding.evidence["suggested_workers"] == 5
    assert "uneven-rounds" not in found(rounds(6, 3, sleep=1)), "no round is uneven"
    assert "uneven-rounds" not in found(rounds(3, 3, sleep=1)), "one round"
    computing = rounds(5, 3, "process", cpu=60, core_wait=1)
    assert "uneven-rounds" not in found(computing), "five would not fit on two cores"
    assert "core-wait" in found(computing)
    assert "uneven-rounds" not in found(rounds(5, 3)), "what the tasks waited for was not seen"
    assert "uneven-rounds" not in found(rounds(19, 3, sleep=1)), "too many rounds to matter"


def tail(long: float) -> Run:
    told = [task(n, f"w{n}", 0, 100, sleep=1) for n in range(3)]
    return made("thread", max(100, long), *told, task(3, "w3", 0, long, sleep=1))


def test_long_tail() -> None:
    finding = found(tail(250))["long-tail"]
    assert finding.sentence.startswith("Task 3 makes a tail: 150 ms on one worker")
    assert finding.evidence["tail_share"] == pytest.approx(0.6)
    assert "long-tail" not in found(tail(120))
    assert "long-tail" not in found(rounds(4, 3, sleep=1)), "not long, but one too many"


def test_idle_workers() -> None:
    told = [task(n, f"w{n}", 0, 100) for n in range(5)]
    finding = found(made("thread", 100, *told, strategy="thread-pool", workers=8))["idle-workers"]
    assert finding.sentence == "8 workers for 5 tasks: 3 had nothing to do."
    assert "idle-workers" not in found(
        made("thread", 100, *told, strategy="thread-pool", workers=5)
    )
    assert "idle-workers" not in found(made("thread", 100, *told, strategy="threads", workers=8))


def test_failures_and_a_lost_worker() -> None:
    died: Told = [
        events.TaskSubmitted(at(0), 1),
        events.TaskStarted(at(0), 1, "w1"),
        events.WorkerDied(at(50), "w1", -11),
    ]
    raised: Told = [
        events.TaskSubmitted(at(0), 2),
        events.TaskStarted(at(0), 2, "w2"),
        events.TaskFailed(at(50), 2, 0, "ValueError: \x1b[31m" + "x" * 200, ""),
    ]
    both = found(made("process", 100, task(0, "w0", 0, 100), died, raised))
    assert (
        both["lost-worker"].sentence == "Process 2 died (killed by SIGSEGV in task 1): 1 task lost."
    )
    sentence = both["failures"].sentence
    assert sentence.startswith("1 of 3 tasks failed, the first one with ValueError: ␛[31mxxx")
    assert len(sentence) < 150
    assert not {"failures", "lost-worker"} & found(compete(71)).keys()


def test_nothing_is_found_before_the_end_or_without_a_beginning() -> None:
    run = Run(Plan())
    assert findings(run) == []
    run.apply([events.RunStarted(5)])
    assert findings(run) == []
    died = Run(Plan())
    died.apply([events.RunnerExited(5, 1)])
    assert findings(died) == []


EXCLUSIVE = (
    {"gil-wait", "core-wait"},
    {"uneven-rounds", "long-tail"},
    {"uneven-rounds", "core-wait"},
    {"uneven-rounds", "idle-workers"},
)
"""Findings of which one says to try what the other advises against."""


@given(
    histories(),
    st.randoms(use_true_random=False),
    st.sampled_from(["main", "thread", "process", "coroutine", "interpreter"]),
)
def test_findings_never_fail_nor_contradict_one_another(
    history: History, random: Random, kind: str
) -> None:
    run = Run(history.plan)
    run.apply([Header(plan=history.plan, environment=ENVIRONMENT, worker_kind=kind)])
    told = [*history.told, *samples(history, random)]
    run.apply([*sorted(told, key=lambda event: event.t_ns), history.exit])
    said = findings(run)
    ids = {finding.id for finding in said}
    assert len(ids) == len(said)
    assert not any(pair <= ids for pair in EXCLUSIVE)
    for finding in said:
        assert finding.sentence.isprintable()
        assert finding.evidence
