"""``concviz compare`` and ``concviz sweep``: the same work, run in many ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from concviz.cli.asked import Asked, carry_out, experiment_options
from concviz.cli.options import HELP, Refused, sensible

if TYPE_CHECKING:
    from concviz.analysis.measurement import Case


@click.command(context_settings=HELP)
@experiment_options()
def compare(ctx: click.Context, asked: Asked) -> None:
    """Run the same tasks under several strategies, and say which to take and why.

    Without --strategies: all that this Python has; a cluster only with --scheduler, or where it is
    among --strategies, because it takes seconds to start. The sequential loop is always among them:
    it is the baseline, which speedup is measured against. Ctrl-C stops and prints what was measured
    until then.

    \b
    Examples:
      concviz compare --workload cpu --tasks 8 --workers 2 --duration 0.25
      concviz compare --workload http --strategies threads,asyncio --repeat 5
      concviz compare --workload hash --markdown hash.md --json | jq .verdict
      concviz compare --call jobs.py:resize --inputs lines:names.txt --workers 4
    """
    plan = sensible(asked.chosen, asked.strategies)
    from concviz.analysis.comparison import Comparison
    from concviz.cli.following import cases_or_refused
    from concviz.cli.printing import print_comparison
    from concviz.experiments.compare import Compared
    from concviz.experiments.planning import compared

    cases: list[Case] = cases_or_refused(lambda: compared(plan, asked.strategies))
    found = Comparison(cases, asked.manner)
    carry_out(ctx, asked, Compared(found), found, cases, print_comparison)


@click.command(context_settings=HELP)
@experiment_options(workers=(str, "LIST", "Numbers of workers to try, such as 1-8 or 1,2,4,8."))
def sweep(ctx: click.Context, asked: Asked) -> None:
    """Run the same tasks with more and more workers, and say how many to take.

    Speedup over the sequential loop is drawn against the number of workers, with Amdahl's law and
    the Universal Scalability Law fitted to it. Without --tasks: as many as divide evenly among the
    workers, of 0.25 s each unless --duration says otherwise.

    \b
    Examples:
      concviz sweep --workload cpu --strategy process-pool --workers 1-4
      concviz sweep --workload http --strategies thread-pool,asyncio --workers 1,2,4,8 --tasks 32
      concviz sweep --workload sleep --tasks 16 --workers 1-16 --csv sleep.csv
      concviz sweep --call package.module:fetch --inputs json:urls.json --workers 1-8
    """
    from concviz.analysis.sweep import Sweep
    from concviz.cli.following import cases_or_refused
    from concviz.cli.printing import print_sweep
    from concviz.experiments.clusters import placed, strategy_of_clusters, workers_there
    from concviz.experiments.planning import (
        TASK_S,
        counts_of,
        even_tasks,
        is_async,
        swept,
        usual_counts,
    )
    from concviz.experiments.sweep import Swept
    from concviz.runner.environment import usable_cores
    from concviz.runner.functions_known import ASYNCIO
    from concviz.trace.plan import Plan

    chosen, names = asked.chosen, asked.strategies
    if not names and chosen.get("scheduler") and (cluster := strategy_of_clusters()) is not None:
        names = [cluster]
    workers = chosen.pop("workers", None)
    try:
        counts = counts_of(workers) if workers is not None else []
    except ValueError as error:
        raise Refused(str(error)) from None
    said = "tasks" in chosen or "inputs" in chosen
    cores, there = usable_cores()[0], None
    if not counts:
        there = workers_there(placed(Plan(**chosen), names, chosen), names)
    if not said:
        chosen["tasks"] = even_tasks(counts or usual_counts(None, cores, there))
    chosen.setdefault("duration_s", TASK_S)
    plan = sensible(chosen, names)
    names = names or [ASYNCIO if is_async(plan) else "thread-pool"]
    counts = counts or usual_counts(plan.tasks, cores, there)
    baseline, cases = cases_or_refused(lambda: swept(plan, names, counts))
    if not said:
        click.echo(f"Note: {plan.tasks:,} tasks; --tasks sets another number.", err=True)
    found = Sweep(baseline, cases, asked.manner)
    carry_out(ctx, asked, Swept(found), found, [baseline, *cases], print_sweep)
