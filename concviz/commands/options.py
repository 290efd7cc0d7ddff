"""From what was written on the command line to a plan that can run, or why it cannot."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from concviz.export.recorder import Recorder
    from concviz.model.plan import Plan, Problem

F = TypeVar("F", bound=Callable[..., Any])

WRONG_USAGE = 2

_OPTIONS: dict[str, tuple[str, type, str, str]] = {
    "strategy": ("--strategy", str, "NAME", "How to run the tasks; see `concviz strategies`."),
    "workload": ("--workload", str, "NAME", "What a task does; see `concviz workloads`."),
    "workers": ("--workers", int, "N", "How many threads or processes a pool has."),
    "tasks": ("--tasks", int, "N", "How many tasks there are."),
    "duration_s": ("--duration", float, "S", "Seconds that a task lasts when nothing delays it."),
    "start_method": (
        "--start-method",
        str,
        "NAME",
        "How processes are created: fork, forkserver or spawn.",
    ),
    "chunksize": ("--chunksize", int, "N", "Tasks that a process pool hands over at a time."),
}


MOST_HZ = 1_000.0


class Refused(click.ClickException):
    """Wrong usage, in a sentence of ours."""

    exit_code = WRONG_USAGE


def plan_options(command: F) -> F:
    """The options that make a plan. They have no default: only what was given is passed on."""
    for field, (name, kind, metavar, words) in reversed(_OPTIONS.items()):
        command = click.option(name, field, type=kind, metavar=metavar, help=words)(command)
    return command


def sample_option(command: F) -> F:
    """How often the workers are looked at."""
    return click.option(
        "--sample-hz",
        type=float,
        metavar="HZ",
        help="How often a second to look at what each worker does: 50, or 0 for not at all.",
    )(command)


def sampled(hz: float | None) -> float:
    """The rate that was given or the usual one. Refuses one that cannot be kept."""
    from concviz.engine.session import SAMPLE_HZ

    if hz is None:
        return SAMPLE_HZ
    if hz != 0 and not 1 <= hz <= MOST_HZ:  # also true of nan
        raise Refused(f"sample-hz is {hz:g}: it must be 0 (off), or from 1 to {MOST_HZ:,.0f}.")
    return hz


def given(options: dict[str, object]) -> dict[str, object]:
    """The fields of a plan that were given."""
    return {field: value for field, value in options.items() if value is not None}


def planned(chosen: dict[str, Any]) -> Plan:
    """The plan of the defaults and what was given. Refuses one that cannot run here."""
    from concviz.engine.catalogue import problems
    from concviz.model.literal import literal
    from concviz.model.plan import Plan

    plan = Plan(**chosen)
    found = problems(plan)
    at_fault = {problem.field for problem in found}
    found += [problem for problem in _nonsense(plan, chosen) if problem.field not in at_fault]
    if found:
        raise Refused("\n".join(literal(problem.sentence) for problem in found))
    return plan


def _nonsense(plan: Plan, chosen: Iterable[str]) -> list[Problem]:
    """What is wrong with given options that the strategy does not look at: wrong all the same."""
    from concviz.engine.limits import limits
    from concviz.model.plan import Traits, check

    options = frozenset(("workers", "start_method", "chunksize"))
    found = check(plan, Traits(kind="main", options=options), limits())
    return [problem for problem in found if problem.field in chosen]


def without_effect(plan: Plan, chosen: Iterable[str]) -> list[str]:
    """Given options that the strategy does not look at, in a sentence each."""
    from concviz.engine.strategies import STRATEGIES

    used = STRATEGIES.load(plan.strategy).options
    return [
        f"{_OPTIONS[field][0]} has no effect: the strategy {plan.strategy} does not use it."
        for field in ("workers", "start_method", "chunksize")
        if field in chosen and field not in used
    ]


def opened(path: str) -> Recorder:
    """The file that the recording goes to. Refuses one that cannot be written."""
    from concviz.export.recorder import Recorder
    from concviz.model.literal import literal

    try:
        return Recorder(path)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or error
        raise Refused(f"the recording {literal(path)} cannot be written: {reason}.") from error


def need_terminal() -> None:
    """Refuses where the lab cannot be shown."""
    term = os.environ.get("TERM", "")
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout)):
        lack = "for its input and output"
    elif term in ("dumb", "unknown"):
        lack = f"that can move its cursor (TERM is {term})"
    else:
        return
    raise Refused(f"the lab needs a terminal {lack}; `concviz run` does the same without one.")
