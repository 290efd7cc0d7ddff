"""Runs one plan, in a process that has nothing else to do, and writes what happens to a pipe."""

from __future__ import annotations

import faulthandler
import gc
import inspect
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from queue import SimpleQueue
from time import monotonic_ns
from typing import Any

import msgspec

from concviz.engine import environment, worker
from concviz.engine.calibrate import rounds_per_second
from concviz.engine.channels import interpreter_channel, process_channel
from concviz.engine.describe import describe_error, printable
from concviz.engine.limits import raise_open_files
from concviz.engine.strategies import STRATEGIES, Strategy
from concviz.engine.traced import InterpreterThread, TracedThread, traced_threads
from concviz.engine.workloads import Preparation, Workload
from concviz.engine.workloads.registry import WORKLOADS
from concviz.model import events
from concviz.model.plan import Plan
from concviz.model.recording import Header

COLLECT_S = 0.008
"""How long the collector sleeps between looks: each look takes the GIL from the tasks."""
MANY = 200
MANY_COLLECT_S = 0.025
"""The same when so many events came at once: tasks are short then, and a look costs many."""
BATCH = 2_000
EXIT_S = 2.0


class Collector:
    """The thread that takes events off the queue and writes them, as lines, to the pipe."""

    def __init__(self, queue: SimpleQueue[Any], fd: int) -> None:
        self._queue = queue
        self._fd = fd
        self._thread = threading.Thread(target=self._collect, name="concviz-collect", daemon=True)

    def start(self) -> None:
        """Begin; until then events wait."""
        self._thread.start()

    def close(self) -> None:
        """Write what is still there, and end."""
        self._queue.put(None)
        if self._thread.ident is not None:
            self._thread.join()

    def _collect(self) -> None:
        get, waiting = self._queue.get, self._queue.qsize
        while True:
            batch = [get()]
            batch += [get() for _ in range(min(waiting(), BATCH))]  # nobody else takes from it
            ended = None in batch
            if ended:
                batch.remove(None)
            self._write(events.encode_lines(batch))
            if ended:
                return
            if len(batch) < BATCH:
                time.sleep(COLLECT_S if len(batch) < MANY else MANY_COLLECT_S)

    def _write(self, lines: bytes) -> None:
        view = memoryview(lines)
        while view:
            view = view[os.write(self._fd, view) :]


class Items:
    """The tasks, as a strategy takes them: each is submitted when it is taken."""

    def __init__(self, tasks: int, emit: worker.Emit) -> None:
        self._tasks = tasks
        self._emit = emit

    def __len__(self) -> int:
        return self._tasks

    def __iter__(self) -> Iterator[int]:
        for task in range(self._tasks):
            self._emit(("submitted", monotonic_ns(), task))
            yield task


def run(line: bytes, fd: int, folder: Path) -> None:
    """Run the plan of that line; events go to the pipe ``fd``, temporary files to ``folder``."""
    faulthandler.enable()
    raise_open_files()
    plan = msgspec.json.decode(line, type=Plan)
    os.set_inheritable(fd, False)
    strategy, workload = STRATEGIES.load(plan.strategy), WORKLOADS.load(plan.workload)
    if (why := strategy.unavailable()) is not None:  # which also imports what it needs
        raise RuntimeError(f"strategy {plan.strategy} is not available: {why}")
    header = Header(
        plan=plan,
        environment=environment.describe(),
        worker_kind=strategy.kind,
        interdependent=workload.interdependent,
    )
    os.write(fd, header.encode())

    with ExitStack() as stack:
        queue: SimpleQueue[Any] = SimpleQueue()
        collector = Collector(queue, fd)
        stack.callback(collector.close)  # the last of all: the channels pass on until their end
        arrange = _ARRANGEMENTS[strategy.kind]
        # A Manager is forked, if it is, while this process has a single thread.
        call, context, attach = stack.enter_context(arrange(plan, workload, queue.put))
        collector.start()
        preparation = Preparation(
            duration_s=plan.duration_s,
            tasks=plan.tasks,
            kind=strategy.kind,
            context=context,
            folder=folder,
            rounds=lambda work: _rounds(plan, work, queue.put),
            say=lambda what: queue.put(("preparing", monotonic_ns(), printable(what))),
        )
        worker.attach(queue.put, workload.function, (), workload.coroutine)
        stack.callback(worker.end_output)
        attach(stack.enter_context(workload.prepare(preparation)))
        worker.capture_output()
        _execute(strategy, plan, call, context, queue.put)
    threading.Thread(target=_exit_late, daemon=True).start()


Attach = Callable[[tuple[Any, ...]], None]
Arrangement = tuple[Callable[[int], object], Any, Attach]


@contextmanager
def _in_main(plan: Plan, workload: Workload, emit: worker.Emit) -> Iterator[Arrangement]:
    def attach(arguments: tuple[Any, ...]) -> None:
        worker.attach(emit, workload.function, arguments)

    yield worker.call, None, attach


@contextmanager
def _in_coroutines(plan: Plan, workload: Workload, emit: worker.Emit) -> Iterator[Arrangement]:
    import concviz.engine.steps  # noqa: F401  here, so that the first task need not import it

    def attach(arguments: tuple[Any, ...]) -> None:
        worker.attach(emit, workload.function, arguments, workload.coroutine)

    yield worker.call_async, None, attach


@contextmanager
def _in_processes(plan: Plan, workload: Workload, emit: worker.Emit) -> Iterator[Arrangement]:
    reference = WORKLOADS.reference(plan.workload)
    with process_channel(plan.start_method, reference, emit) as (context, attach):
        yield worker.call, context, attach


@contextmanager
def _in_interpreters(plan: Plan, workload: Workload, emit: worker.Emit) -> Iterator[Arrangement]:
    reference = WORKLOADS.reference(plan.workload)
    with interpreter_channel(reference, emit) as attach:
        yield worker.call, None, attach


_ARRANGEMENTS: dict[
    str, Callable[[Plan, Workload, worker.Emit], AbstractContextManager[Arrangement]]
] = {
    "main": _in_main,
    "thread": _in_main,
    "coroutine": _in_coroutines,
    "process": _in_processes,
    "interpreter": _in_interpreters,
}


_IN_THREADS = {"thread": TracedThread, "interpreter": InterpreterThread}


def _execute(strategy: Strategy, plan: Plan, call: Any, context: Any, emit: worker.Emit) -> None:
    """The run itself: what lies between run-started and run-finished is the strategy's code."""
    given = {"workers": plan.workers, "chunksize": plan.chunksize, "context": context}
    wanted = inspect.signature(strategy.run).parameters
    options = {name: value for name, value in given.items() if name in wanted}
    error = None
    gc.freeze()  # forked workers would copy whatever their garbage collector looks at
    emit(("run-started", monotonic_ns()))
    if strategy.kind == "main":
        worker.enter(threading.current_thread().name)
    try:
        kind = _IN_THREADS.get(strategy.kind)
        with nullcontext() if kind is None else traced_threads(kind):
            for task, _ in enumerate(strategy.run(call, Items(plan.tasks, emit), **options)):
                emit(("collected", monotonic_ns(), task))
    except BaseException as raised:
        error, _ = describe_error(raised)
    if strategy.kind == "main":
        worker.leave()
    emit(("run-finished", monotonic_ns(), error))


def _rounds(plan: Plan, work: Callable[[int], object], emit: worker.Emit) -> int:
    """How many rounds of ``work`` last the plan's duration, calibrated unless the plan says."""
    rate = plan.rounds_per_s
    if rate is None:
        emit(("preparing", monotonic_ns(), "Calibrating the workload on this machine"))
        rate = rounds_per_second(work)
    emit(("calibrated", monotonic_ns(), plan.workload, rate))
    return max(1, round(plan.duration_s * rate))


def _exit_late() -> None:
    """A task may have left a thread that never ends: do not wait for it at exit."""
    time.sleep(EXIT_S)
    os._exit(0)


if __name__ == "__main__":
    sys.exit("run by concviz.engine.guard")
