"""Whatever a program does: finding things in it never fails, and says each once."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from concviz.analysis.findings import findings
from concviz.analysis.parts import batches, groups
from concviz.analysis.steps import at_once
from concviz.model.tasks import Outcome
from concviz.trace import events
from tests.analysis.programs.found import PID, locked, program
from tests.builders.programs import SERVER_MS, Made, five_scenes, server
from tests.builders.told import MS, at

KINDS = "threads", "thread-pool", "process-pool", "processes", "pool", "loop", "marks"
STATES = "running", "gil_wait", "core_wait", "lock", "thread_wait", "io", "sleep", "unknown"


def anything(random: Random) -> Made:
    """Threads, tasks and samples as they come."""
    told, main = program()
    lanes = [main]
    kinds = [random.choice(KINDS) for _ in range(random.randint(1, 3))]
    numbers = [told.group(0, kind, random.choice(("", "work"))) for kind in kinds]
    for n in range(random.randint(0, 5)):
        begin, group = random.randint(0, 500), random.choice([None, *numbers])
        pid = PID if random.random() < 0.6 else PID + 100 + n
        tid = pid if pid != PID and random.random() < 0.7 else pid + 1 + n
        if tid == pid:
            made = random.choice(("fork", "spawn"))
            lanes.append(told.process(begin, pid, f"Process-{n}", PID, made, group=group))
            if random.random() < 0.5:
                told.dies(random.randint(600, 3000), pid, random.choice((-9, -15, 1, 7)))
        else:
            daemon = random.random() < 0.3
            lanes.append(told.thread(begin, pid, tid, f"T{n}", group=group, daemon=daemon))
            if random.random() < 0.5:
                told.ends(random.randint(begin, 3000), lanes[-1])
    for _ in range(random.randint(0, 20)):
        queued = random.randint(0, 1000)
        times = sorted(random.randint(queued, 3000) for _ in range(3))
        begun, done = random.random() < 0.9, random.random() < 0.8
        told.task(
            random.choice(numbers),
            random.choice(("", "f(1)", "g()")),
            random.choice(lanes) if begun else None,
            queued,
            times[0] if begun else None,
            times[1] if begun and done else None,
            cpu=random.choice((None, 1)),
            error="ValueError: no" if random.random() < 0.2 else None,
            cancelled=times[2] if random.random() < 0.1 else None,
            collected=times[2] if random.random() < 0.5 else None,
            items=random.choice((1, 1, 5)),
            by=random.randrange(told.tasks) if told.tasks and random.random() < 0.4 else None,
        )
        if begun and random.random() < 0.2:
            told.told.append(events.LoopBlocked(at(times[1]), told.tasks - 1, 150 * MS))
    for lane in lanes:
        since = random.randint(0, 500)
        while since < 2500:
            until = since + random.choice((100, 700, 1500))
            if random.random() < 0.3:
                locked(told, lane, since, until, f"{lane.partition(':')[0]}:{random.randint(1, 2)}")
            else:
                shares = {random.choice(STATES): random.random() + 0.1 for _ in range(2)}
                told.does(lane, since, until, **shares)
            since = until
    if random.random() < 0.5:
        told.exits(3005, PID)
    return told


@given(st.randoms(use_true_random=False))
def test_findings_of_any_program(random: Random) -> None:
    run = anything(random).run(3010, random.choice((0, 1, -15)))
    said = findings(run)
    assert len({finding.id for finding in said}) == len(said)
    for finding in said:
        assert finding.sentence.isprintable()
        assert finding.headline
        assert finding.evidence


@given(st.randoms(use_true_random=False))
def test_parts_hold_what_the_whole_holds(random: Random) -> None:
    run = anything(random).run(3010)
    parts = at_once(groups(run))
    assert sorted(n for part in parts for n in part.numbers) == sorted(run.tasks.named)
    for outcome in Outcome:
        assert sum(part.run.count(outcome) for part in parts) == run.count(outcome)
    assert sum(part.run.cpu for part in parts) == run.cpu
    for part in parts:
        for task, number in enumerate(part.numbers):
            assert part.run.tasks.started[task] == run.tasks.started[number]
            assert part.run.started <= run.finished
        for batch in at_once(batches(part)):
            assert set(batch.numbers) <= set(part.numbers)
            assert part.run.started <= batch.run.started <= batch.run.finished


def test_nothing_is_wrong_with_five_scenes() -> None:
    assert findings(five_scenes().run(11_180)) == []


def test_what_is_wrong_with_a_server() -> None:
    said = findings(server().run(SERVER_MS, 1))
    found = ["lost-worker", "unseen-failures", "gil-wait", "loop-blocked"]
    assert [finding.id for finding in said] == found
