"""Runs one plan, in a process that has nothing else to do, and writes what happens to a pipe."""

from __future__ import annotations

import faulthandler
import gc
import inspect
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from time import monotonic_ns
from typing import Any
from uuid import uuid4

import msgspec

from concviz.cluster import trouble
from concviz.cluster.call import Call
from concviz.hooks.labels import label_of
from concviz.runner import environment, inputs
from concviz.runner.calibrate import rounds_per_second
from concviz.runner.channels import cluster_channel, interpreter_channel, process_channel
from concviz.runner.collector import Collector
from concviz.runner.facts import source_of
from concviz.runner.functions import is_async
from concviz.runner.kept_results import KeptResults
from concviz.runner.limits import raise_open_files
from concviz.runner.order import Order
from concviz.strategies import STRATEGIES, Strategy
from concviz.trace.header import Header
from concviz.trace.plan import REFERS, Plan, Traits
from concviz.trace.worker_kind import WorkerKind
from concviz.worker import interpreter, kin, sent
from concviz.worker import tracing as worker
from concviz.worker.describe import describe_error, describe_result, printable
from concviz.worker.given import Given
from concviz.worker.references import CALL, SUFFIX, find
from concviz.worker.traced import InterpreterThread, TracedThread, traced_threads
from concviz.workloads import Preparation, Workload
from concviz.workloads.registry import WORKLOADS

EXIT_S = 2.0
MOST_NAMED = 10_000
"""Tasks of which each is named after its argument."""


class Items:
    """The tasks, as a strategy takes them: each is submitted when it is first taken.

    They are numbers; or, with ``arguments``, what brings the argument of each along.
    """

    def __init__(
        self, tasks: int, emit: worker.Emit, arguments: Sequence[object] | None = None
    ) -> None:
        self._given: Sequence[int | Given] = range(tasks)
        if arguments is not None:
            self._given = [Given(task, arguments[task]) for task in range(tasks)]
        self._tasks = tasks
        self._emit = emit
        self._taken = 0

    def __len__(self) -> int:
        return self._tasks

    def __iter__(self) -> Iterator[int | Given]:
        for task, item in enumerate(self._given):
            if task == self._taken:
                self._taken += 1
                self._emit(("submitted", monotonic_ns(), task))
            yield item


def run(line: bytes, fd: int, folder: Path, last_word: tuple[int, int]) -> None:
    """Do what an ``Order`` says, which that line is.

    Events go to the pipe ``fd``, temporary files to ``folder``.
    ``last_word``: where the supervisor asks for the last events, and where to say that they left.
    """
    faulthandler.enable()
    raise_open_files()
    order = msgspec.json.decode(line, type=Order)
    plan = order.plan
    os.set_inheritable(fd, False)
    strategy = STRATEGIES.load(plan.strategy)
    workload = called(plan.workload) if plan.calls else WORKLOADS.load(plan.workload)
    arguments = inputs.loaded(plan.inputs, plan.tasks) if plan.calls else None
    if (why := strategy.unavailable()) is not None:  # which also imports what it needs
        raise RuntimeError(f"strategy {plan.strategy} is not available: {why}")
    header = Header(
        plan=plan,
        environment=environment.describe(),
        worker_kind=WorkerKind(strategy.kind),
        interdependent=workload.interdependent,
        traits=Traits(kind=strategy.kind, options=strategy.options),
        strategy_source=source_of(strategy.run),
        task_source=source_of(_task_function(strategy, workload)),
    )
    os.write(fd, header.encode())

    with ExitStack() as stack:
        collector = Collector(fd, last_word)
        stack.callback(collector.close)  # the last of all: the channels pass on until their end
        arrange = _ARRANGEMENTS[strategy.kind]
        # A Manager is forked, if it is, while this process has a single thread.
        call, context, attach = stack.enter_context(arrange(order, workload, collector))
        emit = collector.emit
        collector.start()
        over = threading.Event()
        # Begun here, because a thread that comes later might be one that a task has started.
        threading.Thread(target=_exit_late, args=(over,), daemon=True).start()
        preparation = Preparation(
            duration_s=plan.duration_s,
            tasks=plan.tasks,
            kind=strategy.kind,
            context=context,
            folder=folder,
            rounds=lambda work: _rounds(plan, work, emit),
            say=lambda what: emit(("preparing", monotonic_ns(), printable(what))),
        )
        worker.attach(emit, workload.function, (), workload.coroutine)
        stack.callback(worker.end_output)
        results = KeptResults() if plan.calls else None
        attach(
            stack.enter_context(workload.prepare(preparation)),
            None if results is None else results.note,
        )
        worker.capture_output()
        items, labels = Items(plan.tasks, emit, arguments), _labels(workload, arguments)
        _execute(strategy, plan, call, context, items, labels, emit)
        if results is not None:
            results.tell(emit)
    over.set()


def called(reference: str) -> Workload:
    """A function of somebody's own as a workload. Raises whatever importing it may raise."""
    function = find(reference)
    coroutine = function if is_async(function) else None
    return Workload("", function, coroutine, prepare=_nothing)


@contextmanager
def _nothing(_: Preparation) -> Iterator[tuple[Any, ...]]:
    """Each task has an argument of its own."""
    yield ()


def _labels(workload: Workload, arguments: Sequence[object] | None) -> list[str]:
    """Names of tasks that have arguments of their own, for example "resize(3)", if not too many."""
    if arguments is None or len(arguments) > MOST_NAMED:
        return []
    return [printable(label_of(workload.function, (each,))) for each in arguments]


def _task_function(strategy: Strategy, workload: Workload) -> Callable[..., object]:
    if strategy.kind == "coroutine" and workload.coroutine is not None:
        return workload.coroutine
    return workload.function


Note = Callable[[int, object], object]
"""Is told of every result."""
Attach = Callable[[tuple[Any, ...], Note | None], None]
Arrangement = tuple[Callable[..., object], Any, Attach]


@contextmanager
def _in_main(order: Order, workload: Workload, to: Collector) -> Iterator[Arrangement]:
    def attach(arguments: tuple[Any, ...], note: Note | None) -> None:
        worker.attach(to.emit, workload.function, arguments, notes=note)

    yield worker.call, None, attach


@contextmanager
def _in_coroutines(order: Order, workload: Workload, to: Collector) -> Iterator[Arrangement]:
    import concviz.worker.steps  # noqa: F401  here, so that the first task need not import it

    def attach(arguments: tuple[Any, ...], note: Note | None) -> None:
        worker.attach(to.emit, workload.function, arguments, workload.coroutine, notes=note)

    yield worker.call_async, None, attach


@contextmanager
def _in_processes(order: Order, workload: Workload, to: Collector) -> Iterator[Arrangement]:
    with process_channel(order.plan.start_method, _task(order.plan), to) as (context, attach):
        yield worker.call, context, _noting(attach)


@contextmanager
def _in_interpreters(order: Order, workload: Workload, to: Collector) -> Iterator[Arrangement]:
    with interpreter_channel(_task(order.plan), to.emit) as attach:
        yield interpreter.call, None, _noting(attach)


@contextmanager
def _in_cluster(order: Order, workload: Workload, to: Collector) -> Iterator[Arrangement]:
    plan = order.plan
    name = plan.workload.rpartition(REFERS)[2]
    call = Call(uuid4().hex[:12], name)
    with cluster_channel(call, _task(plan), plan.tasks, order.sample_hz, to) as attach:
        yield call, None, _noting(attach)


def _noting(attach: Callable[[tuple[Any, ...]], None]) -> Attach:
    """Of results of workers of their own memory that is told which have arrived here."""

    def attach_and_note(arguments: tuple[Any, ...], note: Note | None) -> None:
        if note is not None:
            sent.arrived = note
        attach(arguments)

    return attach_and_note


def _task(plan: Plan) -> str:
    """What does a task, for workers elsewhere."""
    if not plan.calls:
        return WORKLOADS.reference(plan.workload)
    place, _, name = plan.workload.rpartition(REFERS)
    place = str(Path(place).absolute()) if place.endswith(SUFFIX) else place
    return f"{CALL}{place}{REFERS}{name}"


_ARRANGEMENTS: dict[
    str, Callable[[Order, Workload, Collector], AbstractContextManager[Arrangement]]
] = {
    "main": _in_main,
    "thread": _in_main,
    "coroutine": _in_coroutines,
    "process": _in_processes,
    "interpreter": _in_interpreters,
    "cluster": _in_cluster,
}


_IN_THREADS = {"thread": TracedThread, "interpreter": InterpreterThread}


def _execute(
    strategy: Strategy,
    plan: Plan,
    call: Any,
    context: Any,
    items: Items,
    labels: Sequence[str],
    emit: worker.Emit,
) -> None:
    """The run itself: what lies between run-started and run-finished is the strategy's code."""
    given = {
        "workers": plan.workers,
        "chunksize": plan.chunksize,
        "context": context,
        "scheduler": plan.scheduler,
    }
    wanted = inspect.signature(strategy.run).parameters
    options = {name: value for name, value in given.items() if name in wanted}
    error = None
    gc.freeze()  # forked workers would copy whatever their garbage collector looks at
    before, of_processes = kin.children_ns(), strategy.kind == "process"
    children = [] if of_processes else kin.children()
    emit(("group", monotonic_ns(), 0, "plan", plan.strategy, plan.tasks))
    for task, label in enumerate(labels):
        emit(("task", monotonic_ns(), task, 0, label))
    emit(("run-started", monotonic_ns(), os.getpid(), kin.threads(), children))
    if strategy.kind == "main":
        worker.enter(threading.current_thread().name)
    try:
        kind = _IN_THREADS.get(strategy.kind)
        with nullcontext() if kind is None else traced_threads(kind):
            collected = strategy.run(call, items, **options)
            if not isinstance(collected, Iterable):
                what = describe_result(collected)
                raise TypeError(
                    f"the strategy must yield the items that it has collected, not return {what}"
                )
            for item in collected:
                now = monotonic_ns()
                task = item.task if isinstance(item, Given) else item
                if type(task) is not int or not 0 <= task < plan.tasks:
                    what = describe_result(task)
                    raise TypeError(f"the strategy must yield items that it has collected: {what}")
                emit(("collected", now, task))
    except BaseException as raised:
        error = trouble.sentence(raised) or describe_error(raised)[0]
    if strategy.kind == "main":
        worker.leave()
    # The children of this process are the workers, if those are processes.
    ended = 0 if of_processes else kin.children_ns() - before
    emit(("run-finished", monotonic_ns(), error, ended))


def _rounds(plan: Plan, work: Callable[[int], object], emit: worker.Emit) -> int:
    """How many rounds of ``work`` last the plan's duration, calibrated unless the plan says."""
    rate = plan.rounds_per_s
    if rate is None:
        emit(("preparing", monotonic_ns(), "Calibrating the workload on this machine"))
        rate = rounds_per_second(work)
    emit(("calibrated", monotonic_ns(), plan.workload, rate))
    return max(1, round(plan.duration_s * rate))


def _exit_late(over: threading.Event) -> None:
    """A task may have left a thread that never ends: do not wait for it at exit."""
    over.wait()
    time.sleep(EXIT_S)
    os._exit(0)


if __name__ == "__main__":
    sys.exit("run by concviz.runner.supervisor")
