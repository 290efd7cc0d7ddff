"""What tasks print is shown with its task where that is known, bounded, and never silently lost."""

from __future__ import annotations

import re

import pytest

from concviz.model.entities import Phase
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.trace.plan import Plan
from concviz.worker.tracing import TASK_OUTPUT, TaskStream
from tests.fixtures import Place
from tests.running import INTERPRETERS, PROCESS_LIKE, STRATEGIES, run_plan
from tests.sources.hostile import LINES

pytestmark = pytest.mark.usefixtures("nothing_left")


@pytest.fixture(scope="module")
def place(warm_and_hostile: Place) -> Place:
    return warm_and_hostile


def run(strategy: str, workload: str, tasks: int = 2) -> Run:
    done = run_plan(
        Plan(strategy=strategy, workload=workload, tasks=tasks, workers=2, duration_s=0.01)
    )
    assert done.phase is Phase.FINISHED, done.error
    assert done.error is None
    return done


def printed(run: Run, task: int | None) -> list[str]:
    return [line.text for line in run.output if line.task == task]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_flood_is_cut_and_what_is_left_out_is_counted(strategy: str) -> None:
    done = run(strategy, "floods", tasks=3)
    total = 20 * 10_000  # lines with their ends
    for task in range(3):
        lines = printed(done, task)
        kept, rest = divmod(TASK_OUTPUT, 10_000)
        assert lines == ["x" * 9_999] * kept + ["x" * rest]
    assert done.counts.output_characters == 3 * (total - TASK_OUTPUT)
    assert done.counts.total == done.counts.output_characters


@pytest.mark.parametrize("strategy", ["sequential", "thread-pool", "process-pool"])
def test_all_means_of_printing_are_seen(strategy: str) -> None:
    done = run(strategy, "prints")
    for task in range(2):
        assert f"stdout of {task}, stderr of {task}" in printed(done, task)
        assert "two parts" in printed(done, task)
    assert printed(done, 1)[-1] == "and no end of line"
    assert "and no end of line\x1b[31m\\ud800\0" in printed(done, 0)
    nobody = printed(done, None)
    for words in ("by the buffer", "by the file descriptor", "by C", "by another program"):
        assert nobody.count(words) == 1
    assert "\\xff is no text" in nobody
    assert done.counts.total == 0


# Not a pool of threads: such a child ends, on CPython, before it flushes its streams.
@pytest.mark.parametrize("strategy", ["sequential", "threads", "asyncio", *PROCESS_LIKE])
def test_what_a_forked_process_of_a_task_prints_is_seen(strategy: str) -> None:
    done = run(strategy, "forks")
    nobody = printed(done, None)
    assert sorted(line for line in nobody if "child" in line) == ["child of 0", "child of 1"]


@pytest.mark.parametrize("strategy", ["sequential", *PROCESS_LIKE])
def test_what_is_left_in_the_buffer_is_seen(strategy: str) -> None:
    done = run(strategy, "buffered")
    assert printed(done, None).count("left in the buffer") == 2


def test_what_is_written_below_print_is_bounded_too() -> None:
    done = run("sequential", "overflows", tasks=1)
    nobody = printed(done, None)
    assert nobody[0] == "y" * 4_000 + "… (10,000 characters)"
    shown = 0
    for line in nobody:
        assert len(line) < 4_050
        told = re.search(r"… \(([\d,]+) characters\)$", line)
        shown += int(told[1].replace(",", "")) if told else len(line)
    total = 10_001 + 20 * 65_536
    assert done.counts.output_characters > 100_000
    assert total - len(nobody) <= shown + done.counts.output_characters <= total


def test_line_without_an_end_below_print_is_seen() -> None:
    assert printed(run("sequential", "dangles", tasks=1), None) == ["dangling"]


def test_stream_refuses_what_is_no_text() -> None:
    stream = TaskStream(None)
    with pytest.raises(TypeError, match="must be str, not bytes"):
        stream.write(b"no")  # type: ignore[arg-type]
    assert not stream.isatty()
    assert stream.encoding == "utf-8"


@pytest.mark.parametrize("strategy", [*PROCESS_LIKE, *INTERPRETERS])
def test_what_comes_last_is_not_lost_behind_a_flood(strategy: str) -> None:
    """What was passed on after the strategy's end was lost: also that a task had finished."""
    done = run(strategy, "writes-lines", tasks=4)
    assert UNKNOWN not in done.tasks.finished
    assert all(worker.ended != UNKNOWN for worker in done.workers)
    assert len(done.output) + done.counts.output_lines == 4 * LINES
