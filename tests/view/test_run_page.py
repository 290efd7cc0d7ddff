"""The page of a run: figures in good units, and everything that came from a task literally."""

from __future__ import annotations

import io

from hypothesis import given
from rich.console import Console
from rich.text import Text

from concviz.analysis.statistics import summarise
from concviz.model.run import Run
from concviz.trace import events
from concviz.trace.header import Header
from concviz.trace.plan import Plan
from concviz.view import run_page as words
from tests import builders
from tests.builders import History, histories

HOSTILE = "[red]\x1b[2J\x00\ud800\u202e[/nope]"
LITERAL = "[red]␛[2J␀\\ud800\\u202e[/nope]"


def shown(run: Run, sequential_s: float | None = None) -> str:
    """All the words, as in a file."""
    page = io.StringIO()
    console = Console(file=page, width=100)
    summary = summarise(run, sequential_s)
    for part in (
        *words.headline(run),
        words.figures(run, summary),
        *words.results(run),
        *words.failures(run),
        *words.output(run),
    ):
        console.print(part, soft_wrap=isinstance(part, Text))
    return "\n".join(line.rstrip() for line in page.getvalue().splitlines())


def test_the_words_of_a_known_run() -> None:
    assert shown(builders.pool()).splitlines() == [
        "5 × sleep 1 s, thread-pool",
        "took         200 ms",
        "tasks        5 finished",
        "speedup      at most 2.50×: run sequential to measure",
        "states       not running, or not seen 99 % (495 ms), running 1 % (5.0 ms)",
        "task time    500 ms in all",
        "CPU time     5.0 ms in all",
        "utilisation  83 % of 3 workers",
        "queue wait   40.0 ms mean, 100 ms max",
        "",
        "Results",
        "task 0 │ Number: 0",
        "task 1 │ Number: 1",
        "task 2 │ Number: 2",
        "task 3 │ Number: 3",
        "task 4 │ Number: 4",
    ]


def test_how_the_time_was_spent_is_said_of_an_observed_run() -> None:
    said = shown(builders.observed())
    assert "states       running 50 % (100 ms), waiting for the GIL 50 % (100 ms)" in said
    assert "2 cores · states at 50 Hz" in said


def test_a_measured_speedup_says_so() -> None:
    assert "speedup      2.50× (measured)" in shown(builders.pool(), sequential_s=0.5)


def test_tasks_that_wait_for_one_another_have_no_speedup() -> None:
    run = builders.pool()
    assert "at most 2.50×" in shown(run)
    header = Header(plan=run.plan, environment=builders.ENVIRONMENT, interdependent=True)
    run.apply([Header.decode(header.encode())])
    assert "speedup      run sequential to measure" in shown(run)


def test_what_nobody_planned_cannot_be_run_in_another_way() -> None:
    run = Run()
    run.apply([Header(environment=builders.ENVIRONMENT)])
    run.apply(
        [
            events.RunStarted(0),
            events.TaskSubmitted(0, 0),
            events.TaskStarted(0, 0, "w"),
            events.TaskFinished(10**9, 0, None, None),
            events.RunFinished(10**9, None),
            events.RunnerExited(10**9, 0),
        ]
    )
    assert "speedup      at most 1.00×: not measured" in shown(run)


def test_a_run_that_left_tasks_undone_has_no_speedup_to_measure() -> None:
    waiting: builders.Told = [events.TaskSubmitted(builders.at(0), 1)]
    run = builders.finished(10, builders.task(0, "a", 0, 5), waiting, error="OSError: no more")
    assert "1 finished, 1 not started" in shown(run)
    assert "speedup      unknown: not all was done" in shown(run)


def test_outcomes_errors_and_deaths_in_words() -> None:
    told = [
        *builders.task(0, "a", 0, 5),
        events.TaskSubmitted(builders.at(0), 1),
        events.TaskStarted(builders.at(0), 1, "b"),
        events.TaskFailed(builders.at(5), 1, 0, f"ValueError: {HOSTILE}", ""),
        events.TaskSubmitted(builders.at(0), 2),
        events.TaskStarted(builders.at(5), 2, "b"),
        events.TaskSubmitted(builders.at(0), 3),
        events.WorkerDied(builders.at(7), "b", -11),
        events.WorkerDied(builders.at(7), "a", 3),
    ]
    text = shown(builders.finished(10, told, error=f"BrokenPool: {HOSTILE}"))
    assert "tasks        1 finished, 1 failed, 1 lost, 1 not started" in text
    assert f"error        BrokenPool: {LITERAL}" in text
    first = text.index("worker       worker 1 died first (exit status 3), 1 more by itself")
    assert first < text.index("worker 2 died (killed by SIGSEGV in task 2)") < text.index("error  ")
    assert f"task 1 │ ValueError: {LITERAL}" in text


def test_a_run_that_was_stopped_or_died_says_so() -> None:
    run = Run(Plan())
    run.apply([events.RunStarted(0), events.StopRequested(5), events.RunnerExited(9, -9)])
    assert "stopped after  0 µs" in shown(run)
    run = Run(Plan())
    run.apply([events.RunStarted(0), events.RunnerExited(9, -11)])
    assert "died after  0 µs" in shown(run)
    assert "error       the runner process was killed by SIGSEGV" in shown(run)


def test_results_and_output_are_data() -> None:
    run = builders.finished(
        10, builders.task(0, "w", 0, 5, HOSTILE), [events.Output(builders.at(1), 0, HOSTILE)]
    )
    run.apply([events.Output(builders.at(2), None, "from below")])
    text = shown(run)
    assert text.count(f"task 0 │ {LITERAL}") == 2
    assert "   run │ from below" in text


def test_only_the_first_are_shown_and_the_rest_counted() -> None:
    told: list[events.AnyEvent] = []
    for task in range(30):
        told += [
            events.TaskSubmitted(builders.at(0), task),
            events.TaskStarted(builders.at(0), task, f"w{task}"),
            events.Output(builders.at(1), task, f"line {task}"),
        ]
        if task % 5 == 4:
            told.append(events.TaskFailed(builders.at(5), task, 0, f"E{task}", ""))
        else:
            told.append(events.TaskFinished(builders.at(5), task, 0, task))
    text = shown(builders.finished(10, told))
    assert text.count("│ line ") == 20
    assert "… 10 more lines" in text
    assert "… 4 more results" in text
    assert text.count("│ E") == 5
    assert text.endswith("… 10 more lines")
    assert "… 1 more failed task\n" in text


def test_nothing_but_none_is_no_result() -> None:
    assert "Results" not in shown(builders.finished(5, builders.task(0, "w", 0, 5)))


def test_what_was_left_out_is_counted_aloud() -> None:
    run = builders.finished(5, builders.task(0, "w", 0, 5))
    run.apply([b"rubbish", b"more", events.LeftOut(builders.at(1), 0, 12_345)])
    assert "left out     2 unreadable lines, 12,345 printed characters" in shown(run)
    run = builders.finished(5, builders.task(0, "w", 0, 5))
    run.apply([b"rubbish"])
    assert "left out     1 unreadable line\n" in f"{shown(run)}\n"


@given(histories())
def test_there_are_words_for_whatever_happened(history: History) -> None:
    text = shown(history.run)
    assert "tasks " in text
    assert "None" not in text
    assert "nan" not in text
