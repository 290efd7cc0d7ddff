"""Which part of a run is looked at, and whether that follows its end. Times in nanoseconds."""

from __future__ import annotations

from dataclasses import dataclass, replace

from concviz.analysis.wording import duration
from concviz.view.viewport import COARSEST, NS, Viewport, in_unit, round_step, unit_of

ENOUGH = 0.7
"""A finished run that fills so much of the width is not drawn again in another scale."""


@dataclass(frozen=True)
class Window:
    """What is in ``view`` of ``length``, which is all that there is or is expected.

    No view is wider than all of it, begins before it or ends behind it. One that follows has now
    in its last cell, or is all of it.
    """

    length: int
    view: Viewport
    following: bool = True

    @classmethod
    def of(cls, length: int, width: int) -> Window:
        """All of it."""
        length = max(1, length)
        return cls(length, Viewport.fit(length, width))

    @property
    def whole(self) -> Viewport:
        """All of it in the width."""
        return Viewport.fit(self.length, self.view.width)

    @property
    def is_whole(self) -> bool:
        """Whether all of it is in view."""
        return self.view == self.whole

    def _with(self, view: Viewport) -> Window:
        """With that view, as far as there is something to look at."""
        whole = self.whole
        if view.scale >= whole.scale:
            return replace(self, view=whole)
        last = max(0, -(-self.length // view.scale) - view.width)
        return replace(self, view=replace(view, left=min(max(0, view.left), last)))

    def resized(self, width: int) -> Window:
        """The same part in another width: all of it, or as much as there is room for."""
        if self.is_whole:
            return replace(self, view=Viewport.fit(self.length, width))
        return self._with(self.view.resized(width))

    def fitted(self) -> Window:
        """All of it, and follow."""
        return replace(self, view=self.whole, following=True)

    def of_length(self, length: int) -> Window:
        """The same part of something that is so long; of all of it, all of that."""
        changed = replace(self, length=max(1, length))
        return replace(changed, view=changed.whole) if self.is_whole else changed._with(self.view)

    def ended(self, length: int) -> Window:
        """When no more is to come. All of it stays as it is where that wastes little room."""
        if self.is_whole and ENOUGH * self.view.end <= length <= self.view.end:
            return self
        return self.of_length(length)

    def reached(self, time: int) -> Window:
        """When it is known up to there. What is expected doubles until that is within it."""
        length = self.length
        while time >= length and length < COARSEST:
            length *= 2
        if length == self.length:
            return self
        longer = replace(self, length=length)
        return replace(longer, view=longer.whole) if self.is_whole and self.following else longer

    def grown(self, now: int) -> Window:
        """The same, and whoever follows and sees a part has now in the last cell."""
        window = self.reached(now)
        return window._at_end(now) if self.following and not window.is_whole else window

    def _at_end(self, now: int) -> Window:
        """With now in the last cell."""
        left = max(0, now // self.view.scale - self.view.width + 1)
        return self if left == self.view.left else replace(self, view=replace(self.view, left=left))

    def followed(self, now: int) -> Window:
        """The same scale, with now in the last cell from now on."""
        return replace(self, following=True).grown(now)

    def let_go(self) -> Window:
        """The same part, which stays."""
        return replace(self, following=False)

    def zoomed(self, factor: float, about: int) -> Window:
        """So many times as fine; the time at that cell stays where it is. All of it at most."""
        return self._with(self.view.zoomed(factor, about))

    def zoomed_at_end(self, factor: float, now: int) -> Window:
        """So many times as fine, now in the last cell. All of it at most."""
        view, whole = self.view.zoomed(factor, self.view.width - 1), self.whole
        return replace(self, view=whole if view.scale >= whole.scale else view).grown(now)

    def panned(self, cells: int) -> Window:
        """So many cells later."""
        return self._with(self.view.panned(cells))

    def showing(self, time: int) -> Window:
        """Moved by as little as brings a time into view."""
        return self._with(self.view.showing(time))

    def words(self, total: int | None) -> str:
        """Which part that is, for example "1.20 to 1.45 s of 4.80 s".

        Of a run under way, which has no total yet, nothing that changes with every moment.
        """
        if self.is_whole:
            return "" if total is None else f"all of {duration(total / NS)}"
        if total is None and self.following:
            return f"the last {duration(self.view.scale * self.view.width / NS)}"
        step = round_step(max(1, self.view.scale * self.view.width // 30))
        first, last = self.view.time(0) // step * step, -(-self.view.end // step) * step
        unit, size = unit_of(last)
        part = f"{in_unit(first, step, size)} to {in_unit(last, step, size)} {unit}"
        return part if total is None else f"{part} of {duration(total / NS)}"
