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
        """Whether the controls are folded away."""
        self._folded_for_program = False
        """Whether they are because a program is shown, with which they have nothing to do."""
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
        if (now := hints(self.view, self.folded)) != self._hints:
            self._hints = now
            self.refresh_bindings()

    @property
    def _timeline(self) -> Timeline:
        return self.stage.timeline

    def on_resize(self, event: events.Resize) -> None:
        """Choose the layout."""
        self._choose_layout(event.size)

    def _choose_layout(self, size: Size) -> None:
        wanted = layout_classes(*size, folded=self.folded)
        classes = {name for name, on in wanted.items() if on}
        if classes != self.classes & wanted.keys():
            self._hold_focus()
            # All at once: the styles of the whole screen are worked out for every call.
            self.remove_class(*wanted, update=False)
            self.add_class(*classes, update=self.is_mounted)

    def action_fold(self) -> None:
        """Fold the controls away, or unfold them."""
        self._folded_for_program = False
        self._fold(not self.folded)

    def _suit(self, run: Run) -> None:
        """Fold the controls away for a program, and unfold them for what they could run."""
        if run.program is not None and not self.folded:
            self._fold(True)
            self._folded_for_program = True
        elif run.program is None and run.plan is not None and self._folded_for_program:
            self._folded_for_program = False
            self._fold(False)

    def _fold(self, folded: bool) -> None:
        if folded == self.folded:
            return
        self.folded = folded
        if folded and self.focused is not None and self.controls in self.focused.ancestors:
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
