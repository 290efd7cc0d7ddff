"""What the tasks of a function returned, kept until all is measured: only then digests are made."""

from __future__ import annotations

import sys
from time import monotonic_ns, thread_time_ns

from concviz.worker.digest import Budget, digest
from concviz.worker.tracing import Emit

MOST_BYTES = 256 << 20
"""Of results that are kept, as far as their sizes are known without looking into them."""
MOST_NS = 1_000_000_000
"""CPU time that all digests may take together: somebody waits for the end of the run."""
LARGEST = 64 << 20
"""Bytes of one result that are looked at."""
AT_ONCE = 1_000
"""Digests in an event."""


class KeptResults:
    """The results of a run by task. From any thread, because each task notes its own."""

    def __init__(self) -> None:
        self._by_task: dict[int, object] = {}
        self._held = 0
        self._too_large: set[int] = set()

    def note(self, task: int, value: object) -> None:
        """A task has returned that. None needs no digest: the stream has it as it is."""
        if value is None:
            return
        try:
            size = sys.getsizeof(value)
        except Exception:  # its own __sizeof__
            size = 0
        self._held += size
        if self._held > MOST_BYTES:
            self._held -= size
            self._too_large.add(task)
        else:
            self._by_task[task] = value

    def tell(self, emit: Emit) -> None:
        """Tell the digests of all, in the order of the tasks; and let go of the results."""
        until = thread_time_ns() + MOST_NS
        tasks = sorted(self._by_task)
        for begin in range(0, len(tasks), AT_ONCE):
            some = tasks[begin : begin + AT_ONCE]
            first, why = some[0], ""
            digests = [""] * (some[-1] - first + 1)
            for task in some:
                value = self._by_task.pop(task)
                digests[task - first], reason = digest(value, Budget(LARGEST, until))
                why = why or reason
            emit(("results", monotonic_ns(), first, digests, why))
        if self._too_large:
            emit(("results", monotonic_ns(), min(self._too_large), [""], "they are too large"))
