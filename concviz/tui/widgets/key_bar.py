"""The line at the bottom: what the keys do now, each of which can be clicked, too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, NamedTuple

from rich.segment import Segment
from textual import events
from textual.binding import ActiveBinding
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from concviz.tui import bindings

GAPS = (2, 1)
"""Cells between two hints: fewer where they do not all fit else."""


class Hinted(NamedTuple):
    """A hint with the bindings of its keys."""

    hint: bindings.Hint
    bindings: tuple[ActiveBinding, ...]

    @property
    def names(self) -> list[str]:
        """Of the keys."""
        return [bindings.shown(active.binding) for active in self.bindings]

    @property
    def between(self) -> str:
        """What stands between the keys: nothing where each is one character."""
        return "" if all(len(name) == 1 for name in self.names) else "/"

    @property
    def said(self) -> tuple[str, str]:
        """The keys, and what they do."""
        return self.between.join(self.names), self.hint.description

    @property
    def width(self) -> int:
        """Cells that it takes."""
        return len(" ".join(self.said))

    def at(self, x: int) -> ActiveBinding:
        """What is meant by a click on that cell: a key, or the words, which stand for the last."""
        for name, active in zip(self.names, self.bindings, strict=True):
            if x < len(name):
                return active
            x -= len(name) + len(self.between)
        return self.bindings[-1]


class Placed(NamedTuple):
    """A hint and its first cell."""

    x: int
    hinted: Hinted

    @property
    def seen(self) -> tuple[object, ...]:
        """When that stays, it looks as it did."""
        return self.x, self.hinted.said, self.hinted.bindings[0].enabled


def collected(active: Iterable[ActiveBinding]) -> list[Hinted]:
    """The hints of bindings: one for those that share it, with one key for each action."""
    found: dict[bindings.Hint, dict[tuple[str, int], ActiveBinding]] = {}
    for one in active:
        if one.binding.show:
            actions = found.setdefault(bindings.hint_of(one.binding), {})
            actions.setdefault((one.binding.action, id(one.node)), one)
    return [Hinted(hint, tuple(actions.values())) for hint, actions in found.items()]


def arranged(hints: Iterable[Hinted], width: int) -> list[Placed]:
    """Whole hints only: those that matter most where there is no room for all."""
    ranked = sorted(hints, key=lambda hinted: hinted.hint.rank)
    for gap in GAPS:
        chosen = _fitting(ranked, width, gap)
        if len(chosen) == len(ranked):
            break
    placed, x = [], 1
    for hinted in (one for one in chosen if not one.hint.last):
        placed.append(Placed(x, hinted))
        x += hinted.width + gap
    last = [one for one in chosen if one.hint.last]
    x = width - 1 - sum(one.width for one in last) - gap * max(0, len(last) - 1)
    for hinted in reversed(last):  # the one that matters most is outermost
        placed.append(Placed(max(x, 0), hinted))
        x += hinted.width + gap
    return placed


def _fitting(ranked: list[Hinted], width: int, gap: int) -> list[Hinted]:
    left = width - 2 + gap  # a cell stays free at either end
    chosen: list[Hinted] = []
    for hinted in ranked:
        if hinted.width + gap <= left or not chosen:
            left -= hinted.width + gap
            chosen.append(hinted)
    return chosen


class KeyBar(Widget):
    """Reads the bindings of its screen, and draws itself when what it says has changed.

    Textual's ``Footer`` makes up to twenty widgets anew for each change of focus.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"key-bar--key", "key-bar--disabled"}
    DEFAULT_CSS = """
    KeyBar {
        dock: bottom; height: 1; color: $footer-foreground; background: $footer-background;
    }
    KeyBar > .key-bar--key { color: $footer-key-foreground; text-style: bold; }
    KeyBar > .key-bar--disabled { color: $footer-foreground; text-style: dim; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._hints: list[Hinted] = []
        self._placed: list[Placed] = []

    def on_mount(self) -> None:
        """Be told of other bindings."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)
        self._changed(self.screen)

    def on_resize(self) -> None:
        """Others have room."""
        self._arrange()

    def _changed(self, screen: Screen[Any]) -> None:
        active: Mapping[str, ActiveBinding] = screen.active_bindings
        self._hints = collected(active.values())
        self._arrange()

    def _arrange(self) -> None:
        before = [placed.seen for placed in self._placed]
        self._placed = arranged(self._hints, self.size.width)
        if [placed.seen for placed in self._placed] != before:
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The hints, with blanks between them."""
        plain, width = self.rich_style, self.size.width
        key = self.get_component_rich_style("key-bar--key")
        disabled = self.get_component_rich_style("key-bar--disabled")
        segments: list[Segment] = []
        end = 0
        for x, hinted in self._placed:
            enabled = hinted.bindings[0].enabled
            names, words = hinted.said
            segments.append(Segment(" " * (x - end), plain))
            segments.append(Segment(names, key if enabled else disabled))
            segments.append(Segment(f" {words}", plain if enabled else disabled))
            end = x + hinted.width
        return Strip(segments).adjust_cell_length(width, plain)

    def on_click(self, event: events.Click) -> None:
        """Do what the key does.

        By the app, as for a key: the action may remove the screen that this is on.
        """
        event.stop()
        for x, hinted in self._placed:
            if x <= event.x < x + hinted.width:
                active = hinted.at(event.x - x)
                if active.enabled:
                    self.app.call_later(self.app.run_action, active.binding.action, active.node)
                return
