"""Making a plan: lists, numbers and choices, by keyboard and mouse."""

from __future__ import annotations

import multiprocessing
import re

import pytest
from textual.widgets import OptionList

from concviz.runner import catalogue
from concviz.trace.plan import Plan
from tests.builders.lab_runs import pool_of_threads
from tests.plans import plan_of
from tests.tui.driving import FULL, LARGE, SHORT, Driver, opened


def shown(lab: Driver) -> set[str]:
    """The fields of the Workers pane that can be seen."""
    names = {"workers": r"workers +\d", "start-method": r"start +‹", "chunksize": r"chunk size +\d"}
    text = lab.text("#workers")
    return {f"#field-{field}" for field, said in names.items() if re.search(said, text)}


async def test_arrows_choose_a_strategy_and_its_fields_and_code_follow() -> None:
    async with opened() as lab:
        assert lab.lab.plan == Plan()
        assert lab.focus == "strategies"
        await lab.press("home")
        expected = [
            ("sequential", set(), "the main thread", "def sequential("),
            ("threads", set(), "one per task", "threading.Thread("),
            ("thread-pool", {"#field-workers"}, "", "ThreadPoolExecutor("),
            ("processes", {"#field-start-method"}, "one per task", "context.Process("),
            (
                "process-pool",
                {"#field-workers", "#field-start-method", "#field-chunksize"},
                "",
                "ProcessPoolExecutor(",
            ),
            ("asyncio", {"#field-workers"}, "", "TaskGroup("),
            ("interpreters", {"#field-workers"}, "", "InterpreterPoolExecutor("),
        ]
        for strategy, fields, note, code in expected:
            assert lab.lab.plan.strategy == strategy
            assert shown(lab) == fields
            assert not note or note in lab.words("#workers")
            wrapped = "".join(lab.code.split())
            assert code.replace(" ", "") in wrapped
            if strategy != "interpreters":
                await lab.press("down")
        assert "Not available: needs Python 3.14" in lab.words("#strategy")
        await lab.press("up")
        assert "Not available" not in lab.words("#strategy")


async def test_arrows_choose_a_workload_and_its_code_follows() -> None:
    async with opened() as lab:
        await lab.go("2", "workloads")
        await lab.press("down", "down", "down")
        assert lab.lab.plan.workload == "cpu"
        assert "def cpu(" in lab.code
        assert "def thread_pool(" in lab.code
        await lab.press("up", "up", "up")
        assert "def sleep(" in lab.code
        await lab.go("1", "strategies")
        await lab.press("end", "up", "up")
        assert lab.lab.plan.strategy == "asyncio"
        assert "async def sleep" in lab.code, "its natural form"
        await lab.press("home")
        assert lab.lab.plan.strategy == "sequential"
        assert "async def" not in lab.code


async def test_the_mouse_chooses_too() -> None:
    async with opened() as lab:
        await lab.click("#strategies OptionList", offset=(3, 4))
        assert lab.lab.plan.strategy == "process-pool"
        await lab.click("#workloads OptionList", offset=(3, 1))
        assert lab.lab.plan.workload == "number"
        method = lab.lab.plan.start_method
        await lab.click("#field-start-method", (14, 0))
        await lab.until(lambda: lab.lab.plan.start_method not in (None, method))
        await lab.click("#input-workers")
        assert lab.focus == "input-workers"


async def test_a_plan_is_shown_as_it_is() -> None:
    plan = Plan(
        strategy="process-pool",
        workload="crash",
        workers=7,
        tasks=12_000,
        duration_s=0.25,
        start_method="spawn",
        chunksize=40,
    )
    async with opened(plan) as lab:
        assert lab.lab.plan == plan
        for field, text in (
            ("workers", "7"),
            ("tasks", "12000"),
            ("duration_s", "0.25"),
            ("chunksize", "40"),
        ):
            assert lab.number(field).value == text
        assert "‹ spawn ›" in lab.text("#workers")
        lists = lab.lab.query(OptionList)
        assert [lab.lab.focused] == [lists.first()]
        assert "crash" in lab.text("#workload"), "scrolled into view"
        await lab.go("3", "input-workers")
        await lab.press("tab")
        assert lab.focus == "field-start-method"
        methods = multiprocessing.get_all_start_methods()
        at = methods.index("spawn")
        for key, step in [
            *[(key, 1) for key in ("+", "space", "right", "down", "=")],
            *[(key, -1) for key in ("-", "left", "up")],
        ]:
            await lab.press(key)
            at = (at + step) % len(methods)
            assert lab.lab.plan.start_method == methods[at]
            assert f"‹ {methods[at]} ›" in lab.text("#workers")


async def test_plus_and_minus_step_the_numbers() -> None:
    async with opened() as lab:
        await lab.go("3", "input-workers")
        for key, workers in [("+", 4), ("=", 5), ("up", 6), ("-", 5), ("down", 4)]:
            await lab.press(key)
            assert lab.lab.plan.workers == workers
        await lab.press(*"------")
        assert lab.lab.plan.workers == 1, "never below the least that makes sense"

        lab.number("tasks").focus()
        await lab.press(*["+"] * 16)
        assert lab.lab.plan.tasks == 21
        await lab.fill("tasks", "1_000")
        await lab.press("+", "+")
        assert lab.lab.plan.tasks == 1_200, "in steps that suit the number"
        await lab.press(*["-"] * 3)
        assert lab.lab.plan.tasks == 900
        await lab.press("-")
        assert lab.lab.plan.tasks == 890

        lab.number("duration_s").focus()
        for keys, duration in [("+", 1.5), ("--", 0.9), ("+", 1), ("-" * 12, 0)]:
            await lab.press(*keys)
            assert lab.lab.plan.duration_s == pytest.approx(duration)
        await lab.press(*["+"] * 22)
        assert lab.lab.plan.duration_s == 9


async def test_numbers_are_typed() -> None:
    async with opened() as lab:
        await lab.fill("workers", "12")
        assert lab.lab.plan.workers == 12
        await lab.fill("tasks", "1_000")
        assert lab.lab.plan.tasks == 1_000
        await lab.fill("tasks", "1e3")
        assert lab.lab.plan.tasks == 1_000
        await lab.fill("duration_s", ".5")
        assert lab.lab.plan.duration_s == 0.5
        await lab.press("home", "delete", *"2.", "end", "backspace")
        assert lab.lab.plan.duration_s == 2
        await lab.press(*"abczüß~ ")
        assert lab.number("duration_s").value == "2.", "only what a number is made of"
        assert lab.app.is_running
        assert not lab.running


async def test_a_number_leaves_the_keys_of_the_screen_alone() -> None:
    async with opened() as lab:
        await lab.go("3", "input-workers")
        await lab.press("?")
        await lab.until(lambda: "Help" in lab.text())
        await lab.press("escape")
        await lab.until(lambda: lab.app.screen is lab.lab)
        await lab.press("x")
        await lab.until(lambda: "Nothing is running" in lab.text())
        assert lab.number("workers").value == "3"
        await lab.press("q")
        await lab.until(lambda: not lab.app.is_running)


# -- what makes no sense --

WORKERS = "from 1 to "
TASKS = "from 1 to 100,000"
DURATION = "from 0 to 3,600 s"


NONSENSE = [
    *(("workers", typed, WORKERS) for typed in ("0", "10000", "", "1.5", "1e9")),
    *(("tasks", typed, TASKS) for typed in ("0", "1000000000", "1e9", "1e400", "9" * 24, "_")),
    *(("duration_s", typed, DURATION) for typed in ("3601", "1e999", "1..2", "", "e")),
]


@pytest.mark.parametrize(("size", "cases"), [(FULL, NONSENSE), (SHORT, NONSENSE[::5])])
async def test_a_bad_number_is_explained_and_kept(
    size: tuple[int, int], cases: list[tuple[str, str, str]]
) -> None:
    async with opened(size=size) as lab:
        for field, typed, words in cases:
            number = lab.number(field)
            good = number.value
            number.focus()
            number.value = typed
            await lab.press("r")
            name = field.removesuffix("_s").capitalize()
            await lab.until(lambda name=name: name in lab.refusal)  # type: ignore[misc]
            assert words in lab.refusal, f"{field} = {typed!r}"
            assert words in lab.beside(field), "beside the field, too"
            assert number.value == typed, "kept"
            assert number.has_class("-wrong")
            assert lab.focus == f"input-{field}"
            assert not lab.running
            number.value = good
            await lab.until(lambda number=number: not number.has_class("-wrong"))  # type: ignore[misc]
            await lab.until(lambda field=field: not lab.beside(field))  # type: ignore[misc]


async def test_what_is_pasted_may_be_anything() -> None:
    async with opened() as lab:
        for pasted in ("nan", "-5", "inf", "abc", "[red]x[/]", "١"):
            await lab.fill("duration_s", "")
            lab.number("duration_s").insert_text_at_cursor(pasted)
            await lab.press("enter")
            if pasted == "١":  # an Arabic 1 is a 1
                assert lab.lab.plan.duration_s == 1
                continue
            await lab.until(lambda pasted=pasted: pasted in lab.refusal)  # type: ignore[misc]
            assert "Duration is" in lab.refusal
            assert DURATION in lab.refusal
            assert not lab.running


async def test_several_problems_are_all_said() -> None:
    async with opened() as lab:
        await lab.fill("tasks", "0")
        await lab.fill("duration_s", "1..2")
        await lab.fill("workers", "0")
        await lab.press("enter")
        await lab.until(lambda: lab.refusal)
        for field, words in ("tasks", TASKS), ("duration_s", DURATION), ("workers", WORKERS):
            assert words in lab.refusal
            assert words in lab.beside(field)
        wrong = {"tasks", "workers", "duration_s", "chunksize"}
        assert {f for f in wrong if lab.number(f).has_class("-wrong")} == wrong - {"chunksize"}


async def test_a_long_sentence_after_a_short_one_is_shown_whole() -> None:
    async with opened(Plan(strategy="processes"), size=SHORT) as lab:
        await lab.fill("duration_s", "-1")
        await lab.fill("duration_s", "3601")
        await lab.press("r")
        await lab.until(lambda: lab.refusal.endswith(f"{DURATION}."))
        await lab.fill("duration_s", "1")
        await lab.fill("tasks", "5000")
        await lab.press("r")
        await lab.until(lambda: "one process each" in lab.refusal)
        assert lab.refusal.split(": ")[-1].capitalize() in lab.words("#workload")


async def test_who_leaves_a_wrong_number_is_told_and_a_refusal_wipes_no_result() -> None:
    async with opened(Plan(duration_s=0.1)) as lab:
        await lab.show(pool_of_threads())
        await lab.fill("tasks", "0")
        await lab.until(lambda: lab.number("tasks").has_class("-wrong"))
        assert not lab.beside("tasks"), "not while somebody types"
        await lab.press("tab")
        await lab.until(lambda: TASKS in lab.beside("tasks"))
        before = lab.text("#summary")
        await lab.press("r")
        await lab.until(lambda: lab.refusal)
        assert lab.text("#summary") == before
        assert lab.focus == "input-tasks"


async def test_what_is_chosen_is_told_apart_from_what_is_shown() -> None:
    run = pool_of_threads()
    assert run.plan is not None
    async with opened(run.plan, LARGE) as lab:
        await lab.show(run)
        assert "shown" not in lab.text("#controls")
        assert "Run (r)" in lab.text("#buttons")
        await lab.press("down")
        await lab.until(lambda: "thread-pool · shown" in lab.text("#strategies"))
        assert "Run processes (r)" in lab.text("#buttons")
        assert "shown" not in lab.text("#workload")
        await lab.fill("tasks", "7")
        await lab.until(lambda: "shown: 5" in lab.text("#field-tasks"))
        await lab.press("backspace", "5")
        await lab.until(lambda: "shown" not in lab.text("#workload"))
        lab.lab.query_one("#strategies OptionList").focus()
        await lab.press("up")
        await lab.until(lambda: "shown" not in lab.text("#controls"))
        assert "Run (r)" in lab.text("#buttons")


async def test_stepping_what_is_no_number_does_nothing() -> None:
    async with opened() as lab:
        for field in ("tasks", "duration_s"):
            for text in ("1e999", "nan", "", "."):
                await lab.fill(field, "")
                lab.number(field).insert_text_at_cursor(text)
                await lab.press("+", "-", "up", "down")
                assert lab.number(field).value == text


async def test_what_a_strategy_does_not_use_cannot_be_wrong_for_it() -> None:
    async with opened(Plan(strategy="process-pool", duration_s=0)) as lab:
        await lab.fill("chunksize", "")
        await lab.fill("workers", "0")
        assert lab.focus == "input-workers"
        lab.lab.query_one("#strategies OptionList").focus()
        await lab.press("home")
        run = await lab.run_to_the_end()
        assert plan_of(run).strategy == "sequential"
        await lab.go("1", "strategies")
        await lab.press("down", "down", "down", "down")
        assert lab.number("chunksize").value == ""
        await lab.press("r")
        await lab.until(lambda: "Chunksize" in lab.refusal)


async def test_an_unavailable_strategy_says_why_and_starts_nothing() -> None:
    async with opened() as lab:
        await lab.press("end", "up")
        if catalogue.strategy("interpreters").reason is None:
            pytest.skip("this Python has interpreters")
        assert lab.lab.plan.strategy == "interpreters"
        await lab.press("r")
        assert not lab.running
        await lab.until(lambda: "interpreters is not available: needs Python 3.14" in lab.refusal)
        await lab.press("enter")
        assert not lab.running
