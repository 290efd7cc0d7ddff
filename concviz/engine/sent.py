"""How a result travels from a worker of its own memory to the runner."""

import pickle
from collections.abc import Callable


class Sent:
    """A result on its way to the runner: pickled once, here, so that a failure is the task's."""

    def __init__(self, value: object) -> None:
        self._pickled = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)

    def __reduce__(self) -> tuple[Callable[[bytes], object], tuple[bytes]]:
        return pickle.loads, (self._pickled,)
