"""A function of somebody's own: whether it can be called as was asked, in sentences.

It is imported for that, so only in a process of its own (``inspection``) or in a runner.
"""

from __future__ import annotations

import inspect
import os
import pickle
import sys
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from time import monotonic_ns

from concviz.runner.facts import Called, Facts, source_of
from concviz.runner.inputs import InputsError, first, trouble
from concviz.trace.plan import MAX_TASKS, REFERS
from concviz.worker.describe import cut, describe_error, printable
from concviz.worker.references import SUFFIX, find

SUMMARY = 200
PICKLING_NS = 500_000_000
"""How long to try whether inputs can be pickled: the others are left to the run."""


def is_async(function: object) -> bool:
    """Whether calling it gives a coroutine."""
    called = vars(type(function)).get("__call__")  # where it is an object that can be called
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(called)


def look(reference: str, specs: Sequence[str]) -> Facts:
    """All about a function and its inputs, or why it cannot be called with them."""
    try:
        function = find(reference)
    except (Exception, SystemExit) as error:
        return _refused("workload", _not_found(reference, error))
    if (why := _not_to_be_called(reference, function)) is not None:
        return _refused("workload", why)
    facts = Facts(
        summary=_summary(function),
        source=source_of(function),
        coroutine=source_of(function) if is_async(function) else None,
    )
    if (why := trouble(specs)) is not None:
        return _refused("inputs", why, facts)
    try:
        given = first(specs)
    except InputsError as error:
        return _refused("inputs", str(error), facts)
    if not given:
        return _refused("inputs", "inputs are empty: there is nothing to call it with", facts)
    if (why := _mismatch(reference, function, given)) is not None:
        return _refused("inputs", why, facts)
    called = Called(
        inputs=min(len(given), MAX_TASKS),
        more=len(given) > MAX_TASKS,
        is_async=facts.coroutine is not None,
        unpicklable=_unpicklable(reference, function, given),
        files=_files(reference, specs),
    )
    return Facts(
        summary=facts.summary, source=facts.source, coroutine=facts.coroutine, called=called
    )


def _refused(field: str, why: str, facts: Facts | None = None) -> Facts:
    known = facts or Facts()
    return Facts(
        summary=known.summary,
        source=known.source,
        coroutine=known.coroutine,
        reason=printable(why),
        called=Called(at_fault=field),
    )


def _not_found(reference: str, error: BaseException) -> str:
    place, _, name = reference.rpartition(REFERS)
    if not place or not name:
        return f"{reference} names no function: write it as package.module:function or file.py:name"
    if isinstance(error, ModuleNotFoundError) and error.name and _is_part_of(error.name, place):
        return (
            f"there is no module {error.name} to be found from {os.getcwd()}: "  # noqa: PTH109
            "go to the folder that it is in, or give its file, folder/file.py:function"
        )
    if isinstance(error, ImportError) and error.name is None and place.endswith(SUFFIX):
        return f"{reference} cannot be had: {error}"
    if isinstance(error, AttributeError) and (module := _module_of(place)) is not None:
        names = [each for each in vars(module) if callable(getattr(module, each, None))]
        near = get_close_matches(name, names, n=1) if "." not in name else []
        hint = f" (did you mean {near[0]}?)" if near else ""
        return f"there is no {name} in {place}{hint}"
    return f"{place} cannot be imported ({describe_error(error)[0]}): mend that first"


def _is_part_of(missing: str, module: str) -> bool:
    return module == missing or module.startswith(f"{missing}.")


def _module_of(place: str) -> object | None:
    name = os.path.basename(place).removesuffix(SUFFIX) if place.endswith(SUFFIX) else place  # noqa: PTH119
    return sys.modules.get(name)


def _not_to_be_called(reference: str, function: object) -> str | None:
    if not callable(function):
        kind = type(function).__name__
        return f"{reference} is no function but of type {kind}: name one that can be called"
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        return (
            f"{reference} yields: a call of it does nothing until somebody iterates over what it "
            "gives. Name a function that returns its result"
        )
    return None


def _mismatch(reference: str, function: Callable[..., object], given: list[object]) -> str | None:
    """Whether a call with one argument will do; not known of what has no signature."""
    try:
        signature = inspect.signature(function)
    except (ValueError, TypeError):
        return None
    try:
        signature.bind(given[0])
    except TypeError as error:
        more = ""
        if isinstance(given[0], list | tuple) and len(given[0]) > 1:
            more = " A list is one argument, too: unpack it in the function"
        return (
            f"{reference}{signature} cannot be called with one argument ({error}): each input is "
            f"the only argument of a call.{more}".rstrip(".")
        )
    return None


def _unpicklable(
    reference: str, function: Callable[..., object], given: Sequence[object]
) -> str | None:
    """Why another process could not be asked for it; None: it can, as far as was tried."""
    until = monotonic_ns() + PICKLING_NS
    for number, value in enumerate(given):
        try:
            pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        except Exception as error:
            return printable(
                f"input {number} of {reference} cannot be pickled ({describe_error(error)[0]}), as "
                "it must be to get to another process: give the function what it can make that "
                "from, such as the name of a file"
            )
        if monotonic_ns() > until:
            return None
    return None


def _summary(function: object) -> str:
    lines = (inspect.getdoc(function) or "").strip().splitlines()
    return printable(cut(lines[0], SUMMARY)) if lines else ""


def _files(reference: str, specs: Sequence[str]) -> list[tuple[str, int]]:
    """Files of which it depends what was found, and when each was last written."""
    places = {reference.rpartition(REFERS)[0], *(spec.rpartition(REFERS)[0] for spec in specs)}
    found = {spec.partition(REFERS)[2] for spec in specs if spec.startswith(("json:", "lines:"))}
    for place in places:
        its = getattr(_module_of(place), "__file__", None)
        if isinstance(its, str):
            found.add(os.path.abspath(its))  # noqa: PTH100
    return [(path, os.stat(path).st_mtime_ns) for path in sorted(found) if os.path.exists(path)]  # noqa: PTH110, PTH116
