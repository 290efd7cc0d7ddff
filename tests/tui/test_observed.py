"""What the lab tells of what workers really did, and of what could not be seen."""

from __future__ import annotations

import re

import msgspec
import pytest

from concviz.observer.probe import look
from concviz.trace import events
from concviz.trace.environment import Observer
from concviz.trace.plan import Plan
from tests import builders
from tests.builders import LAB_ENVIRONMENT, at, observed, sampled
from tests.tui.driving import FULL, LARGE, SHORT, opened

DENIED = Observer(
    hz=50,
    cpu=True,
    blocking=False,
    gil=False,
    missing=dict.fromkeys(("blocking", "gil"), "Yama forbids it (ptrace_scope 2)"),
)
SEES = look(50)


@pytest.mark.parametrize("size", [SHORT, FULL, LARGE])
async def test_the_header_says_what_cannot_be_seen_and_why(size: tuple[int, int]) -> None:
    environment = msgspec.structs.replace(LAB_ENVIRONMENT, observer=DENIED, cores_limit=None)
    async with opened(size=size, environment=environment) as lab:
        said = "GIL, lock and I/O waits unavailable: Yama forbids it (ptrace_scope 2)"
        header = lab.words("EnvironmentBar")
        assert said[: 20 if size == SHORT else None] in header


async def test_the_header_says_that_all_is_seen() -> None:
    async with opened() as lab:
        assert "states at 50 Hz" in lab.words("EnvironmentBar")


async def test_what_can_be_seen_here_is_found_out_by_the_lab() -> None:
    environment = msgspec.structs.replace(LAB_ENVIRONMENT, observer=None)
    async with opened(environment=environment, size=LARGE) as lab:
        await lab.until(lambda: SEES.text in lab.words("EnvironmentBar"))
    async with opened(environment=environment, size=LARGE, sample_hz=0) as lab:
        await lab.until(lambda: "not observed (--sample-hz 0)" in lab.words("EnvironmentBar"))


async def test_the_summary_of_an_observed_run() -> None:
    async with opened(size=LARGE) as lab:
        await lab.show(observed())
        said = lab.static("#summary-text")
        for words in (
            "Threads gained nothing. The threads waited 50 % of their time for the GIL",
            "run       50 %",
            "GIL       50 %",
            "speedup      run sequential to measure",
            "thread 1     run 60 %, GIL 40 %",
            "thread 2     GIL 60 %, run 40 %",
        ):
            assert words in said


async def test_nothing_stands_out_nothing_is_said() -> None:
    async with opened(size=LARGE) as lab:
        await lab.show(builders.hundred())
        assert "Nothing stands out. On average 50.0 of 100 workers were busy." in lab.static(
            "#summary-text"
        )


async def test_the_states_of_the_selected_task_and_of_its_worker() -> None:
    async with opened(size=LARGE) as lab:
        await lab.show(observed())
        lab.timeline.focus()
        await lab.press("home")
        said = lab.words("#task")
        assert "states this task its worker" in said
        assert "▇ run 60 % 60.0 ms 60 %" in said
        assert "≡ GIL 40 % 40.0 ms 40 %" in said


async def test_states_of_a_task_that_cannot_be_split() -> None:
    environment = msgspec.structs.replace(LAB_ENVIRONMENT, observer=DENIED)
    async with opened(size=LARGE, environment=environment) as lab:
        run = builders.pool_of_threads()
        await lab.show(run)
        said = lab.static("#summary-text")
        assert re.search(r"not seen +95 % ▫+ +475 ms", said)
        assert "waiting for the GIL" not in said


async def test_the_use_of_the_machine_is_shown_while_it_runs() -> None:
    async with opened(size=LARGE) as lab:
        run = builders.under_way()
        await lab.show(run, at(450))
        assert "machine" not in lab.words("#summary")
        run.apply([events.MachineSampled(at(450), at(0), 675_000_000, 4)])
        await lab.show(run, at(450))
        assert "machine 38 % of 4 of 8 cores (affinity) in use" in lab.words("#summary")


async def test_states_are_shown_while_it_runs() -> None:
    async with opened() as lab:
        run = builders.under_way()
        run.apply(sampled("w0", 20 * k, 20 * k + 20, sleep=20) for k in range(2, 22))
        await lab.show(run, at(450))
        assert "sleep" in lab.words("#legend")
        assert "─" in lab.row(2)


@pytest.mark.skipif(not SEES.complete, reason=f"not seen here: {SEES.text}")
async def test_a_real_run_shows_what_its_threads_wait_for() -> None:
    plan = Plan(strategy="threads", workload="cpu", tasks=4, duration_s=0.3)
    async with opened(plan, size=LARGE) as lab:
        run = await lab.run_to_the_end()
        assert {"▇", "≡"} <= set(lab.text("#cells"))
        assert "waiting for the GIL" in lab.words("#legend")
        assert "The threads waited" in lab.static("#summary-text")
        assert run.machine.utilisation is not None
        await lab.press("v")
        assert "≡" not in lab.text("#cells")


async def test_switched_off_a_run_has_bars_and_cpu_time() -> None:
    plan = Plan(strategy="threads", workload="cpu", tasks=2, duration_s=0.1)
    async with opened(plan, size=LARGE, sample_hz=0) as lab:
        await lab.run_to_the_end()
        assert "█" in lab.row(2)
        said = lab.static("#summary-text")
        assert re.search(r"^run +\d+ % .* m?s$", said, re.MULTILINE)
        assert re.search(r"^not seen +\d+ % .* m?s$", said, re.MULTILINE)
        assert "waiting for the GIL" not in said
