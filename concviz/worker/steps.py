"""What a coroutine does, told from within its event loop: its steps, and what it awaits between."""

from __future__ import annotations

from time import monotonic_ns, thread_time_ns

from concviz.hooks.allowance import BLOCKING_NS, RUNNING, SHARP_NS, UNKNOWN, may_tell
from concviz.hooks.awaiting import LOOP, awaited
from concviz.worker.looks import Looks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator
    from typing import Any

    Emit = Callable[[tuple[object, ...]], None]


class Steps:
    """Runs a coroutine step by step when it is awaited, as awaiting the coroutine itself would.

    Tells how long it kept the loop, and its waits: ``("awaited", until, task, since, spent, then)``
    with the time in each state and the one that it is in from then on. ``cpu`` is its CPU time.
    """

    def __init__(self, task: int, begun: int, emit: Emit) -> None:
        """``begun`` is when the task started."""
        self.cpu = 0
        self.coroutine: Coroutine[Any, Any, object] | None = None
        self._task = task
        self._emit = emit
        self._since = begun
        self._spent = {RUNNING: 0, UNKNOWN: 0}
        self._then = RUNNING
        self._waits = False

    def __enter__(self) -> None:
        self._begun = monotonic_ns()
        self._before = thread_time_ns()

    def __exit__(self, *_: object) -> None:
        cpu = thread_time_ns() - self._before
        now = self._ended = monotonic_ns()
        self.cpu += cpu
        length = now - self._begun
        if length >= BLOCKING_NS:
            self._emit(("loop-blocked", now, self._task, length))
            if self._waits:
                self._tell(self._begun, RUNNING)
        self._spent[RUNNING] += cpu
        self._spent[UNKNOWN] += length - cpu

    def __await__(self) -> Generator[Any, Any, object]:
        coroutine = self.coroutine
        assert coroutine is not None
        looks = Looks.of_the_loop()
        sent, thrown = None, None
        while True:
            try:
                with self:
                    waits_for = coroutine.send(sent) if thrown is None else coroutine.throw(thrown)
            except StopIteration as done:
                return done.value
            sent, thrown = None, None
            kind = awaited(coroutine, waits_for)
            self._suspended(kind)
            try:
                sent = yield waits_for
            except GeneratorExit:
                coroutine.close()
                raise
            except BaseException as error:
                thrown = error
            self._resumed(kind, coroutine, looks)

    def end(self) -> None:
        """The task has ended: tell what is left to tell."""
        if self._waits:
            self._tell(monotonic_ns(), RUNNING)

    def _suspended(self, kind: str) -> None:
        """It waits from now on. Without a word about that, what it does is not known."""
        self._waits = True
        if may_tell(self._ended):
            self._tell(self._ended, kind)
        elif self._then != UNKNOWN:
            self._tell(self._ended, UNKNOWN)

    def _resumed(self, kind: str, coroutine: object, looks: Looks | None) -> None:
        """It goes on; for some of the time perhaps it only waited for its turn."""
        now = monotonic_ns()
        waited = now - self._ended
        late = 0
        if looks is not None:
            try:
                late = min(waited, looks.late(kind, coroutine, self._ended, now))
            except Exception:  # the loop is not as we know it
                late = 0
        self._spent[kind] = self._spent.get(kind, 0) + waited - late
        tells = self._then != UNKNOWN or (waited >= SHARP_NS and may_tell(now))
        if late:
            if tells and late >= SHARP_NS:
                self._tell(now - late, LOOP)
            self._spent[LOOP] = self._spent.get(LOOP, 0) + late
        if tells:
            self._tell(now, RUNNING)

    def _tell(self, until: int, then: str) -> None:
        if until > self._since:
            shares = {kind: length for kind, length in self._spent.items() if length > 0}
            self._emit(("awaited", until, self._task, self._since, shares, then))
            self._since, self._spent = until, {RUNNING: 0, UNKNOWN: 0}
        self._then = then
