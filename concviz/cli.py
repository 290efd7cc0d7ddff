"""The command line: the lab, a run without it, and lists of what there is to run.

``concviz --help`` must be quick, so whatever is not click or the standard library is imported where
it is used.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from concviz import __version__

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from concviz.export.recorder import Recorder
    from concviz.model.plan import Plan
    from concviz.model.run import Run

F = TypeVar("F", bound=Callable[..., Any])

FAILED, WRONG_USAGE, SIGNALLED = 1, 2, 128
WIDTH = 100
"""Width of what is printed when no terminal says how wide it is."""
MOST_WIDTH = 1_000

HELP = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
_OPTIONS: tuple[tuple[str, type, str, str], ...] = (
    ("strategy", str, "NAME", "How to run the tasks; see `concviz strategies`."),
    ("workload", str, "NAME", "What a task does; see `concviz workloads`."),
    ("workers", int, "N", "How many threads or processes a pool has."),
    ("tasks", int, "N", "How many tasks there are."),
    ("duration", float, "S", "How long a task lasts when nothing is in its way, in seconds."),
    ("start-method", str, "NAME", "How processes are created: fork, forkserver or spawn."),
    ("chunksize", int, "N", "How many tasks a process pool hands over at a time."),
)


class Refused(click.ClickException):
    """Wrong usage, in a sentence of ours."""

    exit_code = WRONG_USAGE


def plan_options(command: F) -> F:
    """The options that make a plan. They have no default: only what is given is passed on."""
    for name, kind, metavar, words in reversed(_OPTIONS):
        field = {"duration": "duration_s"}.get(name, name.replace("-", "_"))
        option = click.option(f"--{name}", field, type=kind, metavar=metavar, help=words)
        command = option(command)
    return command


@click.group(context_settings=HELP, invoke_without_command=True)
@plan_options
@click.option("--fresh", is_flag=True, help="Begin with the defaults, not where you left off.")
@click.option("--run", "at_once", is_flag=True, help="Start the run at once.")
@click.version_option(__version__, "-V", "--version", message="concviz %(version)s")
@click.pass_context
def group(ctx: click.Context, fresh: bool, at_once: bool, **given: object) -> None:
    """See concurrency: threads, processes and asyncio on a timeline.

    Without a command, concviz opens the lab: choose how to run some tasks, press a key and watch
    every worker. The options below choose before it opens.

    \b
    Examples:
      concviz                                     open the lab
      concviz --strategy processes --run          open it and start five processes
      concviz run --strategy threads              the same for threads, without the lab
      concviz run --workload cpu --workers 4      see what the GIL does to four threads
    """
    chosen = {field: value for field, value in given.items() if value is not None}
    if ctx.invoked_subcommand is not None:
        if chosen or fresh or at_once:
            raise Refused(
                f"options for {ctx.invoked_subcommand} come after it: "
                f"concviz {ctx.invoked_subcommand} --help lists them."
            )
        return
    _plan(chosen)
    _need_terminal()
    from concviz.tui.app import launch

    ctx.exit(launch(chosen, fresh, at_once))


@group.command(context_settings=HELP)
@plan_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--record", metavar="FILE", help="Write a recording of the run (replaces FILE).")
@click.pass_context
def run(ctx: click.Context, as_json: bool, record: str | None, **given: object) -> None:
    """Run some tasks, and print a picture of who did what when.

    Without options: five tasks that wait for a second each, in a pool of three threads.
    Ctrl-C stops the run and prints what was done until then.

    \b
    Examples:
      concviz run --strategy process-pool --workload square --workers 3
      concviz run --workload cpu --workers 4 --tasks 8 --duration 0.5
      concviz run --strategy asyncio --workload http --json | jq .summary
      concviz run --record monday.jsonl

    \b
    Exit status:
      0  every task finished
      1  some failed or were lost, or the run itself did
      2  wrong usage; nothing was started
      130, 129, 143  stopped by Ctrl-C, a hang-up or a termination signal
    """
    chosen = {field: value for field, value in given.items() if value is not None}
    plan = _plan(chosen)
    for sentence in _without_effect(plan, chosen):
        click.echo(f"Note: {sentence}", err=True)
    from concviz.live import follow

    recorder = _recorder(record) if record is not None else None
    with recorder or contextlib.nullcontext():
        done, stopped_by = follow(plan, recorder)
    _print_run(done, as_json)
    status = SIGNALLED + stopped_by if stopped_by is not None else _status(done)
    if recorder is not None and recorder.error is not None:
        words = f"the recording {record!r} is not complete: {recorder.error.strerror}."
        click.echo(f"Error: {words}", err=True)
        status = status or FAILED
    ctx.exit(status)


@group.command(context_settings=HELP)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
def strategies(as_json: bool) -> None:
    """List the ways to run tasks: in threads, in processes, …"""
    from concviz.engine.catalogue import strategies as entries

    _print_list(
        [
            {
                "id": entry.id,
                "summary": entry.summary,
                "kind": entry.traits.kind,
                "options": sorted(entry.traits.options),
                "available": entry.reason is None,
                "reason": entry.reason,
            }
            for entry in entries()
        ],
        as_json,
    )


@group.command(context_settings=HELP)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
def workloads(as_json: bool) -> None:
    """List the kinds of tasks: waiting, computing, …"""
    from concviz.engine.catalogue import workloads as entries

    _print_list(
        [
            {
                "id": entry.id,
                "summary": entry.summary,
                "available": entry.reason is None,
                "reason": entry.reason,
                "coroutine": entry.workload is not None and entry.workload.coroutine is not None,
            }
            for entry in entries()
        ],
        as_json,
    )
