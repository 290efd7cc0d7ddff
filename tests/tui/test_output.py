"""What tasks print and return is shown as it is: nothing of it is obeyed."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from concviz.model.output import OUTPUT_CHARACTERS
from concviz.trace import events
from concviz.trace.plan import Plan
from concviz.tui.widgets.output import OutputPane
from tests import builders
from tests.builders import at
from tests.tui.driving import FULL, LARGE, Driver, opened


async def output_of(lab: Driver) -> list[str]:
    """The lines of the Output pane, without borders."""
    await lab.go("6", "output")
    return [line.strip("│").rstrip() for line in lab.text("#output").split("\n")[1:-1]]


async def test_lines_have_their_task_and_worker_and_results_their_order() -> None:
    async with opened(size=LARGE) as lab:
        await lab.show(builders.pool_of_threads())
        lines = [line.strip() for line in await output_of(lab)]
        origins = [f"task {number} thread {number % 3 + 1}" for number in range(5)]
        assert lines[:11] == [
            *(f"{origin}│ Task {number}: Starting" for number, origin in enumerate(origins)),
            "results, in the order of the tasks",
            *(f"{origin}│ Number: {number}" for number, origin in enumerate(origins)),
        ]
        assert not any(lines[11:])


async def test_a_run_that_prints_and_returns_nothing_says_so() -> None:
    async with opened() as lab:
        assert "What the tasks print appears here." in lab.words("#output")
        told = builders.submitted(1)
        told += [events.TaskStarted(at(0), 0, "w"), events.TaskFinished(at(1), 0, None, None)]
        await lab.show(builders.lab_run(Plan(tasks=1), "thread", told, 2))
        assert "Nothing was printed, nothing returned." in lab.words("#output")


async def test_hostile_text_is_shown_literally_wherever_it_appears() -> None:
    async with opened(size=LARGE) as lab:
        await lab.show(builders.printing_hostile())
        printed = "\n".join(await output_of(lab))
        await lab.press("end")
        await lab.until(lambda: lab.text("#output").count("│ www") == 2)
        _, _, returned = lab.text("#output").partition("in the order of the tasks")
        for text in LITERAL:
            assert text in printed
            assert text in returned
        lab.timeline.focus()
        await lab.press("b", "home")
        for number, text in enumerate(LITERAL):
            assert lab.timeline.selected == number
            said = lab.static("#task-text")
            assert text in said
            assert "[blink]" in said, "the worker's name, too"
            await lab.press("down")
        assert not {"\x1b", "\0", "\ud800"} & set(lab.text())


LITERAL = ("[red]x[/]", "␛[2J␛[31m", "nul ␀ tab    end", "lone \\ud800", "wide 漢字", "[/] [")


async def test_a_long_line_can_be_read_to_its_end() -> None:
    async with opened(size=LARGE) as lab:
        await lab.show(builders.printing_hostile())
        pane = lab.lab.query_one("#output")
        await lab.go("6", "output")
        pane.scroll_to(x=pane.max_scroll_x, animate=False)
        await lab.until(lambda: "www…" in lab.text("#output"))
        pane.scroll_to(x=0, y=0, animate=False)
        await lab.press("down", "down", "right", "end", "home", "pagedown")


async def test_wide_and_escaped_text_can_be_read_to_its_end() -> None:
    for text in ("漢" * 60 + "END", "\x80" * 30 + "END", "\ud800" * 30 + "END", "w" * 90 + "END"):
        async with opened(FEW) as lab:
            told = [*builders.submitted(1), events.Output(at(0), 0, text)]
            await lab.show(builders.lab_run(FEW, "thread", told, 2))
            pane = lab.lab.query_one("#output")
            pane.scroll_to(x=pane.max_scroll_x, animate=False)
            await lab.until(lambda: "END" in lab.text("#output"))


FEW = Plan(tasks=1)


async def test_a_flood_of_lines() -> None:
    async with opened() as lab:
        run = builders.printing_hostile(lines=12_000)
        await lab.show(run)
        assert len(run.output) == 10_000
        assert "2,007 earlier printed lines" in lab.flowing("#summary-text")
        await lab.go("6", "output")
        assert "line 2000" in lab.text("#output")
        pane = lab.lab.query_one("#output")
        assert pane.virtual_size.height == 10_000 + 1 + len(builders.HOSTILE)
        await lab.press("end")
        await lab.until(lambda: "lone \\ud800" in lab.text("#output"))
        pane.scroll_to(y=10_000 - 5, animate=False)
        await lab.until(lambda: "line 11999" in lab.text("#output"))


def lines(*texts: str) -> list[events.AnyEvent]:
    return [events.Output(at(1), 0, text) for text in texts]


async def test_each_line_is_measured_once_however_often_the_run_is_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    measured: list[str] = []

    def measure(text: str) -> int:
        measured.append(text)
        return cell_len(text)

    monkeypatch.setattr("concviz.tui.widgets.output.cell_len", measure)
    async with opened(FEW) as lab:
        pane = lab.lab.query_one(OutputPane)
        run = builders.lab_run(FEW, "thread", lines(*("漢" * n for n in range(1, 101))))
        for more in range(5):
            run.apply(lines("漢" * (101 + more)))
            pane.show_run(run)
        await lab.until(lambda: pane.virtual_size.width > 2 * 105)
        assert len(measured) == 105
        run.apply(lines(*["漢" * 105] * 50))
        pane.show_run(run)
        assert len(measured) == 105, "what cannot be wider than the widest is not looked at"


async def test_measuring_very_wide_lines_leaves_time_for_all_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Even if nothing can be measured in time, the widest line is found in the end."""
    monkeypatch.setattr("concviz.tui.widgets.output.BUDGET_S", -1.0)
    async with opened(FEW) as lab:
        pane = lab.lab.query_one(OutputPane)
        texts = ["x", "yy", "漢" * 40, "z" * 90, "a"]
        run = builders.lab_run(FEW, "thread", lines(*texts))
        pane.show_run(run)
        origin = pane.virtual_size.width - 1
        assert origin < 90, "one line was measured"
        assert pane.virtual_size.height == 5, "all can be scrolled to"
        await lab.until(lambda: pane.virtual_size.width == origin + 90)


async def test_the_pane_says_how_many_earlier_lines_are_left_out() -> None:
    async with opened(FEW) as lab:
        pane = lab.lab.query_one(OutputPane)
        tenth = OUTPUT_CHARACTERS // 10
        run = builders.lab_run(FEW, "thread", lines(*["w" * tenth] * 10))
        pane.show_run(run)
        assert not pane.border_subtitle
        run.apply(lines("last"))
        pane.show_run(run)
        assert str(pane.border_subtitle) == "1 earlier line left out"
        run.apply(lines(*["w" * tenth] * 1_500))
        pane.show_run(run)
        assert str(pane.border_subtitle) == "1,501 earlier lines left out"
        assert pane.virtual_size.height == len(run.output) == 10
        pane.show_run(builders.pool_of_threads())
        assert not pane.border_subtitle


async def test_output_of_a_run_under_way_stays_at_its_end_unless_somebody_reads() -> None:
    async with opened() as lab:
        run = builders.under_way()
        await lab.show(run, at(450))
        pane = lab.lab.query_one("#output")

        async def print_lines(first: int) -> None:
            lines = [events.Output(at(300), 5, f"line {first + n}") for n in range(40)]
            run.apply(lines)
            lab.lab.show_run(run, at(450))
            await lab.until(lambda: pane.virtual_size.height == len(run.output))

        await print_lines(0)
        await lab.until(lambda: "line 39" in lab.text("#output"))
        pane.scroll_to(y=3, animate=False)
        await lab.until(lambda: pane.scroll_offset.y == 3)
        await print_lines(40)
        assert pane.scroll_offset.y == 3
        assert "literally" not in lab.text("#output").split("\n")[1]
        pane.scroll_end(animate=False)
        await lab.until(lambda: "line 79" in lab.text("#output"))
        await print_lines(80)
        await lab.until(lambda: "line 119" in lab.text("#output"))


async def test_details_of_a_task() -> None:
    async with opened(size=LARGE) as lab:
        await lab.show(builders.failed())
        lab.timeline.focus()
        await lab.press("b", "home")
        said = lab.words("#task")
        for words in (
            "task 0 finished",
            "worker process 1, w0",
            "pid 4100, thread id 4200",
            "queued 0.0000 s",
            "started 0.0400 s",
            "finished 0.2000 s",
            "collected 0.2010 s",
            "wall 160 ms",
            "CPU 5.0 ms",
            "result first",
        ):
            assert words in said
        await lab.press("down", "down")
        said = lab.words("#task")
        assert "task 2 failed" in said
        assert "ValueError: [red]no[/]" in said
        assert 'File "work.py", line 3, in work' in said
        assert "collected" not in said
        await lab.press("down", "down")
        said = lab.words("#task")
        assert "task 4 lost" in said
        assert "died: killed by SIGSEGV" in said
        assert "finished" not in said
        await lab.press("down")
        assert "result None" in lab.words("#task")
        assert "CPU not known" in lab.words("#task")
        await lab.press("end")
        assert lab.words("#task") == "[8] Task task 8 not started queued 0.0000 s"


async def test_a_new_run_forgets_the_selected_task() -> None:
    async with opened() as lab:
        await lab.show(builders.pool_of_threads())
        lab.timeline.focus()
        await lab.press("end")
        assert "task 4 finished" in lab.words("#task")
        await lab.show(builders.failed())
        await lab.until(lambda: "Select a task on the timeline" in lab.words("#task"))


async def test_summary_of_what_went_wrong() -> None:
    async with opened(size=FULL) as lab:
        await lab.show(builders.failed())
        said = lab.static("#summary-text")
        assert "BrokenProcessPool: a process died abruptly" in said
        assert "4 finished, 1 failed, 1 lost, 3 not started" in said
        await lab.show(builders.printing_hostile())
        run = builders.printing_hostile()
        run.counts.unreadable, run.counts.duplicate = 3, 1_000
        await lab.show(run)
        said = lab.flowing("#summary-text")
        assert "3 unreadable lines, 1,000 events that came twice" in said


async def test_progress_of_a_run_under_way() -> None:
    async with opened() as lab:
        await lab.show(builders.under_way(), at(450))
        said = lab.words("#summary")
        assert "9 × error 0.1 s on process-pool · under way" in lab.words("EnvironmentBar")
        assert "0.5 s 3 of 9 done" in said or "0.4 s 3 of 9 done" in said
        assert "2 running" in said or "3 running" in said
        assert "3 queued" in said
        assert "1 failed" in said
