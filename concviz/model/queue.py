"""How many tasks wait at any time: those that were submitted and have neither begun nor left."""

from __future__ import annotations

from concviz.model.times import Times


class Queue:
    """When tasks came to wait, when they began, and when they left without having begun."""

    def __init__(
        self, submits: Times | None = None, starts: Times | None = None, left: Times | None = None
    ) -> None:
        self.submits = submits if submits is not None else Times()
        self.starts = starts if starts is not None else Times()
        self.left = left if left is not None else Times()
        """Called off, or failed by whoever was to do them."""

    def depth(self, t_ns: int) -> int:
        """How many waited then."""
        gone = self.starts.until(t_ns) + self.left.until(t_ns)
        return max(0, self.submits.until(t_ns) - gone)
