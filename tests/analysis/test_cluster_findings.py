"""What stands out in runs on a cluster, made up on both sides of each threshold."""

from __future__ import annotations

import pytest

from concviz.analysis.findings import Finding, findings
from concviz.model.run import Run
from tests.builders.clusters import (
    FAR,
    MB,
    TWO_HOSTS_MS,
    Cluster,
    cluster_of,
    cluster_watched,
    people_at_work,
    two_hosts,
)


def found(run: Run) -> dict[str, Finding]:
    return {finding.id: finding for finding in findings(run)}


def processes(told: Cluster, number: int, host: str = "", first: int = 0) -> list[str]:
    """Worker processes of one thread each; the keys of their lanes."""
    return [
        told.process(0, host, 5000 + 10 * (first + n), f"w{first + n}")[0] for n in range(number)
    ]


def busy(told: Cluster, lanes: list[str], until: float, each: float = 20, gap: float = 1) -> None:
    """Tasks one after the other on all lanes, all asked for at the beginning."""
    start = 10.0
    while start + each <= until:
        for lane in lanes:
            told.task(lane, 0, start - gap, start, start + each, collected=start + each, cpu=each)
        start += each + gap


def healthy(tasks: int = 12) -> Run:
    """Four workers on two hosts that are busy nearly all the time."""
    told = cluster_of(tasks)
    lanes = processes(told, 2) + processes(told, 2, FAR, 2)
    busy(told, lanes, 310, each=100)
    for lane in lanes:
        told.does(lane, 10, 310, running=1)
        told.memory(100, lane, 200 * MB, 20 * MB, 0, 1000 * MB)
    return told.run(315)


def test_nothing_stands_out_on_a_healthy_cluster() -> None:
    assert found(healthy()) == {}


# -- data --


def moving(fetch_ms: float, work_ms: float, *, beside: bool = False, sources: int = 1) -> Run:
    """Three workers; each task but the first of a worker has its data from elsewhere.

    ``beside``: it is on its way while the worker does the task before.
    """
    told = cluster_of(12, workers=3)
    lanes = processes(told, 3)
    free = dict.fromkeys(lanes, 10.0)
    for n in range(12):
        lane = lanes[n % 3]
        begin = free[lane]
        since = max(0.0, begin - fetch_ms) if beside else begin
        start = begin if beside else begin + fetch_ms
        task = told.task(lane, 0, 1, start, start + work_ms, collected=start + work_ms)
        source = lanes[0] if sources == 1 else lanes[(n + 1) % 3]
        if source != lane:
            told.fetches(since, since + fetch_ms, task, 10 * MB, source)
        free[lane] = start + work_ms
    return told.run(max(free.values()) + 2)


def test_transfers_that_outweigh_the_work() -> None:
    finding = found(moving(60, 20))["transfers"]
    assert finding.evidence["transfer_s"] == pytest.approx(0.48)
    assert finding.evidence["tasks_s"] == pytest.approx(0.24)
    assert finding.evidence["transfers"] == 8
    assert "480 ms in all, and the tasks worked for 240 ms" in finding.sentence
    assert "80.0 MB in 8 pieces" in finding.sentence


def test_transfers_say_nothing_where_the_work_is_more_or_goes_on_meanwhile() -> None:
    assert "transfers" not in found(moving(20, 60))
    assert "transfers" not in found(moving(25, 20, beside=True))


def test_one_worker_that_has_all_the_data() -> None:
    finding = found(moving(60, 20))["one-source"]
    assert finding.evidence["source"] == "w0"
    assert finding.evidence["receivers"] == 2
    assert finding.evidence["source_share"] == 1
    assert "100 % of the data that tasks waited for (80.0 MB) came from w0" in finding.sentence
    assert "one-source" not in found(moving(60, 20, sources=3)), "everybody has some"
    assert "one-source" not in found(moving(2, 60)), "that takes no time"


# -- the scheduler --


def small_tasks(
    number: int, pace_ms: float, work_ms: float, workers: int = 2, back_ms: float = 0
) -> Run:
    """Tasks that begin one after the other, as fast as they are handed out."""
    told = cluster_of(number, workers)
    lanes = processes(told, workers)
    for n in range(number):
        start = 10 + n * pace_ms
        told.task(
            lanes[n % workers], 0, start - 1, start, start + work_ms, collected=start + work_ms
        )
    return told.run(10 + number * (pace_ms + back_ms))


def test_tasks_too_small_for_a_cluster() -> None:
    run = small_tasks(100, 3, 0.2)
    finding = found(run)["scheduler-pace"]
    assert finding.evidence["handing_out_s"] == pytest.approx(0.003, rel=0.02)
    assert finding.evidence["pays_from_s"] == pytest.approx(0.003, rel=0.02)
    assert finding.evidence["fills_from_s"] == pytest.approx(0.006, rel=0.02)
    assert "from 3.0 ms a task on" in finding.sentence
    assert "short-tasks" not in found(run)
    assert "dear-workers" not in found(run)


def test_from_which_length_on_it_pays_is_measured_in_each_run() -> None:
    slow = found(small_tasks(100, 9, 0.2))["scheduler-pace"].evidence["pays_from_s"]
    assert slow == pytest.approx(0.009, rel=0.02)
    late = found(small_tasks(100, 3, 0.2, back_ms=2))["scheduler-pace"].evidence
    assert late["pays_from_s"] == pytest.approx(0.005, rel=0.02), "results have to come back, too"
    assert late["fills_from_s"] == pytest.approx(0.006, rel=0.02)


def test_no_blame_for_a_scheduler_that_keeps_its_workers_busy_or_has_little_to_hand_out() -> None:
    assert "scheduler-pace" not in found(small_tasks(100, 3, 5.5))
    assert "scheduler-pace" not in found(small_tasks(20, 3, 0.2)), "too few to tell"
    told = cluster_of(60, 2)
    lanes = processes(told, 2)
    for n in range(60):  # asked for one by one: nobody waits
        start = 10 + n * 3
        told.task(lanes[n % 2], start - 0.5, start - 0.2, start, start + 0.2)
    assert "scheduler-pace" not in found(told.run(200))


def test_the_start_of_a_cluster() -> None:
    def started(scheduler: str, start: float) -> dict[str, Finding]:
        told = cluster_of(2, 2, scheduler=scheduler)
        for lane in processes(told, 2):
            told.task(lane, start - 1, start - 1, start, start + 100, collected=start + 100)
        return found(told.run(start + 102))

    own = started("", 900)["start-up"]
    assert own.sentence.startswith("To start the cluster took 900 ms, 90 % of the makespan.")
    assert "--scheduler" in own.sentence
    there = started("tcp://host:8786", 900)["start-up"]
    assert there.sentence.startswith("To connect to the cluster")
    assert "start-up" not in started("", 20)


# -- where tasks are --


def lopsided(waiting_at: int, tasks: int = 8) -> Run:
    """Two workers of which the first has all the work; its tasks arrived there from the start."""
    told = cluster_of(tasks, 2)
    lanes = processes(told, 2)
    for n in range(tasks):
        lane = lanes[0 if n % 2 == 0 or n // 2 < waiting_at else 1]
        start = 10 + 50 * sum(1 for m in range(n) if m % 2 == 0 or m // 2 < waiting_at)
        if lane == lanes[1]:
            start = 10 + 50 * (n // 2 - waiting_at)
        told.task(lane, 0, 2, start, start + 49, collected=start + 49)
    return told.run(12 + 50 * tasks)


def test_workers_that_idle_while_tasks_wait_elsewhere() -> None:
    finding = found(lopsided(4))["idle-beside-waiting"]
    assert finding.evidence["busiest"] == "w0"
    assert float(finding.evidence["idle_share"]) > 0.3
    assert "longest in w0" in finding.sentence
    assert "idle-beside-waiting" not in found(lopsided(0))


def test_more_threads_than_tasks() -> None:
    told = cluster_of(2, 3)
    lanes = processes(told, 3)
    for lane in lanes[:2]:
        told.task(lane, 0, 2, 10, 100, collected=101)
    finding = found(told.run(105))["idle-workers"]
    assert finding.sentence == "3 worker threads for 2 tasks: 1 had nothing to do."


def gil(threads: int, wait: float) -> Run:
    told = cluster_of(4, 2)
    lanes = told.process(0, "", 5000, "w0", threads=threads)
    if threads == 1:
        lanes += told.process(0, "", 5100, "w1")
    for n in range(4):
        start = 10 + 110 * (n // 2)
        told.task(lanes[n % 2], 0, start - 2, start, start + 100, collected=start + 101)
    for lane in lanes:
        told.does(lane, 10, 230, running=100 - wait, gil_wait=wait)
    return told.run(235)


def test_threads_of_a_worker_process_that_queue_for_its_gil() -> None:
    finding = found(gil(2, 45))["gil-wait"]
    assert finding.evidence["gil_wait_share"] == pytest.approx(0.45, abs=0.02)
    assert "--nthreads 1" in finding.sentence
    assert "gil-wait" not in found(gil(2, 15))
    assert "gil-wait" not in found(gil(1, 45)), "each has a GIL of its own"


# -- memory --


def test_spilling() -> None:
    def memory(spilled: int, limit: int | None = 640) -> dict[str, Finding]:
        told = cluster_of(4, 2)
        lanes = processes(told, 2)
        busy(told, lanes, 220, each=100)
        for lane in lanes:
            told.memory(50, lane, 600 * MB, 300 * MB, 0, limit and limit * MB)
        told.memory(150, lanes[1], 600 * MB, 300 * MB, spilled * MB, limit and limit * MB)
        return found(told.run(225))

    finding = memory(180)["spilling"]
    assert finding.sentence.startswith("w1 put up to 180 MB of results on its disk: it may hold")
    assert finding.evidence["most_spilled_bytes"] == 180 * MB
    assert "limit_bytes" not in memory(180, None)["spilling"].evidence
    assert "spilling" not in memory(10)


# -- hosts --


def hosts(slow_ms: float, *, cpu: float | None = None, core_wait: float = 0) -> Run:
    """Two workers here whose tasks take about 50 ms, two elsewhere."""
    told = cluster_of(24, 4)
    near, far = processes(told, 2), processes(told, 2, FAR, 2)
    for lanes, each in ((near, 50.0), (far, slow_ms)):
        for lane in lanes:
            start = 10.0
            for n in range(6):
                took = each + (n % 3 - 1)
                own = cpu if cpu is not None and lanes is far else 48
                told.task(lane, 0, start - 2, start, start + took, collected=start + took, cpu=own)
                start += took + 1
            wait = core_wait if lanes is far else 0
            told.does(lane, 10, start, running=100 - wait, core_wait=wait)
    return told.run(20 + 6 * (max(50.0, slow_ms) + 3))


def test_one_host_is_slower() -> None:
    finding = found(hosts(100, cpu=96))["uneven-hosts"]
    assert finding.evidence["times"] == 2
    assert finding.evidence["slow_host"] == FAR
    assert "took 2.00× as long on 10.0.0.2 (100 ms, the median of 12) as on this machine" in (
        finding.sentence
    )
    assert finding.sentence.endswith("so its cores are slower.")
    assert "uneven-hosts" not in found(hosts(52)), "within noise, or nearly"


def test_why_a_host_is_slower_is_said_only_where_it_was_seen() -> None:
    waits = found(hosts(100, cpu=48, core_wait=50))
    assert "waited 52 % of their time for a core, not 0 %" in waits["uneven-hosts"].sentence
    unknown = found(hosts(100, cpu=48))["uneven-hosts"].sentence
    assert unknown.endswith("(50.0 ms of 12).")


def test_waits_for_cores_are_those_of_each_host() -> None:
    finding = found(hosts(100, cpu=48, core_wait=50))["core-wait"]
    assert finding.evidence["host"] == FAR
    assert "cores" not in finding.evidence, "how many it has is not known"
    assert finding.sentence.startswith("2 worker threads on 10.0.0.2 waited 52 %")
    assert "core-wait" not in found(hosts(50)), "four workers of two hosts share no cores"


# -- what was lost --


def test_tasks_that_were_lost_and_run_again() -> None:
    every = found(two_hosts().run(TWO_HOSTS_MS))
    finding = every["run-again"]
    assert finding.evidence["lost"] == 2
    assert finding.evidence["again"] == 2
    assert finding.evidence["gone"] == 0
    assert "its worker process was killed" in finding.sentence
    assert "task 3, task 7" in finding.sentence
    assert "lost-worker" not in every, "no pool is broken"


def test_a_task_that_is_lost_for_good() -> None:
    told = cluster_of(2, 2)
    lanes = processes(told, 2)
    told.task(lanes[0], 0, 2, 10, 100, collected=101)
    task = told.task(lanes[1], 0, 2, 10)
    told.dies(50, "", 5010, lanes[1])
    told.loses(55, task, "[red]why[/red]\x1b[31m")
    finding = found(told.run(110))["run-again"]
    assert finding.evidence["gone"] == 1
    assert "None was run again" in finding.sentence
    assert "\x1b" not in finding.sentence
    assert finding.evidence["wasted_s"] == pytest.approx(0.045)


# -- of others --


def test_findings_of_a_cluster_that_nobody_planned() -> None:
    assert "transfers" not in found(people_at_work().run(115))
    told = cluster_watched()
    lanes = processes(told, 3)
    for n in range(12):
        start = 70.0 + 80 * (n // 3)
        task = told.task(lanes[n % 3], 1, 2, start, start + 20, label=f"sum-{n}")
        told.fetches(start - 60, start, task, 10 * MB, lanes[(n + 1) % 3])
    assert "transfers" in found(told.run(400))


def test_findings_are_sentences() -> None:
    for run in (moving(60, 20), small_tasks(100, 3, 0.2), lopsided(4), hosts(100, cpu=96)):
        for finding in findings(run):
            assert finding.sentence.isprintable()
            assert finding.sentence.endswith(".")
            assert not finding.headline.endswith(".")
