"""The page in a real browser: hover, zoom, drag, keys, touch and themes do what they say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from concviz.analysis.time_breakdown import of_task
from concviz.exporters.registry import EXPORTERS
from concviz.model.run import Run
from concviz.trace.states import State
from tests.builders import (
    MS,
    comparison,
    finished,
    hostile_run,
    observed,
    pool,
    submitted,
    sweep,
    task,
)
from tests.exporters.browser import Browser, found
from tests.exporters.test_html import EVIL

PROGRAM = found()
pytestmark = [
    pytest.mark.skipif(PROGRAM is None, reason="there is no Chromium: set CONCVIZ_CHROMIUM"),
    pytest.mark.xdist_group("browser"),
]


SCREEN = {"width": 1200, "height": 900, "deviceScaleFactor": 1, "mobile": False}
DARK = {"name": "prefers-color-scheme", "value": "dark"}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    assert PROGRAM is not None
    with Browser(PROGRAM, tmp_path_factory.mktemp("profile")) as made:
        yield made


def shown(browser: Browser, made: Any, tmp_path: Path, scripts: bool = True) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(EXPORTERS.load("html").write(made))
    browser.ask("Emulation.setDeviceMetricsOverride", **SCREEN)
    browser.ask("Emulation.setEmulatedMedia", features=[DARK])
    browser.open(path)
    if scripts:
        browser.drawn()
    assert browser.complaints == []


class Timeline:
    """Where things are on the page."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        box = browser.run("document.getElementById('rows').getBoundingClientRect().toJSON()")
        sides = box["x"], box["y"], box["width"]
        self.left, self.top, self.width = map(float, sides)

    @property
    def view(self) -> tuple[float, float]:
        """The time at the left, and nanoseconds a pixel."""
        data = self._browser.run("({...document.getElementById('rows').dataset})")
        return float(data["from"]), float(data["scale"])

    def x(self, time: float, gutter: float) -> float:
        begin, scale = self.view
        return self.left + gutter + (time - begin) / scale

    @property
    def card(self) -> str:
        """What is said beside the pointer; "" where it is not there."""
        said: str = self._browser.run(
            "((card) => card.hidden ? '' : card.innerText)(document.getElementById('card'))"
        )
        return said

    @property
    def gutter(self) -> float:
        """Pixels before the time axis: all of the time is in the rest, but for its end's room."""
        return self.width - 12 - float(self._browser.run("LENGTH")) / self.view[1]


def timeline_of(browser: Browser, length: int) -> Timeline:
    browser.run(f"globalThis.LENGTH = {length}")
    return Timeline(browser)


def test_pointing_at_a_task_tells_its_times_and_states(browser: Browser, tmp_path: Path) -> None:
    run = observed()
    shown(browser, run, tmp_path)
    timeline = timeline_of(browser, 100 * MS)
    gutter = timeline.gutter
    row = timeline.top + 20 + 14  # within the first row, behind the ruler
    browser.mouse("mouseMoved", timeline.x(30 * MS, gutter), row)
    card = timeline.card
    assert "task 0: finished" in card
    assert "started\t0.0000 s" in card
    assert "ended\t0.1000 s" in card
    assert "wall\t100 ms" in card
    spent = of_task(run, 0)
    assert spent is not None
    assert spent[State.RUNNING] == 60 * MS
    assert "running\t60 %\t60.0 ms" in card
    assert "waiting for the GIL\t40 %\t40.0 ms" in card
    assert card.endswith("waiting for the GIL"), "the state at that time"
    browser.mouse("mouseMoved", timeline.x(10 * MS, gutter), row)
    assert timeline.card.endswith("running")
    browser.mouse("mouseMoved", timeline.left + 300, timeline.top + 2000)
    assert timeline.card == ""


def test_wheel_buttons_keys_and_drag_zoom_and_move(browser: Browser, tmp_path: Path) -> None:
    shown(browser, pool(), tmp_path)
    timeline = timeline_of(browser, 200 * MS)
    gutter, (begin, whole) = timeline.gutter, timeline.view
    assert begin == 0
    y = timeline.top + 40
    x = timeline.x(50 * MS, gutter)
    browser.mouse("mouseMoved", x, y)
    browser.mouse("mouseWheel", x, y, deltaX=0, deltaY=-300)
    begin, scale = timeline.view
    assert scale < whole
    assert begin + (x - timeline.left - gutter) * scale == pytest.approx(50 * MS, abs=2 * scale)
    browser.mouse("mousePressed", x, y, button="left", buttons=1, clickCount=1)
    browser.mouse("mouseMoved", x - 40, y, button="left", buttons=1)
    browser.mouse("mouseReleased", x - 40, y, button="left", clickCount=1)
    assert timeline.view[0] == pytest.approx(begin + 40 * scale, abs=2 * scale), "dragged"
    browser.run("document.getElementById('in').click()")
    browser.drawn()
    assert timeline.view[1] == pytest.approx(scale / 2)
    browser.run("document.getElementById('rows').focus()")
    before = timeline.view
    browser.press("-")
    assert timeline.view[1] == pytest.approx(2 * before[1])
    before = timeline.view
    browser.press("ArrowRight")
    assert timeline.view[0] > before[0]
    browser.press("0")
    assert timeline.view == (0, whole)
    browser.press("ArrowLeft")
    assert timeline.view == (0, whole), "not before the start"
    for _ in range(40):
        browser.press("+")
    assert timeline.view[1] == pytest.approx(0.1), "and not without end"
    assert browser.complaints == []


def test_tasks_are_chosen_by_keys_and_by_a_click(browser: Browser, tmp_path: Path) -> None:
    shown(browser, pool(), tmp_path)
    timeline = timeline_of(browser, 200 * MS)
    browser.run("document.getElementById('rows').focus()")
    said = []
    for _ in range(6):
        browser.press("n")
        said.append(browser.run("document.getElementById('live').innerText"))
    assert [each.split(":")[0] for each in said] == [
        f"task {number}" for number in (0, 3, 1, 4, 2, 0)
    ]
    assert "Number: 3" in said[1]
    x, y = timeline.x(150 * MS, timeline.gutter), timeline.top + 20 + 23 + 33 + 14
    for kind in ("mousePressed", "mouseReleased"):
        browser.mouse(kind, x, y, button="left", clickCount=1)
    assert "task 4" in browser.run("document.getElementById('live').innerText")


def test_fingers_pinch(browser: Browser, tmp_path: Path) -> None:
    shown(browser, pool(), tmp_path)
    timeline = timeline_of(browser, 200 * MS)
    scale = timeline.view[1]
    y = timeline.top + 40

    def touch(kind: str, *xs: float) -> None:
        points = [{"x": x, "y": y, "id": number} for number, x in enumerate(xs)]
        browser.ask("Input.dispatchTouchEvent", type=kind, touchPoints=points)
        browser.drawn()

    touch("touchStart", 500, 600)
    for out in (20, 40, 60, 80, 100):
        touch("touchMove", 500 - out, 600 + out)
    touch("touchEnd")
    assert timeline.view[1] == pytest.approx(scale / 3, rel=0.2)
    assert browser.complaints == []


def test_dark_and_light_follow_the_system_and_the_switch(browser: Browser, tmp_path: Path) -> None:
    shown(browser, pool(), tmp_path)

    def ground() -> str:
        browser.drawn()
        said: str = browser.run("getComputedStyle(document.documentElement).backgroundColor")
        return said

    dark = ground()
    browser.media("light")
    light = ground()
    assert dark != light
    browser.run("document.getElementById('theme').click()")
    assert ground() == dark
    browser.media("dark")
    browser.run("document.getElementById('theme').click()")
    assert ground() == light


def test_without_a_script_the_picture_is_there_still(browser: Browser, tmp_path: Path) -> None:
    browser.ask("Emulation.setScriptExecutionDisabled", value=True)
    try:
        shown(browser, pool(), tmp_path, scripts=False)
        html = browser.ask("DOM.getDocument", depth=-1)["root"]
        attributes = _all(html)
        assert {"id": "picture"}.items() <= attributes["figure"].items()
        assert "hidden" not in attributes["figure"]
    finally:
        browser.ask("Emulation.setScriptExecutionDisabled", value=False)


def _all(node: Any) -> dict[str, dict[str, str]]:
    pairs = node.get("attributes", [])
    found = {node["localName"]: dict(zip(pairs[::2], pairs[1::2], strict=True))}
    for child in node.get("children", []):
        found = _all(child) | found
    return found


def test_every_page_is_shown_without_a_complaint(browser: Browser, tmp_path: Path) -> None:
    nothing: Run = hostile_run(EVIL, finished=False)
    tiny = [task(n, "w", n / 20, n / 20 + 0.04) for n in range(2000)]
    many = finished(100, submitted(2000), *tiny)
    for made in (comparison(), sweep(), nothing, hostile_run(EVIL), many):
        shown(browser, made, tmp_path)
        assert browser.run("document.querySelectorAll('script').length") == 2
    timeline = timeline_of(browser, 100 * MS)
    x = timeline.x(50 * MS, timeline.gutter)
    browser.mouse("mouseMoved", x, timeline.top + 30)
    assert timeline.card.splitlines()[0].endswith(" tasks queued"), "the first row is the queue's"
    browser.mouse("mouseMoved", x, timeline.top + 57)
    assert "tasks too short to be seen: zoom in" in timeline.card
    assert json.dumps(browser.complaints) == "[]"
