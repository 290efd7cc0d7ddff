"""The lab with a run on a cluster: as it comes, when it is over, and as of an earlier time."""

from __future__ import annotations

import pytest

from concviz.sources.feed import Feed
from tests.builders import TWO_HOSTS_MS, at, cluster_of, two_hosts
from tests.tui.driving import FULL, SHORT, opened
from tests.tui.test_program import Told


async def test_a_cluster_is_shown_from_its_first_moment_to_its_last_and_looked_through() -> None:
    source = Told(two_hosts().messages(TWO_HOSTS_MS))
    async with opened(size=(200, 60)) as lab:
        lab.app.lab.follow(Feed(source))
        source.until = at(105)
        await lab.until(lambda: "4 running, 2 queued, 4 ready" in lab.flowing("#summary-text"))
        where = "cluster tcp://10.0.0.1:8786 · 3 workers (4 threads) on 2 hosts"
        assert f"10 × cpu 0.1 s on dask · {where} · under way" in lab.text("EnvironmentBar")
        assert "others here 12 tasks of others" in lab.flowing("#summary-text")
        names = lab.static("#row-labels").split("\n")
        assert [name for name in names if name.strip()] == [
            *("here · alice-0 · 1", "here · alice-0 · 2"),
            *("10.0.0.2 · bob-0", "10.0.0.2 · bob-1"),
        ]
        source.until = at(TWO_HOSTS_MS + 10)
        await lab.until(lambda: not lab.running)
        await lab.until(lambda: "2 lost and run again" in lab.flowing("#summary-text"))
        for sign in "»×▒":
            assert sign in lab.text("#cells")
        assert "transfer of its data" in lab.static("#legend")
        assert "times of 10.0.0.2 ± 3.0 ms" in lab.text("#timeline")

        await lab.press("4", "b")  # a row each
        for sign in "·∘»⇆▒":
            assert sign in lab.text("#cells")
        rows = [name for name in lab.static("#row-labels").split("\n") if name.strip()]
        assert rows[3:5] == ["task 3", "task 3 again"]

        await lab.press("b", "end")  # the last task of the last one selected, then back in time
        await lab.press("space", "space", "[")
        assert "10 finished" not in lab.flowing("#summary-text")


@pytest.mark.parametrize("size", [SHORT, FULL])
async def test_lanes_of_a_cluster_have_names_that_tell_them_apart(size: tuple[int, int]) -> None:
    async with opened(size=size) as lab:
        await lab.show(two_hosts().run(TWO_HOSTS_MS))
        names = [name for name in lab.static("#row-labels").split("\n") if name.strip()]
        assert len(set(names)) == len(names) == 4
        assert "dask" in lab.text("EnvironmentBar")


async def test_details_tell_what_a_cluster_told_of_a_task() -> None:
    told = cluster_of(2)
    told.host("")
    (near,), (far,) = told.process(0, "", 7, "near"), told.process(0, "b", 7, "far")
    told.task(near, 0, 1, 2, 90)
    task = told.task(far, 0, 20, 60, 90)
    told.fetches(25, 55, task, 5_000_000, near)
    async with opened(size=FULL) as lab:
        await lab.show(told.run(100))
        await lab.press("4", "right", "down")
        said = lab.flowing("#task-text")
        assert "waited 20.0 ms at the scheduler, 40.0 ms on its worker" in said
        assert "transfer 5.0 MB from near, 30.0 ms" in said
