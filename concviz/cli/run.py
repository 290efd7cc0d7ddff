"""``concviz run``: a run without the lab."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext

import click

from concviz.cli.detached import need_file, tell_way_back
from concviz.cli.exporting import export_option, force_option, output_files
from concviz.cli.options import (
    HELP,
    given,
    plan_options,
    planned,
    sample_option,
    sampled,
    without_effect,
)
from concviz.cli.recording import alone, opened, status_of

FAILED, SIGNALLED = 1, 128


@click.command(context_settings=HELP)
@plan_options()
@sample_option
@click.option("--explain", is_flag=True, help="Say what stands out, why, and what to try.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option(
    "--record",
    metavar="FILE",
    help="Write a recording of the run to a new file (.gz: packed; -: to standard output).",
)
@click.option(
    "--detach",
    is_flag=True,
    help="Go on recording when the connection is lost; concviz replay --follow FILE comes back.",
)
@export_option
@force_option
@click.pass_context
def run(
    ctx: click.Context,
    /,
    as_json: bool,
    explain: bool,
    record: str | None,
    detach: bool,
    export: tuple[str, ...],
    force: bool,
    sample_hz: float | None,
    **options: object,
) -> None:
    """Run some tasks, and print a picture of who did what when.

    Without options: five tasks that wait for a second each, in a pool of three threads.
    Ctrl-C stops the run and prints what was done until then.

    \b
    Examples:
      concviz run --strategy process-pool --workload square --workers 3
      concviz run --workload cpu --workers 4 --tasks 8 --duration 0.5 --explain
      concviz run --strategy asyncio --workload http --json | jq .summary
      concviz run --call jobs.py:resize --inputs range:20 --strategy process-pool
      concviz run --record monday.jsonl
      concviz run --record monday.jsonl --detach
      concviz run --record - | ssh host 'cat > monday.jsonl'

    \b
    Exit status:
      0  every task finished
      1  some failed or were lost, or the run itself did
      2  wrong usage; nothing was started
      130, 129, 143  stopped by Ctrl-C, a hang-up or a termination signal
      141  stopped because nobody reads the recording (--record -) any more
    """
    chosen = given(options)
    plan = planned(chosen)
    hz = sampled(sample_hz)
    printing = {"--json": as_json, "--explain": explain}
    if detach:
        need_file(record)
    silent = alone(record, *(option for option, wanted in printing.items() if wanted))
    for sentence in without_effect(plan, chosen):
        click.echo(f"Note: {sentence}", err=True)
    from concviz.cli.live import follow, succeeded
    from concviz.cli.printing import print_run
    from concviz.sources.local_run import LocalRun
    from concviz.trace.recorder import PipeRecorder

    with output_files("run", export, recording=record, force=force) as files:
        recorder = None if record is None else opened(record, force=force)

        def start(caught: Sequence[int]) -> LocalRun:
            if isinstance(recorder, PipeRecorder):
                recorder.enough = lambda: len(caught) > 1
            return LocalRun(plan, recorder, hz)

        def unread() -> bool:
            return isinstance(recorder, PipeRecorder) and recorder.error is not None

        if detach and record is not None:
            tell_way_back(record)
        with recorder or nullcontext():
            done, stopped_by = follow(start, unread, silent=silent, outlives=detach)
        status = 0 if succeeded(done) else FAILED
        if recorder is not None:
            status = status_of(recorder) or status
        if not silent:
            print_run(done, as_json, explain)
        if not files.write(done):
            status = FAILED
    ctx.exit(status if stopped_by is None else SIGNALLED + stopped_by)
