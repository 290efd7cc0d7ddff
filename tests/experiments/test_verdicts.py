"""Verdicts on real runs of what people do: they say no more than what took place."""

from __future__ import annotations

import pytest

from concviz import api
from concviz.observer.probe import look
from tests.fixtures import Install

SEES = look(50)
pytestmark = [
    pytest.mark.usefixtures("nothing_left"),
    pytest.mark.skipif(not SEES.complete, reason=f"not seen here: {SEES.text}"),
]
NAP = """
import time
from concviz.workloads import Workload

def nap(i, seconds):
    time.sleep(seconds)

async def blocking(i, seconds):
    time.sleep(seconds)

WORKLOAD = Workload(summary="Sleeps, also as a coroutine.", function=nap, coroutine=blocking)
"""


@pytest.fixture
def nap(install: Install, fresh: None) -> None:
    """A workload whose coroutine does not await: a slip that everybody has made."""
    folder = install({"concviz.workloads": {"nap": "concviz_tested_nap:WORKLOAD"}})
    (folder / "concviz_tested_nap.py").write_text(NAP)


@pytest.mark.usefixtures("nap")
def test_asyncio_is_not_recommended_for_a_blocking_sleep_in_a_coroutine() -> None:
    found = api.compare(
        workload="nap",
        tasks=8,
        workers=4,
        duration_s=0.12,
        strategies=["sequential", "threads", "asyncio"],
    )
    rows, verdict = {row.strategy: row for row in found.rows}, found.verdict
    speedup = rows["asyncio"].speedup
    assert speedup is not None
    assert speedup < 1.15
    assert verdict.recommended == "threads"
    assert "so a thread is enough" in verdict.sentence
    assert "asyncio is enough" not in verdict.sentence
    assert "of 8 tasks at a time" not in verdict.sentence, "it did one"


@pytest.mark.usefixtures("nap")
def test_what_blocks_the_event_loop_is_why_asyncio_gains_nothing() -> None:
    found = api.compare(
        workload="nap",
        tasks=6,
        workers=3,
        duration_s=0.08,
        repeat=3,
        strategies=["sequential", "asyncio"],
    )
    verdict = found.verdict
    assert verdict.recommended == "sequential"
    assert "Asyncio had its event loop kept by one task at a time" in verdict.sentence
    assert float(verdict.evidence["kept_share"]) > 0.8


def test_asyncio_that_awaits_is_enough_and_says_how_many_it_did_at_a_time() -> None:
    found = api.compare(
        workload="sleep",
        tasks=8,
        workers=4,
        duration_s=0.08,
        strategies=["sequential", "asyncio"],
    )
    assert found.verdict.recommended == "asyncio"
    assert "waiting (sleep), so asyncio is enough." in found.verdict.sentence
    assert "Asyncio did 4 of 8 tasks at a time: more workers would help." in found.verdict.sentence
