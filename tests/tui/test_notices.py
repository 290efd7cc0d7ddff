"""Notices: one of a kind, refreshed."""

from __future__ import annotations

from concviz.tui.notices import Kind, tell
from tests.tui.driving import opened


async def test_of_a_kind_there_is_one_and_it_is_the_latest() -> None:
    async with opened() as lab:
        await lab.press("x", "x", "x")
        await lab.until(lambda: lab.notices == ["Nothing is running: r runs the plan."])
        await lab.press("space")
        await lab.until(lambda: lab.notices == ["There is no run to play: r runs the plan."])
        await lab.press("w")
        await lab.until(lambda: len(lab.notices) == 2)
        assert lab.notices[1] == "There is no run to write: r runs the plan."
        await lab.press("w", "w")
        await lab.until(lambda: len(lab.notices) == 2)


async def test_what_a_notice_says_is_data_and_textuals_own_do_not_pile_up() -> None:
    async with opened() as lab:
        tell(lab.lab, Kind.KEPT, "[red]x[/] \x1b[31m")
        await lab.until(lambda: lab.notices)
        assert "[red]x[/]" in lab.notices[0]
        assert "\x1b" not in lab.notices[0]
        for _ in range(3):
            lab.app.notify("Saved")
        await lab.until(lambda: lab.notices[1:] == ["Saved"])


async def test_ctrl_c_quits_where_nothing_runs_and_a_pilot_cannot_be_suspended() -> None:
    async with opened() as lab:
        await lab.press("ctrl+z")
        assert lab.app.is_running
        await lab.press("ctrl+c")
        await lab.until(lambda: not lab.app.is_running)
