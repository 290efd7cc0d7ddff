"""The app: the lab with its palette, its themes and its ends."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from msgspec.structs import replace
from textual import events
from textual.app import SuspendNotSupported, SystemCommand
from textual.binding import BindingType
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.filter import LineFilter, Monochrome, NoColor
from textual.notifications import Notify
from textual.screen import Screen

from concviz.observer.rate import SAMPLE_HZ
from concviz.runner.environment import describe
from concviz.strategies import STRATEGIES
from concviz.trace import scheduler_address
from concviz.trace.environment import Environment
from concviz.trace.plan import Plan
from concviz.tui import bindings, keys, suspending
from concviz.tui import preferences as choices
from concviz.tui.display import Display, display_for
from concviz.tui.driver import RestingDriver
from concviz.tui.ends import Ends
from concviz.tui.key_queue import KeyQueue
from concviz.tui.notices import Kind, replaced, tell
from concviz.tui.own_function import Own
from concviz.tui.screens.lab import LabScreen
from concviz.tui.sparse.app import SparseApp
from concviz.tui.stylesheet import ParsedOnce
from concviz.tui.terminal import INPUT, drawn_on, hung_up
from concviz.tui.themes import fitting, register, state_colours
from concviz.view.glyphs import draws, encoding_of
from concviz.workloads.registry import WORKLOADS

if TYPE_CHECKING:
    from concviz.sources.history import History
    from concviz.sources.replay import Replay
    from concviz.sources.source import Source
    from concviz.tui.detaching import Detaching

USUAL = Display()
HUNG_UP = 128 + signal.SIGHUP


class ConcvizApp(SparseApp[None]):
    """concviz in a terminal."""

    TITLE = "concviz"
    CSS_PATH = "screens/lab.tcss"  # here, because a default screen's own is not read
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = bindings.APP

    def __init__(
        self,
        plan: Plan,
        environment: Environment,
        *,
        theme: str | None = None,
        run: bool = False,
        sample_hz: float = SAMPLE_HZ,
        clock: Callable[[], int] = time.monotonic_ns,
        history: History | None = None,
        folded: bool = False,
        display: Display = USUAL,
    ) -> None:
        """``folded``: without the controls at first; ``display``: how this terminal is drawn on."""
        super().__init__()
        self.frame_s = 1 / display.fps
        self.no_color |= display.colourless
        self.stylesheet = ParsedOnce(variables=self.get_css_variables())
        self.animation_level = "none"  # what moves by itself costs CPU and bytes, and time
        self.lab = LabScreen(plan, environment, sample_hz, clock, history)
        self.lab.folded = folded
        if run:
            self.lab.when_ready(self.lab.action_run)
        register(self)
        if theme is not None and theme in self.available_themes:
            self.theme = theme
        self._turning: asyncio.AbstractEventLoop | None = None
        self._asked: int | None = None
        self.first: Callable[[LabScreen], object] | None = None
        """Done with the lab when the terminal is there."""
        self._typed = KeyQueue(self)

    def get_default_screen(self) -> Screen[Any]:
        """The lab is the first screen."""
        return self.lab

    def get_driver_class(self) -> type[Driver]:
        """One that rests, in the place of Textual's for terminals."""
        usual = super().get_driver_class()
        return RestingDriver if usual is LinuxDriver else usual

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Colours of the states for themes that have none."""
        return state_colours(self.current_theme)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What takes the colours away where nobody wants any, as suits the theme at hand.

        Textual chooses by the theme it begins with; greys made of sixteen colours are all black.
        """
        filters = super().get_line_filters()
        if not self.no_color:
            return filters
        others = [each for each in filters if not isinstance(each, NoColor | Monochrome)]
        return [*others, NoColor() if self.native_ansi_color else Monochrome()]

    def on_mount(self) -> None:
        """Begin; or end, when that is what was asked for meanwhile."""
        self._turning = asyncio.get_running_loop()
        if self._asked is not None:
            self.exit(return_code=self._asked)
        elif self.first is not None:
            self.first(self.lab)

    def on_notify(self, event: Notify) -> None:
        """Another notice: of its kind it is the only one."""
        for older in replaced(self, event.notification):
            self._unnotify(older, refresh=False)

    def action_interrupt(self) -> None:
        """Ctrl-C: an end to what is under way; then to the lab."""
        if self.lab.interrupt():
            tell(self, Kind.ENDING, "Stopping: Ctrl-C once more quits.")
        else:
            self.exit()

    def action_suspend(self) -> None:
        """Ctrl-Z: the terminal is the shell's until it lets the lab go on."""
        if not suspending.has_shell():
            tell(self, Kind.ENDING, "No shell waits for the lab: q quits it.", warning=True)
            return
        with contextlib.suppress(SuspendNotSupported), self.suspend():
            suspending.stop(INPUT)

    def end(self, status: int) -> None:
        """Exit with that status; from any thread, at any time."""
        self._asked = status
        if self._turning is not None:
            with contextlib.suppress(RuntimeError):  # it has ended by itself
                self._turning.call_soon_threadsafe(partial(self.exit, return_code=status))

    async def on_event(self, event: events.Event) -> None:
        """Input, each in its turn and before what is drawn anyway; anything else at once."""
        outer = isinstance(event, events.InputEvent | events.Paste) and not event.is_forwarded
        if outer:
            self.lab.give_way()
        if not (outer and self._typed.holds(event)):
            await super().on_event(event)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Every action of the screen by name, and Textual's own."""
        yield from super().get_system_commands(screen)
        yield from keys.commands_of(screen)
        yield from keys.commands(self, [bindings.REDRAW])


def launch(
    chosen: dict[str, object],
    *,
    fresh: bool = False,
    run: bool = False,
    sample_hz: float = SAMPLE_HZ,
    history: bool = True,
    detach: bool = False,
    first: Callable[[LabScreen], object] | None = None,
    fps: int | None = None,
    ascii: bool = False,
) -> int:
    """Run the lab until the person leaves it; the exit status.

    ``chosen`` are fields of the plan given on the command line, which count more than what was
    chosen last time; ``fresh`` neither reads nor keeps choices, nor runs; ``run`` starts at once;
    ``sample_hz`` is how often the workers are looked at; ``history``: runs are kept; ``detach``: a
    run under way outlives the terminal; ``first`` is done with the lab when it is there; ``fps``
    and ``ascii`` are how it is drawn, if not as suits the terminal.
    """
    display = _display(fps, ascii)
    kept = choices.Choices() if fresh else choices.load()
    plan = _chosen(kept.plan, chosen)
    if not plan.scheduler and "scheduler" not in chosen:
        plan = replace(plan, scheduler=scheduler_address.told(os.environ))
    if plan.strategy not in STRATEGIES or not (plan.calls or plan.workload in WORKLOADS):
        plan = replace(Plan(), **chosen)  # of a package that is no longer installed
    kept_runs = _history() if history and not fresh else None
    app = ConcvizApp(
        plan,
        describe(),
        theme=fitting(kept.theme, os.environ),
        run=run,
        sample_hz=sample_hz,
        history=kept_runs,
        folded=kept.folded,
        display=display,
    )
    app.lab.own = Own(kept.function, kept.inputs)
    began = app.theme
    app.first = first

    def keep() -> None:
        if not fresh:
            chosen = kept.theme if app.theme == began else app.theme
            lab = app.lab
            own = lab.controls.own
            choices.save(
                choices.Choices(
                    plan=lab.plan,
                    function=own.function,
                    inputs=own.inputs,
                    theme=chosen,
                    folded=lab.folded,
                )
            )

    detaching = None
    if detach:
        from concviz.tui.detaching import NOTICE, Detaching

        detaching = Detaching(app.lab.take_run, kept_runs)
        app.lab.when_ready(lambda: tell(app, Kind.KEPT, NOTICE))
    return _until_left(app, keep, display, detaching)


def _chosen(kept: Plan, chosen: dict[str, Any]) -> Plan:
    """The plan of last time, but for what was chosen now."""
    if kept.calls and "workload" in chosen:  # a workload of ours lasts for some time
        kept = replace(kept, inputs=(), duration_s=Plan().duration_s)
    return replace(kept, **chosen) if chosen else kept


def launch_replay(
    replay: Replay,
    *,
    speed: float = 1.0,
    loop: bool = False,
    history: bool = True,
    fps: int | None = None,
    ascii: bool = False,
) -> int:
    """Show a recording in the lab until the person leaves it; the exit status.

    It is played when it has been read, so many seconds of it in a second, and perhaps again and
    again; one that comes through a pipe is followed like a run under way. ``history``: runs that
    the person makes meanwhile are kept.
    """
    from concviz.sources.feed import Feed

    def show(lab: LabScreen) -> None:
        lab.view.cursor.set_speed(speed)
        if loop:
            lab.view.cursor.loop()
        lab.when_ready(lambda: lab.follow(Feed(replay), replay.name, play=not replay.live))

    try:
        return _launch_to_show(show, history=history, display=_display(fps, ascii))
    finally:
        replay.close()


def launch_program(
    start: Callable[[], Source],
    *,
    history: bool = True,
    fps: int | None = None,
    ascii: bool = False,
) -> int:
    """Show a program that nobody planned, until the person leaves the lab; the exit status.

    ``start`` starts it, or attaches to it, once the lab is there. ``history``: runs that the person
    makes afterwards are kept.
    """
    from concviz.sources.feed import Feed

    def begin(lab: LabScreen) -> None:
        try:
            feed = Feed(start())
        except OSError as error:  # no more processes, open files or memory
            words = f"The program cannot be shown: {error.strerror or error}."
            tell(lab.app, Kind.REFUSED, words, warning=True)
            return
        lab.follow(feed)

    def show(lab: LabScreen) -> None:
        lab.of_program = True
        lab.when_ready(partial(begin, lab))

    return _launch_to_show(show, history=history, display=_display(fps, ascii))


def _launch_to_show(show: Callable[[LabScreen], object], *, history: bool, display: Display) -> int:
    """Have the lab show something that was not planned in it, until the person leaves it."""
    kept = choices.load()
    app = ConcvizApp(
        Plan(),
        describe(),
        theme=fitting(kept.theme, os.environ),
        history=_history() if history else None,
        folded=kept.folded,
        display=display,
    )
    began = app.theme
    lab = app.lab
    show(lab)

    def keep() -> None:
        if app.theme != began or lab.folded != kept.folded:
            chosen = kept.theme if app.theme == began else app.theme
            choices.save(replace(kept, theme=chosen, folded=lab.folded))

    return _until_left(app, keep, display)


def _display(fps: int | None, ascii: bool) -> Display:
    able = draws(encoding_of(sys.__stderr__))
    return display_for(os.environ, draws=able, fps=fps, ascii=ascii)


def _history() -> History:
    from concviz.sources.history import History

    return History()


def _collect_from_now_on() -> None:
    gc.freeze()
    gc.enable()


def _warm_up() -> None:
    from concviz.sources import warm_start

    warm_start.begin()


def _cool_down() -> None:
    from concviz.sources import warm_start

    warm_start.end()


def _until_left(
    app: ConcvizApp,
    keep: Callable[[], object],
    display: Display = USUAL,
    detaching: Detaching | None = None,
) -> int:
    """Run an app until the person leaves it, then close what it runs and keep what was chosen.

    ``detaching`` takes over what it runs when its terminal is gone.
    """
    if display.ascii:
        from concviz.tui.ascii import draw_in_ascii

        draw_in_ascii(app)

    # What exists then stays: the garbage collector need not look at it in the middle of a run.
    app.lab.when_ready(_collect_from_now_on)

    # Runs are to begin at once, but the first frame comes before all else.
    app.lab.when_ready(partial(app.run_worker, _warm_up, thread=True, exit_on_error=False))

    def put_away() -> None:
        if detaching is None or not detaching.begun:
            app.lab.close_run()
            keep()
            return
        try:
            keep()  # now: until the end of the run another lab may be left
        finally:
            app.end(HUNG_UP)
            detaching.wait()
            app.lab.close_run()
            _cool_down()  # not before: what does not descend from us cannot be looked at

    def goes_on() -> bool:
        # It may not have been heard yet: a lab that was suspended notices by itself, too.
        return detaching is not None and (detaching.begun or (hung_up() and detaching.begin()))

    with drawn_on(), Ends(put_away, app.end, detaching):
        try:
            app.run()
        except BaseException:
            if detaching is not None and goes_on():
                detaching.wait()
            else:
                app.lab.close_run()
            raise
        if detaching is not None and goes_on():  # then somebody else puts away
            detaching.tell_way_back()
            detaching.wait()
        else:
            put_away()
        _cool_down()
    return app.return_code or 0
