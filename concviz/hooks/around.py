"""Doing something before or after a call without being on the stack during it.

A Python function that calls another is seen beneath it: in tracebacks, by ``print_stack``, by
profilers. So these are put together from what the interpreter itself calls in C.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any

_NEVER = object()


def noting_result(call: Callable[[], Any], note: Callable[[Any], Any]) -> Callable[[], Any]:
    """Such a call, without arguments, whose result is given to ``note``, which gives it back."""
    return map(note, iter(call, _NEVER)).__next__


def noting_items(items: Any, note: Callable[[Any], Any]) -> Any:
    """These items one by one, each given to ``note`` when it comes, which gives it back."""
    return map(note, items)


class NotingCall:
    """Such a call, before each of which ``note`` is called, without arguments."""

    __slots__ = ("_call", "_note")

    def __init__(self, call: Callable[..., Any], note: Callable[[], None]) -> None:
        self._call = call
        self._note = note

    @property
    def __call__(self) -> Callable[..., Any]:
        """Looked up by the interpreter for each call, and then called by it."""
        self._note()
        return self._call


class NotingMethod:
    """Such a method, before each call of which ``note`` is called, without arguments."""

    __slots__ = ("_method", "_note")

    def __init__(self, method: Callable[..., Any], note: Callable[[], None]) -> None:
        self._method = method
        self._note = note

    def __get__(self, owner: Any, kind: type | None = None) -> Any:
        """Looked up by the interpreter for each call, and then called by it."""
        if owner is None:
            return self._method
        self._note()
        return self._method.__get__(owner, kind)


def looking_up(kind: type, method: str, name: str, given: Callable[[Any], Any]) -> None:
    """Whenever that method looks up that attribute of an object, it gets what ``given`` gives.

    The method stays what it is, in its place, and only its code has another name there: that of a
    property. No other code has that, so for others the attribute is as it was.
    """
    function = vars(kind)[method]
    code = function.__code__
    if name not in code.co_names:
        raise LookupError(f"{kind.__name__}.{method} is another one")
    ours = f"_concviz_{method}_{name}"
    setattr(kind, ours, property(given))
    names = tuple([ours if each == name else each for each in code.co_names])
    function.__code__ = code.replace(co_names=names)


def locals_of(frame: FrameType, *names: str) -> list[Any]:
    """Some of a frame's variables, None for those that it has not.

    Before 3.13 a frame that was asked keeps copies of all its variables, and with them alive what
    its function lets go: a worker's last task and result. So they are taken from it again.
    """
    known = frame.f_locals
    values = [known.get(name) for name in names]
    if type(known) is dict:
        known.clear()
    return values
