"""From what was written on the command line to a plan that can run, or why it cannot."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any, TypeVar, cast

import click

if TYPE_CHECKING:
    from concviz.analysis.comparison import Manner
    from concviz.trace.plan import Plan, Problem

F = TypeVar("F", bound=Callable[..., Any])

WRONG_USAGE = 2
STANDARD = "-"
"""In place of a file: standard input or output."""
HELP = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
"""How each command shows its help."""

_OPTIONS: dict[str, tuple[str, type, str, str]] = {
    "call": (
        "--call",
        str,
        "FUNCTION",
        "Call a function of yours instead: package.module:function, or folder/file.py:function.",
    ),
    "inputs": (
        "--inputs",
        str,
        "VALUES",
        "What to call it with, one each: range:20, json:FILE, lines:FILE, module:name, or a value; "
        "several times for several.",
    ),
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
    "scheduler": (
        "--scheduler",
        str,
        "ADDRESS",
        "The Dask cluster to use, such as tcp://host:8786; local: one of its own. Else "
        "DASK_SCHEDULER_ADDRESS says which.",
    ),
}


class Refused(click.ClickException):
    """Wrong usage, in sentences of ours, a line each."""

    exit_code = WRONG_USAGE

    def show(self, file: IO[Any] | None = None) -> None:
        """Each of them as an error, so that none looks like the end of another."""
        for sentence in self.message.splitlines():
            click.echo(f"Error: {sentence}", file, err=file is None)


def _refuse(problems: list[Problem]) -> None:
    """All of them, if there are any."""
    if problems:
        from concviz.trace.sanitize import sanitize

        raise Refused("\n".join(sanitize(problem.sentence) for problem in problems))


def plan_options(**other: tuple[type, str, str]) -> Callable[[F], F]:
    """The options that make a plan. They have no default: only what was given is passed on.

    ``other`` are type, metavar and words for fields that a command takes in another form.
    """

    def decorate(command: F) -> F:
        for field, (name, *usual) in reversed(_OPTIONS.items()):
            kind, metavar, words = other.get(field, usual)
            several = field == "inputs"
            command = click.option(
                name, field, type=kind, metavar=metavar, help=words, multiple=several
            )(command)
        return command

    return decorate


def screen_options(command: F) -> F:
    """How the screen is drawn."""
    for option in reversed(
        (
            click.option(
                "--fps",
                type=int,
                metavar="N",
                help="Draw N pictures a second at most, 1 to 60: 30, or 10 through SSH.",
            ),
            click.option(
                "--ascii",
                "ascii_only",
                is_flag=True,
                help="Draw in ASCII, whatever the terminal can.",
            ),
        )
    ):
        command = option(command)
    return command


def checked_fps(fps: int | None) -> int | None:
    """The number of pictures a second. Refuses one that cannot be."""
    if fps is None:
        return None
    from concviz.tui.display import FEWEST_FPS, MOST_FPS

    if not FEWEST_FPS <= fps <= MOST_FPS:
        raise Refused(f"fps is {fps}: it must be from {FEWEST_FPS} to {MOST_FPS}.")
    return fps


def manner_options(command: F) -> F:
    """What is run how often, and in which order."""
    for option in reversed(
        (
            click.option(
                "--strategies",
                metavar="A,B",
                help="Strategies to run, in this order; see `concviz strategies`.",
            ),
            click.option(
                "--repeat",
                type=int,
                metavar="N",
                help="Runs of each that count: 3, or 1 of waits that prove exact.",
            ),
            click.option(
                "--warmup",
                type=int,
                default=1,
                metavar="N",
                help="Short runs of each before those, which do not count: 1.",
            ),
            click.option(
                "--order",
                type=click.Choice(["interleaved", "blocks"]),
                default="interleaved",
                help="Each once, then each again, so that a machine that slows down does so for "
                "all (interleaved); or each as often as it is run (blocks).",
            ),
        )
    ):
        command = option(command)
    return command


def files_option(command: F) -> F:
    """Where the result goes, besides standard output."""
    for option in reversed(
        (
            click.option(
                "--json", "as_json", is_flag=True, help="Print one JSON object and nothing else."
            ),
            click.option(
                "--csv",
                metavar="FILE",
                help="Write the figures as a table to a new file (-: print that alone).",
            ),
            click.option(
                "--markdown",
                metavar="FILE",
                help="Write verdict, table and machine, for a pull request (-: print that alone).",
            ),
        )
    ):
        command = option(command)
    return command


def manner(repeat: int | None, warmup: int, order: str) -> Manner:
    """How often and in which order. Refuses numbers that make no sense."""
    from concviz.experiments.ranges import manner_of, repetitions

    _refuse(repetitions(repeat, warmup))
    return manner_of(repeat, warmup, order)


def strategies_named(several: str | None, one: str | None) -> list[str]:
    """The strategies that were asked for, by either option; none if nobody did."""
    if several is not None and one is not None:
        raise Refused("--strategy and --strategies say the same thing: give one of them.")
    names = (several if several is not None else one or "").split(",")
    found = [name.strip() for name in names if name.strip()]
    if not found and several is not None:
        raise Refused("--strategies is empty: name some, separated by commas.")
    return found


def sensible(chosen: dict[str, Any], strategies: Sequence[str]) -> Plan:
    """The plan of the defaults and what was given, for these strategies. Refuses nonsense."""
    from concviz.trace.plan import Plan

    plan = _placed(fitted(Plan(**chosen), chosen), strategies, chosen)
    _refuse(_nonsense(plan, {*chosen, "tasks", "duration_s"}))
    return plan


def fitted(plan: Plan, chosen: Mapping[str, Any]) -> Plan:
    """With a task for each input, or as many of them as were asked for; which is said."""
    if not plan.calls:
        return plan
    _refuse(_no_reference(plan))
    from concviz.runner import functions_known

    asked = chosen.get("tasks")
    if (said := functions_known.note(plan, asked)) is not None:
        click.echo(f"Note: {said}", err=True)
    return functions_known.fitted(plan, asked)


def _no_reference(plan: Plan) -> list[Problem]:
    """What is wrong with a function that was named as a workload, without inputs."""
    from concviz.trace.plan import Problem

    if plan.inputs:
        return []
    return [Problem("workload", f"{plan.workload} is a function: --call {plan.workload} calls it.")]


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
    if hz is None:
        from concviz.observer.rate import SAMPLE_HZ

        return SAMPLE_HZ
    from concviz.experiments.ranges import sampling

    _refuse(sampling(hz, "sample-hz"))
    return hz


def given(options: dict[str, object]) -> dict[str, object]:
    """The fields of a plan that were given."""
    found = {field: value for field, value in options.items() if value not in (None, ())}
    if "scheduler" in found:
        found["scheduler"] = _scheduler(str(found["scheduler"]))
    function, inputs = found.pop("call", None), found.get("inputs")
    if function is not None:
        _refuse_beside_call(str(function), found)
        return {**found, "workload": function, "duration_s": 0.0}
    if inputs is not None:
        raise Refused("--inputs are those of a function: --call says which.")
    return found


def _scheduler(said: str) -> str:
    """The address as a plan has it. Refuses what is none: nothing need be asked for that."""
    from concviz.trace.plan import Problem
    from concviz.trace.scheduler_address import address_of, wrong_with

    address = address_of(said)
    wrong = wrong_with(address) if address else None
    _refuse([Problem("scheduler", wrong)] if wrong is not None else [])
    return address


def _refuse_beside_call(function: str, chosen: Mapping[str, object]) -> None:
    """Options that make no sense where a function of somebody's own is called."""
    from concviz.runner.inputs import trouble
    from concviz.trace.plan import REFERS

    if REFERS not in function:
        other = "package.module:NAME" if function.endswith(".py") else "FILE.py:NAME"
        raise Refused(
            f"--call {function} names no function: write it as {function}:NAME, or as {other}."
        )
    if "workload" in chosen:
        raise Refused("--workload and --call both say what a task does: give one of them.")
    if "duration_s" in chosen:
        raise Refused("--duration is not for --call: how long your function takes is measured.")
    if (sentence := trouble(cast("tuple[str, ...]", chosen.get("inputs", ())))) is not None:
        raise Refused(f"--{sentence}.")


def planned(chosen: dict[str, Any]) -> Plan:
    """The plan of the defaults and what was given. Refuses one that cannot run here."""
    from concviz.runner.catalogue import problems
    from concviz.trace.plan import Plan

    plan = fitted(Plan(**chosen), chosen)
    if "strategy" not in chosen:
        plan = _by_a_cluster(plan) if plan.scheduler else _by_a_loop(plan)
    plan = _placed(plan, [plan.strategy], chosen)
    found = problems(plan)
    at_fault = {problem.field for problem in found}
    found += [problem for problem in _nonsense(plan, chosen) if problem.field not in at_fault]
    _refuse(found)
    return plan


def _by_a_loop(plan: Plan) -> Plan:
    """An async function, if nobody said how to run it, runs under asyncio; which is said."""
    from msgspec.structs import replace

    from concviz.experiments.planning import is_async
    from concviz.runner.functions_known import ASYNCIO
    from concviz.trace.sanitize import sanitize

    if not is_async(plan):
        return plan
    click.echo(f"Note: {sanitize(plan.workload)} is async: it runs under asyncio.", err=True)
    return replace(plan, strategy=ASYNCIO)


def _placed(plan: Plan, strategies: Sequence[str], chosen: Mapping[str, Any]) -> Plan:
    """On the cluster that the environment names, if it is to be used; which is said."""
    from concviz.experiments.clusters import placed
    from concviz.trace.sanitize import sanitize
    from concviz.trace.scheduler_address import VARIABLE

    found = placed(plan, strategies, chosen)
    if found.scheduler != plan.scheduler:
        address = sanitize(found.scheduler)
        click.echo(f"Note: the cluster is {address}, as {VARIABLE} says.", err=True)
    return found


def _by_a_cluster(plan: Plan) -> Plan:
    """Who names a cluster, and no strategy, wants it to be used; which is said."""
    from msgspec.structs import replace

    from concviz.experiments.clusters import strategy_of_clusters
    from concviz.trace.sanitize import sanitize

    strategy = strategy_of_clusters()
    if strategy is None:
        return plan
    click.echo(f"Note: it runs under {sanitize(strategy)}: --scheduler names a cluster.", err=True)
    return replace(plan, strategy=strategy)


def _nonsense(plan: Plan, chosen: Iterable[str]) -> list[Problem]:
    """What is wrong with given options that the strategy does not look at: wrong all the same."""
    from concviz.runner.limits import limits
    from concviz.trace.plan import Traits, check

    options = frozenset(("workers", "start_method", "chunksize"))
    found = check(plan, Traits(kind="main", options=options), limits())
    return [problem for problem in found if problem.field in chosen]


def without_effect(plan: Plan, chosen: Iterable[str]) -> list[str]:
    """Given options that the strategy does not look at, in a sentence each."""
    from concviz.runner.catalogue import strategy
    from concviz.trace.sanitize import sanitize

    used, name = strategy(plan.strategy).traits.options, sanitize(plan.strategy)
    return [
        f"{_OPTIONS[field][0]} has no effect: the strategy {name} does not use it."
        for field in ("workers", "start_method", "chunksize", "scheduler")
        if field in chosen and field not in used
    ]


UNMOVABLE = ("dumb", "unknown")
"""Values of TERM of a terminal whose cursor cannot be moved."""


def has_screen() -> bool:
    """Whether standard output is a terminal on all of which can be drawn."""
    shown = sys.stdout is not None and sys.stdout.isatty()
    return shown and os.environ.get("TERM", "") not in UNMOVABLE


def need_terminal(
    what: str = "the lab", instead: str = "; `concviz run` does the same without one"
) -> None:
    """Refuses where that cannot be shown; ``instead`` is what can be done."""
    term = os.environ.get("TERM", "")
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout)):
        lack = "for its input and output"
    elif term in UNMOVABLE:
        lack = f"that can move its cursor (TERM is {term})"
    else:
        return
    raise Refused(f"{what} needs a terminal {lack}{instead}.")
