"""What the lab needs to know of a strategy or a workload: data, and nothing of its package."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from typing import TypeVar

import msgspec

from concviz.strategies import STRATEGIES, Strategy
from concviz.trace.plan import Load, Traits
from concviz.worker.describe import cut, describe_error, printable
from concviz.worker.references import resolve
from concviz.workloads import Workload
from concviz.workloads.registry import WORKLOADS

T = TypeVar("T")
Source = Callable[[Callable[..., object]], str]

KINDS = ("main", "thread", "process", "coroutine", "interpreter", "cluster")
"""What workers can be."""
UNKNOWN = Traits(kind="unknown", options=frozenset())
FUNCTIONS = "functions"
"""In place of a group of entry points: functions of somebody's own."""
CLUSTERS = "clusters"
"""The same: the cluster whose scheduler has that address."""
SUMMARY, SOURCE = 1_000, 100_000
"""Characters that are passed on."""


class Called(msgspec.Struct, frozen=True, kw_only=True):
    """What else is to be known of a function of somebody's own, and of what it is called with."""

    inputs: int = 0
    """How many there are."""
    more: bool = False
    """There are more than a plan can have tasks."""
    is_async: bool = False
    """It needs an event loop."""
    unpicklable: str | None = None
    """Why it cannot be called in another process, in a sentence; None: nothing was found."""
    at_fault: str = ""
    """The field of the plan that is wrong: "workload" or "inputs"."""
    files: list[tuple[str, int]] = []
    """Files that this depends on, and when they were last written (nanoseconds)."""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Of one entry, found out by loading it."""

    summary: str = ""
    reason: str | None = None
    """Why it is not available; None when it is."""
    source: str = ""
    """Of the function that runs."""
    traits: Traits = UNKNOWN
    """Of a strategy."""
    coroutine: str | None = None
    """Of a workload: the source of its form for asyncio; None where it has none."""
    load: Load = Load()
    """Of a workload."""
    called: Called | None = None
    """Of a function of somebody's own; then ``reason`` is a sentence."""
    cluster: int | None = None
    """Of a cluster: how many workers it has; 0 if ``reason`` says in a sentence why not known."""


def failed(error: BaseException) -> Facts:
    """Of an entry that cannot be loaded."""
    return Facts(reason=f"it failed to load ({describe_error(error)[0]})")


def look(group: str, reference: str, *, sources: bool = True) -> Facts:
    """Load what a reference of that group of entry points names, and look at it.

    Its sources, which take a millisecond each, are empty where nobody asks for them.
    """
    try:
        return _LOOKS[group](resolve(reference), source_of if sources else _none_of)
    except (Exception, SystemExit) as error:  # whatever another package does
        return failed(error)


def _none_of(_: Callable[..., object]) -> str:
    return ""


def _strategy(found: object, source_of: Source) -> Facts:
    strategy = _expect(Strategy, found, "it")
    kind = _expect(str, strategy.kind, "its kind")
    reason = strategy.unavailable()
    if reason is not None:
        reason = printable(cut(_expect(str, reason, "its reason"), SUMMARY))
    if kind not in KINDS:
        reason = f"its workers are of an unknown kind, {cut(ascii(kind), SUMMARY)}"
    return Facts(
        summary=_summary(strategy.summary),
        reason=reason,
        source=source_of(strategy.run),
        traits=Traits(kind=printable(cut(kind, SUMMARY)), options=strategy.options),
    )


def _workload(found: object, source_of: Source) -> Facts:
    workload = _expect(Workload, found, "it")
    coroutine = workload.coroutine
    return Facts(
        summary=_summary(workload.summary),
        source=source_of(workload.function),
        coroutine=None if coroutine is None else source_of(coroutine),
        load=_load(workload),
    )


def _load(workload: Workload) -> Load:
    cores = workload.cores
    if cores is not None:
        cores = float(cores)
        if not 0 <= cores <= 1:
            raise ValueError(f"its share of a core is {cores:g}: it must be from 0 to 1")
    return Load(cores=cores, holds_gil=bool(workload.holds_gil), exact=bool(workload.exact))


_LOOKS: dict[str, Callable[[object, Source], Facts]] = {
    STRATEGIES.group: _strategy,
    WORKLOADS.group: _workload,
}


def _expect(kind: type[T], found: object, what: str) -> T:
    if not isinstance(found, kind):
        raise TypeError(f"{what} is of type {type(found).__name__}, not {kind.__name__}")
    return found


def _summary(text: object) -> str:
    return printable(cut(_expect(str, text, "its summary"), SUMMARY))


@cache
def source_of(function: Callable[..., object]) -> str:
    """The source of a function, or a comment that says why there is none."""
    try:
        return printable(cut(inspect.getsource(function).rstrip(), SOURCE))
    except (OSError, TypeError) as error:
        return f"# the source is not available: {printable(str(error))}"
