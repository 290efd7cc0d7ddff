"""Marks that a program sets in its own code, for whoever watches it: ``concviz watch``.

The standard library only, and little of that: a program that nobody watches pays one look into
``sys.modules`` for each mark, and nothing for a function that is marked as a whole.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Any, ParamSpec, TypeVar

    _P = ParamSpec("_P")
    _R = TypeVar("_R")

# what the code of a function says of it (inspect.CO_…)
_GENERATOR, _COROUTINE, _ASYNC_GENERATOR = 0x20, 0x80, 0x200


def mark(label: str) -> None:
    """Mark this moment in the picture of whoever watches: ``concviz.mark("cache is warm")``."""
    marks = sys.modules.get("_concviz.marking")
    if marks is not None:
        marks.mark(label)


class task:  # noqa: N801 - reads as a verb where it is used
    """Show a piece of work as a task of its own, to whoever watches.

    >>> with task("parse"):
    ...     pass
    >>> @task("load")
    ... async def load(name: str) -> bytes: ...

    What raises in it fails in the picture, and is passed on. A function is marked if it is defined
    while somebody watches; each of its calls is a task.
    """

    def __init__(self, name: str) -> None:
        if not isinstance(name, str):
            raise TypeError(
                f'concviz.task needs a name, not a {type(name).__name__}: concviz.task("name")'
            )
        self._name = name
        self._begun: list[Any] = []

    def __enter__(self) -> task:
        marks = sys.modules.get("_concviz.marking")
        if marks is not None:
            self._begun.append(marks.begin(self._name))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._begun:
            marks = sys.modules.get("_concviz.marking")
            if marks is not None:
                marks.end(self._begun.pop(), error)

    def __call__(self, function: Callable[_P, _R]) -> Callable[_P, _R]:
        """Mark every call of a function, a coroutine function too."""
        code = getattr(function, "__code__", None)
        flags = code.co_flags if code is not None else 0
        if flags & (_GENERATOR | _ASYNC_GENERATOR):
            raise TypeError(
                f"concviz.task cannot mark the generator {function.__name__} as a whole: "
                "use 'with concviz.task(…):' in it"
            )
        marks = sys.modules.get("_concviz.marking")
        if marks is None:
            return function
        if flags & _COROUTINE:
            return marks.of_coroutines(function, self._name)  # type: ignore[no-any-return]
        return marks.of_calls(function, self._name)  # type: ignore[no-any-return]
