"""What others have the same cluster do, counted: how much of it, not what. Pure."""

from __future__ import annotations

from concviz.cluster.lines import Line

UNDER_WAY = frozenset(("waiting", "no-worker", "queued", "processing"))
ENDED = frozenset(("memory", "erred"))


class OthersCount:
    """Tasks of a scheduler that are not ours, by the states in which it has them."""

    def __init__(self) -> None:
        self._under_way = 0
        self._ended = 0
        self._told = 0, 0

    def there(self, state: str) -> None:
        """One is there already."""
        self._under_way += state in UNDER_WAY

    def changes(self, start: str, finish: str) -> None:
        """One of them goes from a state to another."""
        before, after = start in UNDER_WAY, finish in UNDER_WAY
        self._under_way += after - before
        self._ended += before and finish in ENDED

    def take(self, now: int) -> Line | None:
        """What there is to tell since it was asked before; None: nothing has changed."""
        ended, self._ended = self._ended, 0
        if (ended, self._under_way) == (0, self._told[1]):
            return None
        self._told = ended, self._under_way
        return "others-tasks", now, ended, self._under_way
