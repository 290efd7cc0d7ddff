"""What runs inside a worker: ``call`` does one task and says what happens to it.

The standard library only, and little of it: this module is imported in every process and
sub-interpreter, whose start-up is part of the picture. (So nothing here imports ``typing`` when it
runs, which takes twice as long as all the rest.) Events are plain tuples in the wire form of
``concviz.trace.events``; where they go is decided by ``attach``.
"""

from __future__ import annotations

import heapq
import os
import sys
import threading
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from time import monotonic_ns, thread_time_ns

from concviz.worker.describe import describe_error, describe_result, printable
from concviz.worker.given import Given

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

Wire = tuple[object, ...]
Emit = Callable[[Wire], None]

TASK_OUTPUT = 64 * 1024
"""Characters that one task may print before the rest is only counted."""
TOTAL_OUTPUT = 8 * 1024 * 1024
"""The same for all that is printed in one process."""


class State:
    """What ``call`` needs; one for each process or interpreter, or of each run that shares it."""

    emit: Emit | None = None
    function: Callable[..., object]
    coroutine: Callable[..., Coroutine[Any, Any, object]] | None = None
    arguments: tuple[Any, ...] = ()
    sends_back: Callable[[int, object], object] | None = None
    """Makes a task's result fit to be sent to the runner; None where it is handed over as it is."""
    notes: Callable[[int, object], object] | None = None
    """Is told of every result, when all is measured; None: nobody wants to know."""
    identify: Callable[[], str | int]
    """Says which worker a thread is that has no name here."""
    total_printed = 0

    def __init__(self) -> None:
        self.printed: dict[int | None, _Printed] = {}

    def tell(self, event: Wire) -> None:
        """Send an event where it is to go, if that is known."""
        if self.emit is not None:
            self.emit(event)


_state = State()
_thread = threading.local()  # .worker: the key of the worker that this thread is
_task: ContextVar[tuple[State, int] | None] = ContextVar("task", default=None)
_free_slots: list[int] = []
_slots = 0


def attach(
    emit: Emit,
    function: Callable[..., object],
    arguments: tuple[Any, ...],
    coroutine: Callable[..., Coroutine[Any, Any, object]] | None = None,
    sends_back: Callable[[int, object], object] | None = None,
    identify: Callable[[], str | int] | None = None,
    notes: Callable[[int, object], object] | None = None,
) -> None:
    """Tell this process (or interpreter) what a task is and where its events go."""
    global _slots
    _slots = 0
    _free_slots.clear()
    _state.emit = emit
    _state.function = function
    _state.arguments = arguments
    _state.coroutine = coroutine
    _state.sends_back = sends_back
    _state.identify = identify or _announce
    _state.notes = notes


def attached() -> bool:
    """Whether this process (or interpreter) knows what a task is."""
    return _state.emit is not None


def emit(event: Wire) -> None:
    """Send an event where ``attach`` said. Does nothing before."""
    _state.tell(event)


def name_thread(worker: str) -> None:
    """This thread is that worker from now on."""
    _thread.worker = worker


def enter(worker: str, beside: list[int] | None = None) -> None:
    """This thread is that worker from now on, and it runs."""
    name_thread(worker)
    emit(runs(worker, beside))


def _announce() -> str:
    """This thread, which nobody has announced, is a worker by the name that it has."""
    worker = f"{printable(threading.current_thread().name)} #{threading.get_native_id()}"
    enter(worker)
    return worker


def runs(worker: str | int, beside: list[int] | None = None) -> Wire:
    """Who runs in this thread from now on, and what the thread has been counted until then.

    An int is a native thread id, for the runner to name. ``beside``: other threads of its process.
    """
    waited = None
    try:
        counts = os.open("/proc/thread-self/schedstat", os.O_RDONLY)
        try:
            waited = int(os.read(counts, 64).split()[1])
        finally:
            os.close(counts)
    except (OSError, ValueError, IndexError):  # not Linux, or it does not tell
        pass
    native_id = threading.get_native_id()
    return (
        "worker-started",
        monotonic_ns(),
        worker,
        os.getpid(),
        native_id,
        thread_time_ns(),
        waited,
        beside or [],
        "",  # on the machine of the runner: who passes it on from another one says so
    )


def leave(children_ns: int = 0) -> None:
    """The worker that this thread was has reached its end; its process had children until then."""
    emit(("worker-stopped", monotonic_ns(), _thread.worker, children_ns))


def in_task() -> bool:
    """Whether a task is what runs here."""
    return _task.get() is not None


def call(item: int | Given, state: State = _state) -> object:
    """Do one task in this thread and give back its result (None when it failed).

    An item may bring the argument of its task along; else it is the task's number, and all tasks
    have the same arguments.
    """
    assert state.emit is not None
    if isinstance(item, int):
        task = item
    else:
        task = item.task
        item.unpack()
    try:
        worker = _thread.worker
    except AttributeError:  # nobody announced it, or it is in a sub-interpreter: at every call
        worker = state.identify()
    emit = state.emit
    context = _task.set((state, task))
    emit(("started", monotonic_ns(), task, worker))
    before = thread_time_ns()
    try:
        if isinstance(item, int):
            result = state.function(item, *state.arguments)
        else:
            result = state.function(item.argument)
        cpu = thread_time_ns() - before
    except BaseException as error:
        _failed(state, task, thread_time_ns() - before, error)
        return None
    finally:
        _task.reset(context)
    if result is None and task not in state.printed:  # the short way, for the shortest tasks
        emit(("finished", monotonic_ns(), task, cpu, None))
        return None
    return _finished(state, task, cpu, result)


async def call_async(item: int | Given) -> object:
    """Do one task in this coroutine; one without a coroutine form blocks the loop, as in life."""
    from concviz.worker.steps import Steps  # and with it asyncio: other workers need neither

    task = item if isinstance(item, int) else item.task
    arguments = (item, *_state.arguments) if isinstance(item, int) else (item.argument,)
    slot = _take_slot()
    context = _task.set((_state, task))
    begun = monotonic_ns()
    emit(("started", begun, task, f"slot-{slot}"))
    steps = Steps(task, begun, emit)
    try:
        if _state.coroutine is not None:
            steps.coroutine = _state.coroutine(*arguments)
            try:
                result = await steps
            finally:
                steps.end()
        else:
            with steps:
                result = _state.function(*arguments)
    except Exception as error:
        _failed(_state, task, steps.cpu, error)
        return None
    except BaseException as error:  # cancelled: the group must see it
        _failed(_state, task, steps.cpu, error)
        raise
    else:
        return _finished(_state, task, steps.cpu, result)
    finally:
        _task.reset(context)
        heapq.heappush(_free_slots, slot)


def _take_slot() -> int:
    """The lowest slot that is free: coroutines under way at once have a lane each."""
    global _slots
    if _free_slots:
        return heapq.heappop(_free_slots)
    _slots += 1
    emit(runs(f"slot-{_slots}"))
    return _slots


def _finished(state: State, task: int, cpu: int | None, result: object) -> object:
    now = monotonic_ns()
    if task in state.printed:
        _end_output(state, task)
    state.tell(("finished", now, task, cpu, None if result is None else describe_result(result)))
    if state.notes is not None:
        state.notes(task, result)
    if state.sends_back is None or result is None:
        return result
    try:
        return state.sends_back(task, result)
    except Exception as error:
        # As in life: what cannot be pickled does not come back. The task counts as failed.
        _failed(state, task, cpu, error)
        return None


def _failed(state: State, task: int, cpu: int | None, error: BaseException) -> None:
    now = monotonic_ns()
    if task in state.printed:
        _end_output(state, task)
    state.tell(("failed", now, task, cpu, *describe_error(error)))


class _Printed:
    """What a task has printed so far."""

    __slots__ = ("left_out", "line", "spent")

    def __init__(self) -> None:
        self.line = ""
        self.spent = 0
        self.left_out = 0


class TaskStream:
    """Stands in for ``sys.stdout`` and ``sys.stderr``: lines become events that name their task."""

    encoding = "utf-8"
    errors = "backslashreplace"
    newlines = None
    closed = False

    def __init__(self, real: Any) -> None:
        self._real = real

    def write(self, text: str) -> int:
        """Pass on whole lines; keep the rest until its end or its task's."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        state, task = _task.get() or (_state, None)
        printed = state.printed.get(task)
        if printed is None:
            printed = state.printed.setdefault(task, _Printed())
        room = min(TASK_OUTPUT - printed.spent, TOTAL_OUTPUT - state.total_printed)
        kept = text[: max(room, 0)]
        printed.spent += len(kept)
        printed.left_out += len(text) - len(kept)
        state.total_printed += len(kept)
        *lines, printed.line = (printed.line + kept).split("\n")
        for line in lines:
            state.tell(("output", monotonic_ns(), task, printable(line)))
        return len(text)

    def writelines(self, lines: list[str]) -> None:
        """Write each of the lines."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Whole lines are on their way; only what was written below us may still wait."""
        if self._real is not None and not self._real.closed:
            self._real.flush()

    def isatty(self) -> bool:
        """Never a terminal."""
        return False

    def __getattr__(self, name: str) -> Any:
        # fileno, buffer, …: what is written below us is still shown, without the name of its task
        return getattr(self._real, name)


def capture_output() -> None:
    """From now on, what this process prints becomes events."""
    sys.stdout = TaskStream(sys.__stdout__)
    sys.stderr = TaskStream(sys.__stderr__)
    os.register_at_fork(after_in_child=_release_output)


def _release_output() -> None:
    """In a process that a task forks: nobody takes its events, so it prints as any other does."""
    _state.emit = None
    _state.printed.clear()
    sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__


def _end_output(state: State, task: int | None) -> None:
    printed = state.printed.pop(task, None)
    if printed is None:
        return
    if printed.line:
        state.tell(("output", monotonic_ns(), task, printable(printed.line)))
    if printed.left_out:
        state.tell(("left-out", monotonic_ns(), task, printed.left_out))


def end_output(state: State = _state) -> None:
    """Pass on what was printed without an end of line, and the count of what was left out."""
    for task in list(state.printed):
        _end_output(state, task)
