"""Named things that are loaded when asked for: our own, and those of installed packages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from concviz.worker.references import resolve

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


T = TypeVar("T")


class Registry(Generic[T]):
    """Ids and the references of what they stand for, in the order in which people see them."""

    def __init__(self, group: str, own: Mapping[str, str]) -> None:
        self.group = group
        """The group of entry points by which other packages add to it."""
        self._others: dict[str, EntryPoint] | None = None
        self._own = own

    def _installed(self) -> dict[str, EntryPoint]:
        if self._others is None:
            # Late, because a worker never needs it and it reads every installed package.
            from concviz.worker.declared import declared

            self._others = {}
            if declared(self.group):
                from importlib.metadata import entry_points

                points = entry_points(group=self.group)
                self._others = {p.name: p for p in points if p.name not in self._own}
        return self._others

    def forget(self) -> None:
        """Look anew at what is installed, when that is asked for next."""
        self._others = None

    def references(self) -> dict[str, str]:
        """References by id: ours first, which cannot be replaced, then the entry points."""
        return {**self._own, **{name: point.value for name, point in self._installed().items()}}

    def __contains__(self, name: object) -> bool:
        """Whether there is something of that id; what is installed is not read for one of ours."""
        return name in self._own or name in self._installed()

    def reference(self, name: str) -> str:
        """The reference of an id. Raises KeyError for an unknown one."""
        return self._own.get(name) or self._installed()[name].value

    def package(self, name: str) -> str | None:
        """The package that an id is from; None for one of ours. Raises KeyError if unknown."""
        if name in self._own:
            return None
        point = self._installed()[name]
        try:
            found = point.dist.name if point.dist is not None else None
        except Exception:  # what is installed may be anything
            found = None
        return found or point.value.partition(":")[0]

    def load(self, name: str) -> T:
        """The thing of that id. Raises KeyError for an unknown id, anything an import may raise.

        Only for processes in which another package may do what it likes; see ``catalogue``.
        """
        return cast(T, resolve(self.reference(name)))
