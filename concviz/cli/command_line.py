"""The command line: the lab, a run without it, and lists of what there is to run.

``concviz --help`` must be quick, so whatever is not click or the standard library is imported where
it is used.
"""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from typing import NoReturn

import click

from concviz.cli.options import (
    HELP,
    Refused,
    checked_fps,
    given,
    need_terminal,
    plan_options,
    planned,
    sample_option,
    sampled,
    screen_options,
)
from concviz.cli.streams import fill_standard_streams, outcome
from concviz.version import __version__

_ELSEWHERE = {
    "attach": "attach",
    "compare": "compare",
    "export": "export",
    "play": "play",
    "record-demo": "record_demo",
    "replay": "replay",
    "run": "run",
    "schema": "schema",
    "sweep": "compare",
    "tour": "tour",
    "watch": "watch",
}
"""Commands by name, and the modules of this folder that they are in."""


class Commands(click.Group):
    """Commands that are imported when they are asked for: what is watched waits for its start."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all of them."""
        return sorted({*super().list_commands(ctx), *_ELSEWHERE})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        if cmd_name in _ELSEWHERE and cmd_name not in self.commands:
            module = import_module(f"concviz.cli.{_ELSEWHERE[cmd_name]}")
            self.add_command(getattr(module, cmd_name.replace("-", "_")))
        return super().get_command(ctx, cmd_name)


@click.group(cls=Commands, context_settings=HELP, invoke_without_command=True)
@plan_options()
@sample_option
@screen_options
@click.option(
    "--fresh",
    is_flag=True,
    help="Begin with the defaults, not where you left off; keep neither choices nor runs.",
)
@click.option("--run", "at_once", is_flag=True, help="Start the run at once.")
@click.option("--no-history", is_flag=True, help="Do not keep the runs of this lab.")
@click.option(
    "--detach",
    is_flag=True,
    help="When the connection is lost, a run under way goes on and is recorded; "
    "concviz replay --follow comes back.",
)
@click.version_option(__version__, "-V", "--version", message="concviz %(version)s")
@click.pass_context
def group(
    ctx: click.Context,
    /,
    fresh: bool,
    at_once: bool,
    no_history: bool,
    detach: bool,
    sample_hz: float | None,
    fps: int | None,
    ascii_only: bool,
    **options: object,
) -> None:
    """See concurrency: threads, processes and asyncio on a timeline.

    Without a command, concviz opens the lab: choose how to run some tasks, press a key and watch
    every worker. The options below choose before it opens.

    \b
    Examples:
      concviz                                     open the lab
      concviz --strategy processes --run          open it and start five processes
      concviz run --strategy threads              the same for threads, without the lab
      concviz run --workload cpu --workers 4      see what the GIL does to four threads
      concviz replay monday.jsonl                 play what `concviz run --record` wrote
      concviz export monday.jsonl --to markdown   the same for a pull request
      concviz compare --workload cpu --tasks 8    which strategy, and why
      concviz compare --call jobs.py:resize --inputs range:20    the same for your function
      concviz sweep --workload cpu --strategy process-pool    how many workers
      concviz watch jobs.py                       see a program of yours as it runs
      concviz attach server.py                    see one that runs already
      concviz tour                                threads and processes in twelve scenes
    """
    chosen = given(options)
    if ctx.invoked_subcommand is not None:
        of_the_lab = (fresh, at_once, no_history, detach, ascii_only)
        if chosen or any(of_the_lab) or (sample_hz, fps) != (None, None):
            raise Refused(
                f"options for {ctx.invoked_subcommand} come after it: "
                f"concviz {ctx.invoked_subcommand} --help lists them."
            )
        return
    if chosen:
        from concviz.runner.functions_known import ASYNCIO

        plan = planned(chosen)
        if plan.calls:  # what was found out about the function
            chosen["tasks"] = plan.tasks
            if plan.strategy == ASYNCIO:
                chosen["strategy"] = ASYNCIO
        if plan.scheduler:  # and about the cluster
            chosen |= {
                "strategy": plan.strategy,
                "scheduler": plan.scheduler,
                "workers": plan.workers,
            }
    hz, pace = sampled(sample_hz), checked_fps(fps)
    need_terminal()
    gc.disable()  # almost all that is made until the lab is there stays; it goes on from there
    from concviz.tui.app import launch

    status = launch(
        chosen,
        fresh=fresh,
        run=at_once,
        sample_hz=hz,
        history=not no_history,
        detach=detach,
        fps=pace,
        ascii=ascii_only,
    )
    ctx.exit(status)


@group.command(context_settings=HELP)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
def strategies(as_json: bool) -> None:
    """List the ways to run tasks: in threads, in processes and so on."""
    from concviz.cli.printing import listed, print_list
    from concviz.runner.catalogue import strategies as entries

    print_list(
        [
            {
                **listed(entry),
                "kind": None if entry.facts is None else entry.traits.kind,
                "options": None if entry.facts is None else sorted(entry.traits.options),
            }
            for entry in entries()
        ],
        as_json,
    )


@group.command(context_settings=HELP)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
def workloads(as_json: bool) -> None:
    """List the kinds of tasks: waiting, computing and so on."""
    from concviz.cli.printing import listed, print_list
    from concviz.runner.catalogue import workloads as entries

    print_list(
        [
            {
                **listed(entry),
                "coroutine": entry.facts and entry.facts.coroutine is not None,
            }
            for entry in entries()
        ],
        as_json,
    )


def main() -> NoReturn:
    """Do what the arguments say, and exit with the status that says how it went."""
    fill_standard_streams()
    sys.exit(outcome(lambda: group.main(prog_name="concviz", standalone_mode=False)))
