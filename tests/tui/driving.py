"""The lab under a Pilot: opened, driven, looked at."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from textual import events
from textual.app import App
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static
from textual.widgets._toast import Toast

from concviz.analysis.comparison import Comparison
from concviz.analysis.sweep import Sweep
from concviz.experiments.compare import Compared
from concviz.experiments.sweep import Swept
from concviz.model.run import Run
from concviz.observer.rate import SAMPLE_HZ
from concviz.sources.history import History
from concviz.trace.environment import Environment
from concviz.trace.plan import Plan
from concviz.tui.app import ConcvizApp
from concviz.tui.screens.experiment import AnyExperiment, ExperimentScreen
from concviz.tui.widgets.code import CodePane
from concviz.tui.widgets.fields import NumberField, NumberInput
from concviz.tui.widgets.figures import FiguresTable
from concviz.tui.widgets.stack import Stack
from concviz.tui.widgets.strategy_checklist import MarkList
from concviz.tui.widgets.timeline import Timeline
from concviz.view.painting import TIME_LINE
from tests.builders import LAB_ENVIRONMENT

PATIENCE_S = 90.0
"""How long anything may take on a busy machine before a test gives up."""
FULL, SHORT, LARGE = (120, 36), (80, 24), (200, 60)


_CHARACTERS = {"enter": "\r", "tab": "\t", "escape": "\x1b", "space": " "}


async def until(pilot: Pilot[None], condition: Callable[[], object]) -> None:
    """Let the app go on until the condition holds. Fails when that takes too long."""
    begun = time.monotonic()
    await pilot.pause(0)
    if condition():
        return
    while not condition():
        waited = time.monotonic() - begun
        assert waited < PATIENCE_S, f"it never came true; the screen:\n{screen(pilot)}"
        if pilot.app._exception is not None:
            raise pilot.app._exception
        # A pause asks each widget whether it has done all it was told; most look at the screen.
        await asyncio.sleep(min(0.01 + waited / 20, 0.05))
    await pilot.pause(0)


def screen(pilot: Pilot[None]) -> str:
    """All that stands on the screen."""
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join(strip.text for strip in strips)


async def settle(pilot: Pilot[None]) -> None:
    """Let the app deal with all that it has been told, and draw it.

    An event passes from widget to widget, each of which has a queue; what it changed is laid out
    and drawn later.
    """
    deadline = time.monotonic() + PATIENCE_S
    calm = 0
    while calm < 2 and pilot.app.is_running:
        assert time.monotonic() < deadline, f"it never came to rest; the screen:\n{screen(pilot)}"
        for _ in range(4):
            await asyncio.sleep(0)
        if _busy(pilot.app):
            calm = 0
        elif _undrawn(pilot.app.screen):
            calm = 0
            pilot.app.screen._on_timer_update()
        else:
            calm += 1


def _busy(app: App[None]) -> bool:
    busy = False
    for node in [app, *app.screen.walk_children(with_self=True)]:
        asks = (
            isinstance(node, Widget)
            and node is not app.screen
            and (node._layout_required or node._repaint_required or node._scroll_required)
        )
        if asks:
            node.check_idle()  # one that was never seen is told nothing, and would ask for ever
        if asks or not node._message_queue.empty() or node._next_callbacks:
            busy = True
    return busy


def _undrawn(screen: Screen[object]) -> bool:
    return bool(
        screen._layout_required
        or screen._scroll_required
        or screen._repaint_required
        or screen._dirty_widgets
        or screen._callbacks
    )


class Driver:
    """A lab in a terminal that is not there."""

    def __init__(self, app: ConcvizApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.lab = app.lab
        self.pilot = pilot

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait for it."""
        await until(self.pilot, condition)

    async def press(self, *keys: str) -> None:
        """Press keys, each when the one before has been dealt with."""
        for key in keys:
            name = _character_to_key(key) if len(key) == 1 else key
            character = key if len(key) == 1 else _CHARACTERS.get(key)
            self.app.post_message(events.Key(name, character))
            await settle(self.pilot)

    async def burst(self, *keys: str) -> None:
        """Press keys that come in one piece, as from a slow line."""
        for key in keys:
            name = _character_to_key(key) if len(key) == 1 else key
            character = key[-1] if len(key) == 1 or key[:-1] == "alt+" else _CHARACTERS.get(key)
            self.app.post_message(events.Key(name, character))
        await settle(self.pilot)

    async def wheel(self, where: str, down: bool, control: bool = False) -> None:
        """Turn the mouse wheel by a notch."""
        kind = events.MouseScrollDown if down else events.MouseScrollUp
        await self.pilot._post_mouse_events([kind], where, (2, 2), control=control)
        await settle(self.pilot)

    async def click(self, where: str, offset: tuple[int, int] = (0, 0)) -> None:
        """Click there."""
        await self.pilot.click(where, offset=offset)
        await settle(self.pilot)

    async def resize(self, width: int, height: int) -> None:
        """Give the terminal another size."""
        await self.pilot.resize_terminal(width, height)
        await self.until(lambda: self.app.screen.size == (width, height))
        await settle(self.pilot)

    # -- what is seen --

    def text(self, where: str | Widget | None = None) -> str:
        """What stands on the screen, all of it or where a widget is."""
        if where is None:
            return screen(self.pilot)
        widget = self.app.screen.query_one(where) if isinstance(where, str) else where
        if not widget.is_on_screen:
            return ""
        region = widget.region.intersection(self.app.screen.region)
        strips = self.app.screen._compositor.render_strips()[region.y : region.bottom]
        return "\n".join(strip.crop(region.x, region.right).text for strip in strips)

    def words(self, where: str) -> str:
        """The same without borders and the ends of lines."""
        return " ".join(self.text(where).translate(_NO_BORDERS).split())

    def row(self, y: int) -> str:
        """A row of the timeline's cells: 0 is the ruler, 1 the queue, 2 the first worker.

        Of one that is several cells high the names, and the glyphs where no name is; without the
        lines of time.
        """
        lines = self.text("#cells").split("\n")
        if y < 2:
            return lines[y]
        high = self.timeline.row_height
        first = 2 + (y - 2) * high
        names, *glyphs = (
            line.replace(TIME_LINE, " ") for line in lines[first : first + min(high, 2)]
        )
        below = [*glyphs, names][0]
        merged = "".join(b if a == " " else a for a, b in zip(names, below, strict=True))
        for name in re.finditer(r"task \d+", names):
            merged = merged[: name.start()] + name.group() + merged[name.end() :]
        return merged

    def static(self, where: str) -> str:
        """All that a text says, also what is scrolled out of sight."""
        return str(self.lab.query_one(where, Static).content)

    def flowing(self, where: str) -> str:
        """The same, without the ends of lines."""
        return " ".join(self.static(where).split())

    @property
    def code(self) -> str:
        """All that the Code pane says, also what is scrolled out of sight."""
        return self.lab.query_one(CodePane).code

    @property
    def said(self) -> str:
        """All that the head of a comparison or sweep says, also what is scrolled out of sight."""
        parts = self.app.screen.query("#experiment-head > Static").results(Static)
        return " ".join(" ".join(str(part.content) for part in parts if part.display).split())

    @property
    def notices(self) -> list[str]:
        """What the notices say that are on the screen, the latest last."""
        return [str(toast.render()) for toast in self.app.screen.query(Toast)]

    @property
    def refusal(self) -> str:
        """Why nothing was started, as the notice says that was the latest; "" where none does."""
        said = [notice for notice in self.notices if notice.startswith("Nothing was started")]
        return said[-1] if said else ""

    @property
    def focus(self) -> str | None:
        """Id of the widget that has the focus, or of the pane that is around it."""
        widget: Widget | None = self.app.focused
        while widget is not None and widget.id is None:
            widget = widget.parent if isinstance(widget.parent, Widget) else None
        return widget.id if widget is not None else None

    @property
    def timeline(self) -> Timeline:
        """The timeline."""
        return self.lab.query_one(Timeline)

    @property
    def width(self) -> int:
        """How many cells a row of the timeline has."""
        return self.lab.query_one("#cells").size.width

    @property
    def height(self) -> int:
        """How many workers or tasks the timeline has room for, under the ruler and the queue."""
        return self.timeline.rows

    def number(self, field: str) -> NumberInput:
        """The number of the plan of that name."""
        return self.lab.query_one(f"#input-{field}", NumberInput)

    def beside(self, field: str) -> str:
        """What is said below a number that is wrong; "" where nothing is."""
        number = self.number(field).parent
        assert isinstance(number, NumberField)
        assert number.parent is not None
        _, below, *_ = [*number.parent.children[number.parent.children.index(number) :], None]
        told = isinstance(below, Static) and below.has_class("-expected")
        return str(below.content) if told and isinstance(below, Static) else ""

    @property
    def running(self) -> bool:
        """Whether a run is under way."""
        return self.lab.view.live

    @property
    def run(self) -> Run:
        """The run that is shown."""
        assert self.lab.shown is not None
        return self.lab.shown

    # -- what takes more than a key --

    async def show(self, run: Run, now: int | None = None) -> None:
        """Show a run that is made up."""
        await settle(self.pilot)
        self.lab.show_run(run, now)
        await settle(self.pilot)

    async def go(self, key: str, focus: str) -> None:
        """Go to a pane by its number."""
        await self.press(key)
        await self.until(lambda: self.focus == focus)

    async def run_to_the_end(self) -> Run:
        """Run the plan."""
        before = self.lab.shown
        await self.press("r")
        await self.until(lambda: self.lab.shown is not before and not self.running)
        return self.run

    async def fill(self, field: str, text: str) -> None:
        """Go to a number and type another in its place."""
        number = self.number(field)
        number.focus()
        await self.until(lambda: number.has_focus)
        number.value = ""
        await self.press(*text)


_NO_BORDERS = str.maketrans("│╭╮╰╯─", "      ")


async def begin(lab: Driver, key: str) -> AnyExperiment:
    """Open the screen of an experiment by its key."""
    await lab.press(key)
    await lab.until(lambda: isinstance(lab.app.screen, ExperimentScreen))
    screen = lab.app.screen
    assert isinstance(screen, ExperimentScreen)
    await lab.until(lambda: isinstance(lab.app.focused, MarkList | Stack | FiguresTable))
    await settle(lab.pilot)
    return screen


def comparison_of(screen: AnyExperiment) -> Comparison:
    """What is measured there, or was."""
    assert isinstance(screen.result, Compared)
    return screen.result.found


def sweep_of(screen: AnyExperiment) -> Sweep:
    """What is measured there, or was."""
    assert isinstance(screen.result, Swept)
    return screen.result.found


@asynccontextmanager
async def opened(
    plan: Plan | None = None,
    size: tuple[int, int] = FULL,
    *,
    theme: str | None = None,
    run: bool = False,
    environment: Environment = LAB_ENVIRONMENT,
    sample_hz: float = SAMPLE_HZ,
    clock: Callable[[], int] = time.monotonic_ns,
    history: History | None = None,
) -> AsyncIterator[Driver]:
    """The lab with a plan. A run under way at the end of the block is ended."""
    app = ConcvizApp(
        plan or Plan(),
        environment,
        theme=theme,
        run=run,
        sample_hz=sample_hz,
        clock=clock,
        history=history,
    )
    async with app.run_test(size=size, notifications=True) as pilot:
        driver = Driver(app, pilot)
        try:
            await driver.until(lambda: app.lab.ready and driver.focus is not None)
            await settle(pilot)
            yield driver
        finally:
            app.lab.close_run()
