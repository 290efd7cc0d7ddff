"""Which group the tasks of an executor or a pool belong to."""

from __future__ import annotations

from _thread import get_ident
from time import sleep

from .tell import in_child, told_anew

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


_MOMENTS, _MOMENT_S = 20, 0.001


class Owners:
    """Groups by who has them, of which nothing is asked and nothing is kept.

    Not a ``WeakKeyDictionary``: that would call the ``__hash__`` and ``__eq__`` of the program.
    """

    def __init__(self, tell_group: Callable[[Any], int | str] | None = None) -> None:
        self._tell_group = tell_group
        self.known: dict[int, tuple[int | str, Any]] = {}
        """By the owner's ``id``: the group's key, and what notices the owner's end."""
        self._telling: dict[int, int] = {}
        """Who is just telling of a group, by the owner's ``id``: of a pool that is used by several
        threads when the hooks come, there is one group."""
        in_child(self.known.clear)
        in_child(self._telling.clear)
        told_anew(self._renew)

    def _renew(self) -> None:
        """What was told elsewhere of those whom they know, they have to be told of again."""
        for number, (group, notices) in list(self.known.items()):
            self.known[number] = group, notices

    def of(self, owner: Any) -> int | str | None:
        """Its group's key; where it has none yet, of the group that is told of for it now."""
        number = id(owner)
        known = self.known.get(number)
        if known is not None:
            return known[0]
        if self._tell_group is None:
            return None
        teller = self._telling.setdefault(number, get_ident())
        for _ in range(_MOMENTS if teller != get_ident() else 0):
            if (known := self.known.get(number)) is not None:
                return known[0]
            sleep(_MOMENT_S)
        try:
            group = self._tell_group(owner)
            self.know(owner, group)
        finally:
            self._telling.pop(number, None)
        return group

    def know(self, owner: Any, group: int | str) -> None:
        """It has this group, as long as there is such an owner."""
        from _weakref import ref

        number = id(owner)
        groups = self.known

        def forget(_: object) -> None:
            groups.pop(number, None)

        groups[number] = group, ref(owner, forget)
