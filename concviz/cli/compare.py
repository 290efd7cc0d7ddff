"""``concviz compare`` and ``concviz sweep``: the same work, run in many ways."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from concviz.cli.exporting import export_option, output_files
from concviz.cli.options import (
    HELP,
    Refused,
    files_option,
    given,
    manner,
    manner_options,
    plan_options,
    sample_option,
    sampled,
    sensible,
    strategies_named,
)

if TYPE_CHECKING:
    from concviz.analysis.measurement import Case

FAILED, SIGNALLED = 1, 128
STATUS = """
    \b
    Exit status:
      0  every task of every run finished
      1  some failed or were lost, or a run itself did
      2  wrong usage; nothing was started
      130, 129, 143  stopped by Ctrl-C, a hang-up or a termination signal
"""


def _with_status(command: Callable[..., Any]) -> Callable[..., Any]:
    command.__doc__ = f"{command.__doc__}{STATUS}"
    return command


@click.command(context_settings=HELP)
@plan_options()
@manner_options
@sample_option
@files_option
@export_option
@click.pass_context
@_with_status
def compare(
    ctx: click.Context,
    /,
    as_json: bool,
    csv: str | None,
    markdown: str | None,
    export: tuple[str, ...],
    strategies: str | None,
    sample_hz: float | None,
    repeat: int,
    warmup: int,
    order: str,
    **options: Any,
) -> None:
    """Run the same tasks under several strategies, and say which to take and why.

    Without --strategies: all that this Python has. The sequential loop is always among them: it
    is what speedup is measured against. Ctrl-C stops and prints what was measured until then.

    \b
    Examples:
      concviz compare --workload cpu --tasks 8 --workers 2 --duration 0.25
      concviz compare --workload http --strategies threads,asyncio --repeat 5
      concviz compare --workload hash --markdown hash.md --json | jq .verdict
    """
    chosen: dict[str, Any] = given(options)
    how = manner(repeat, warmup, order)
    names = strategies_named(strategies, chosen.pop("strategy", None))
    plan = sensible(chosen)
    from concviz.analysis.comparison import Comparison
    from concviz.cli.following import cases_or_refused, follow_experiment, succeeded
    from concviz.cli.printing import print_comparison
    from concviz.experiments.compare import Compared
    from concviz.experiments.planning import compared

    cases: list[Case] = cases_or_refused(lambda: compared(plan, names))
    found = Comparison(cases, how)
    with output_files("compare", export, {"csv": csv, "markdown": markdown}) as files:
        stopped_by = follow_experiment(Compared(found), sampled(sample_hz))
        print_comparison(found, as_json)
        status = 0 if files.write(found) and succeeded(cases) else FAILED
    ctx.exit(status if stopped_by is None else SIGNALLED + stopped_by)


@click.command(context_settings=HELP)
@plan_options(workers=(str, "LIST", "Numbers of workers to try, such as 1-8 or 1,2,4,8."))
@manner_options
@sample_option
@files_option
@export_option
@click.pass_context
@_with_status
def sweep(
    ctx: click.Context,
    /,
    as_json: bool,
    csv: str | None,
    markdown: str | None,
    export: tuple[str, ...],
    strategies: str | None,
    sample_hz: float | None,
    repeat: int,
    warmup: int,
    order: str,
    workers: str | None,
    **options: Any,
) -> None:
    """Run the same tasks with more and more workers, and say how many to take.

    Speedup over the sequential loop is drawn against the number of workers, with Amdahl's law and
    the Universal Scalability Law fitted to it. Without --tasks: as many as divide evenly among the
    workers, of 0.25 s each unless --duration says otherwise.

    \b
    Examples:
      concviz sweep --workload cpu --strategy process-pool --workers 1-4
      concviz sweep --workload http --strategies thread-pool,asyncio --workers 1,2,4,8 --tasks 32
      concviz sweep --workload sleep --tasks 16 --workers 1-16 --csv sleep.csv
    """
    chosen: dict[str, Any] = given(options)
    how = manner(repeat, warmup, order)
    from concviz.analysis.sweep import Sweep
    from concviz.cli.following import cases_or_refused, follow_experiment, succeeded
    from concviz.cli.printing import print_sweep
    from concviz.experiments.planning import TASK_S, counts_of, even_tasks, swept, usual_counts
    from concviz.experiments.sweep import Swept
    from concviz.runner.environment import usable_cores

    names = strategies_named(strategies, chosen.pop("strategy", None)) or ["thread-pool"]
    try:
        counts = counts_of(workers) if workers is not None else []
    except ValueError as error:
        raise Refused(str(error)) from None
    said = "tasks" in chosen
    if not said:
        wanted = counts or usual_counts(None, usable_cores()[0])
        chosen["tasks"] = even_tasks(wanted)
    chosen.setdefault("duration_s", TASK_S)
    plan = sensible(chosen)
    counts = counts or usual_counts(plan.tasks, usable_cores()[0])
    baseline, cases = cases_or_refused(lambda: swept(plan, names, counts))
    if not said:
        click.echo(f"Note: {plan.tasks:,} tasks; --tasks sets another number.", err=True)
    found = Sweep(baseline, cases, how)
    with output_files("sweep", export, {"csv": csv, "markdown": markdown}) as files:
        stopped_by = follow_experiment(Swept(found), sampled(sample_hz))
        print_sweep(found, as_json)
        status = 0 if files.write(found) and succeeded([baseline, *cases]) else FAILED
    ctx.exit(status if stopped_by is None else SIGNALLED + stopped_by)
