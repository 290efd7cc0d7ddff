"""Which group the tasks of an executor or a pool belong to."""

from __future__ import annotations

from .tell import in_child, told_anew

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class Owners:
    """Groups by who has them, of which nothing is asked and nothing is kept.

    Not a ``WeakKeyDictionary``: that would call the ``__hash__`` and ``__eq__`` of the program.
    """

    def __init__(self, tell_group: Callable[[Any], int | str] | None = None) -> None:
        self._tell_group = tell_group
        self.known: dict[int, tuple[int | str, Any]] = {}
        """By the owner's ``id``: the group's key, and what notices the owner's end."""
        in_child(self.known.clear)
        told_anew(self._renew)

    def _renew(self) -> None:
        """What was told elsewhere of those whom they know, they have to be told of again."""
        for number, (group, notices) in list(self.known.items()):
            self.known[number] = group, notices

    def of(self, owner: Any) -> int | str | None:
        """Its group's key; where it has none yet, of the group that is told of for it now."""
        known = self.known.get(id(owner))
        if known is not None:
            return known[0]
        if self._tell_group is None:
            return None
        group = self._tell_group(owner)
        self.know(owner, group)
        return group

    def know(self, owner: Any, group: int | str) -> None:
        """It has this group, as long as there is such an owner."""
        from _weakref import ref

        number = id(owner)
        groups = self.known

        def forget(_: object) -> None:
            groups.pop(number, None)

        groups[number] = group, ref(owner, forget)
