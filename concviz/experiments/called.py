"""A function of somebody's own and its inputs, as Python has them: what a plan says of them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from concviz.runner import functions_known
from concviz.runner.inputs import LONGEST, TOO_LONG, written
from concviz.trace.plan import MAX_TASKS, REFERS, Plan, Problem
from concviz.worker.references import finding

Call = Callable[..., object] | str
"""A function, or its reference."""


def reference_of(call: Call) -> tuple[str, list[Problem]]:
    """The reference of a function, or what is wrong with it."""
    if isinstance(call, str):
        if REFERS in call:
            return call, []
        words = f"call is {call!r}: write it as module:function or file.py:function."
        return "", [Problem("call", words)]
    name, module = getattr(call, "__qualname__", None), getattr(call, "__module__", None)
    if not callable(call) or not isinstance(name, str) or not isinstance(module, str):
        return "", [Problem("call", f"call is {call!r}: pass a function or 'module:function'.")]
    if "<" in name:  # <lambda>, f.<locals>.g
        words = f"call is {name}: other processes must find it, so define it in a module by name."
        return "", [Problem("call", words)]
    if module != "__main__":
        return f"{module}{REFERS}{name}", []
    file = getattr(sys.modules["__main__"], "__file__", None)
    if not isinstance(file, str) or not Path(file).is_file():  # a prompt, a notebook
        words = f"call is {name} of no file: other processes must find it, so put it in a module."
        return "", [Problem("call", words)]
    return f"{Path(file).resolve()}{REFERS}{name}", []


def specs_of(inputs: object) -> tuple[tuple[str, ...], list[Problem]]:
    """What ``--inputs`` says of the same: a text is one of these, else they are the values."""
    if isinstance(inputs, str):
        return (inputs,), []
    if isinstance(inputs, range) and inputs:
        return (f"range:{inputs.start},{inputs.stop},{inputs.step}",), []
    if not isinstance(inputs, Iterable) or isinstance(inputs, (bytes, dict)):
        words = (
            f"inputs is {inputs!r}: pass values, such as range(20), or a text, 'lines:urls.txt'."
        )
        return (), [Problem("inputs", words)]
    found: list[str] = []
    size = 0
    for number, value in enumerate(inputs):
        try:
            found.append(written(value))
        except TypeError:
            words = (
                f"input {number} is of type {type(value).__name__}, which cannot be written down: "
                "have a module make it, inputs='jobs:ITEMS', or the function itself."
            )
            return (), [Problem("inputs", words)]
        size += len(found[-1])
        if size > LONGEST or number >= MAX_TASKS:
            return (), [Problem("inputs", f"{TOO_LONG}.")]
    return tuple(found), []


def called_once_imported() -> list[Problem]:
    """What is wrong where a run is to be made by a module while it is imported for a run."""
    if not finding():
        return []
    words = (
        "this module runs concviz while it is imported to have its function called: "
        "do that under if __name__ == '__main__'."
    )
    return [Problem("call", words)]


def fitted(plan: Plan, tasks: int | None) -> Plan:
    """With a task for each input, or for so many of them."""
    return functions_known.fitted(plan, tasks)
