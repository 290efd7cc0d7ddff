"""The first minute: an empty timeline says what can be tried, each with one press."""

from __future__ import annotations

from concviz.trace.plan import Plan
from concviz.tui.screens.experiment import ExperimentScreen
from concviz.tui.screens.tour import TourScreen
from concviz.tui.widgets.fields import NumberInput
from concviz.tui.widgets.invitation import OFFERS, Invitation, lines
from tests import builders
from tests.tui.driving import SHORT, Driver, opened


def plan_of(lab: Driver) -> Plan:
    """What runs."""
    assert lab.run.plan is not None
    return lab.run.plan


async def test_what_it_offers_is_run_by_one_click_or_key_and_then_it_is_gone() -> None:
    async with opened() as lab:
        said = lab.words("#timeline")
        for offer in OFFERS:
            assert f"{offer.key} {offer.about}" in said
        offered = [offer for _, offer in lines(*lab.lab.query_one("#invitation").size)]
        await lab.click("#invitation", (3, offered.index(OFFERS[1])))
        await lab.until(lambda: lab.lab.shown is not None)
        assert plan_of(lab) == OFFERS[1].starts
        assert lab.number("tasks").value == "5"
        assert not lab.lab.query_one(Invitation).display
        assert "Five waits" not in lab.text("#timeline")
        await lab.press("y")
        assert plan_of(lab) == OFFERS[1].starts, "one at a time"
        await lab.press("x")
        await lab.until(lambda: not lab.running)
        await lab.press("y")
        await lab.until(lambda: plan_of(lab) == OFFERS[2].starts)
        assert lab.lab.query_one("#input-duration_s", NumberInput).value == "0.4"
        titles = [command.title for command in lab.app.get_system_commands(lab.app.screen)]
        assert "Try five waits in a pool of three" in titles


async def test_tour_and_comparison_are_two_of_them_and_a_run_from_elsewhere_ends_it() -> None:
    async with opened(size=SHORT) as lab:
        offered = [offer for _, offer in lines(*lab.lab.query_one("#invitation").size)]
        await lab.click("#invitation", (3, offered.index(OFFERS[3])))
        await lab.until(lambda: isinstance(lab.app.screen, ExperimentScreen))
        await lab.press("escape")
        await lab.until(lambda: lab.app.screen is lab.lab)
        await lab.click("#invitation", (3, offered.index(OFFERS[0])))
        await lab.until(lambda: isinstance(lab.app.screen, TourScreen))
        await lab.press("escape")
        await lab.until(lambda: lab.app.screen is lab.lab)
        await lab.show(builders.pool_of_threads())
        assert "thread 1" in lab.text("#timeline")
        assert not lab.lab.query_one(Invitation).display


def test_with_little_room_what_can_be_tried_stays() -> None:
    for width in (27, 49, 80):
        for height in range(4, 12):
            offered = [offer for _, offer in lines(width, height) if offer is not None]
            assert offered == list(OFFERS)
            assert len(lines(width, height)) <= height
            assert all(content.cell_length <= width for content, _ in lines(width, height))
