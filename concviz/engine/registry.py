"""Named things that are loaded when asked for: our own, and those of installed packages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar, cast

from concviz.engine.references import resolve

T = TypeVar("T")


class Registry(Generic[T]):
    """Ids and the references of what they stand for, in the order in which people see them."""

    def __init__(self, group: str, own: Mapping[str, str]) -> None:
        self._group = group
        self._references: dict[str, str] | None = None
        self._own = own

    def references(self) -> dict[str, str]:
        """References by id: ours first, then the entry points of the group."""
        if self._references is None:
            # Late, because a worker never needs it and it reads every installed package.
            from importlib.metadata import entry_points

            others = {point.name: point.value for point in entry_points(group=self._group)}
            self._references = {**self._own, **others, **self._own}  # ours cannot be replaced
        return self._references

    def reference(self, name: str) -> str:
        """The reference of an id. Raises KeyError for an unknown one."""
        return self._own.get(name) or self.references()[name]

    def load(self, name: str) -> T:
        """The thing of that id. Raises KeyError for an unknown id, anything an import may raise."""
        return cast(T, resolve(self.reference(name)))
