"""When the event loop of a worker looks for events."""

from __future__ import annotations

import asyncio
from time import monotonic_ns

from concviz.hooks.rounds import Rounds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Looks(Rounds):
    """The rounds of the loop that runs, told by its selector."""

    __slots__ = ("_select",)

    def __init__(self, selector: Any) -> None:
        super().__init__()
        self._select = selector.select
        selector.select = self._look

    @classmethod
    def of_the_loop(cls) -> Looks | None:
        """Of the loop that runs; None where it has no selector, as those of other packages."""
        try:
            selector = asyncio.get_running_loop()._selector  # type: ignore[attr-defined]
            looks = getattr(selector.select, "__self__", None)
            return looks if isinstance(looks, cls) else cls(selector)
        except Exception:
            return None

    def _look(self, timeout: float | None = None) -> Any:
        begun = monotonic_ns()
        found = self._select(timeout)
        self.looked(begun, monotonic_ns())
        return found
