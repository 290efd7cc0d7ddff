"""Which panes of the lab are seen, where they stand, and which has the focus."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from textual import events
from textual.geometry import Size
from textual.widget import Widget

from concviz.trace.environment import Environment
from concviz.trace.plan import Plan
from concviz.tui.arrangement import PANELS, layout_classes
from concviz.tui.messages import TabChosen
from concviz.tui.own_function import NO_OWN
from concviz.tui.screens.base import BaseScreen
from concviz.tui.screens.hints import Hints, hints
from concviz.tui.widgets.pane import pane_of

if TYPE_CHECKING:  # else the first frame would wait for all that they import
    from concviz.model.run import Run
    from concviz.tui.run_view import RunView
    from concviz.tui.screens.body import Stage
    from concviz.tui.widgets.controls import Controls
    from concviz.tui.widgets.timeline import Timeline


class PanesScreen(BaseScreen[None]):
    """Chooses a layout for its size; folds the controls away; goes to a pane."""

    def __init__(self, plan: Plan, environment: Environment, clock: Callable[[], int]) -> None:
        super().__init__()
        self._first = plan
        self.own = NO_OWN
        """The function of somebody's own that was called last, before the controls are there."""
        self._environment = environment
        self._clock = clock
        self.ready = False
        """Whether the panes are there."""
        self.folded = False
        """Whether somebody has folded the controls away."""
        self.of_program = False
        """Whether they are not there because a program is shown, which they have no part in."""
        self._hints = Hints()
        self._held: Widget | None = None
        """What had the focus before there was no room for it."""

    @cached_property
    def controls(self) -> Controls:
        """What to run."""
        from concviz.tui.widgets.controls import Controls

        return Controls(self._first, self._environment.start_method, self.own)

    @cached_property
    def view(self) -> RunView:
        """The run on the screen."""
        from concviz.tui.run_view import RunView

        return RunView(self._clock)

    @cached_property
    def stage(self) -> Stage:
        """The timeline and what is known of the run."""
        from concviz.tui.screens.body import Stage

        return Stage(id="stage")

    def _hint(self) -> None:
        cluster = not self.away and self.controls.uses_cluster
        if (now := hints(self.view, self.away, cluster)) != self._hints:
            self._hints = now
            self.refresh_bindings()

    @property
    def _timeline(self) -> Timeline:
        return self.stage.timeline

    def on_resize(self, event: events.Resize) -> None:
        """Choose the layout."""
        self._choose_layout(event.size)

    def _choose_layout(self, size: Size) -> None:
        wanted = layout_classes(*size, folded=self.away)
        classes = {name for name, on in wanted.items() if on}
        if classes != self.classes & wanted.keys():
            self._hold_focus()
            # All at once: the styles of the whole screen are worked out for every call.
            self.remove_class(*wanted, update=False)
            self.add_class(*classes, update=self.is_mounted)

    @property
    def away(self) -> bool:
        """Whether the controls are not there, for whatever reason."""
        return self.folded or self.of_program

    def action_fold(self) -> None:
        """Fold the controls away, or unfold them."""
        self._fold(not self.away)

    def _fold(self, folded: bool) -> None:
        self._put_away(folded, of_program=False)

    def _suit(self, run: Run) -> None:
        """A program has no use for the controls; what they could run has."""
        known = run.environment is not None or run.plan is not None
        if known and self.of_program != (run.program is not None):
            self._put_away(self.folded, of_program=run.program is not None)

    def _put_away(self, folded: bool, *, of_program: bool) -> None:
        before = self.away
        self.folded, self.of_program = folded, of_program
        if self.away == before:
            return
        if self.away and self.focused is not None and self.controls in self.focused.ancestors:
            self._timeline.focus()
        self._choose_layout(self.size)
        self._hint()

    def _hold_focus(self) -> None:
        """Whatever has the focus keeps it in another layout, or gets it back when it is seen again.

        Of the panes that share a place in that layout, the one with the focus is seen.
        """
        if not self.ready:
            return
        self._held = self.focused or self._held
        if isinstance(pane := pane_of(self._held), Widget) and pane.id in PANELS:
            self._show_tab(pane.id)
        self.call_after_refresh(self._give_focus)

    def _give_focus(self) -> None:
        held = self._held
        if held is not None and self.focused is None and held in self.focus_chain:
            held.focus()

    def on_tab_chosen(self, event: TabChosen) -> None:
        """Show the pane of the tab, where panes share a place."""
        event.stop()
        self._show_tab(event.pane)

    def _show_tab(self, pane: str) -> None:
        for panel in self.query(".panel"):
            panel.set_class(panel.id == pane, "-shown")
        self.stage.tabs.active = pane

    def action_view(self) -> None:
        """Bars by state instead of by task, and back, whichever pane has the focus."""
        self._timeline.action_view()

    def action_go(self, pane: str) -> None:
        """Move the focus to a pane."""
        if pane in PANELS:
            self._show_tab(pane)
        from concviz.tui.widgets.chooser import Chooser

        target: Widget = self.query_one(f"#{pane}")
        if self.controls in target.ancestors:
            self._fold(False)
        if pane == "workers":
            # The first of its fields that the strategy uses, or the button.
            # There is none where the terminal is too small for the lab.
            inside = (widget for widget in self.focus_chain if target in widget.ancestors)
            target = next(inside, target)
        elif isinstance(target, Chooser):
            target = target.query_one("OptionList")
        self.call_after_refresh(target.focus)
