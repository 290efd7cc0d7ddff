"""An item of a strategy that brings the argument of its task along, as a program's own would."""

from __future__ import annotations

import pickle
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class Given:
    """A task and what its function is called with. It travels as anything that is handed over."""

    __slots__ = ("_argument", "_pickled", "task")

    def __init__(self, task: int, argument: object = None, pickled: bytes | None = None) -> None:
        """``pickled``: the argument, where it has travelled."""
        self.task = task
        self._argument = argument
        self._pickled = pickled

    def unpack(self) -> None:
        """Unpickle the argument before the task begins, as a pool of a program's own does.

        Where that fails, it does so again for whoever asks for the argument.
        """
        with suppress(Exception):
            self.argument  # noqa: B018

    @property
    def argument(self) -> object:
        """What the function is called with. Raises what unpickling it may raise."""
        if self._pickled is not None:  # not before: its class may be found only when the task's is
            self._argument, self._pickled = pickle.loads(self._pickled), None
        return self._argument

    def __reduce__(self) -> tuple[Callable[..., Given], tuple[int, None, bytes]]:
        try:
            pickled = pickle.dumps(self.argument, pickle.HIGHEST_PROTOCOL)
        except Exception as error:
            raise pickle.PicklingError(
                f"input {self.task} cannot be pickled ({type(error).__name__}: {error}), as it "
                "must be on its way to another process or interpreter: give the function what it "
                "can make that from, such as the name of a file"
            ) from error
        return Given, (self.task, None, pickled)
