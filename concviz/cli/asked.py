"""What ``compare`` and ``sweep`` are asked alike: their options, read once for both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from concviz.cli.exporting import export_option, force_option, output_files
from concviz.cli.options import (
    Refused,
    files_option,
    given,
    manner,
    manner_options,
    plan_options,
    sample_option,
    sampled,
    strategies_named,
)

if TYPE_CHECKING:
    from concviz.analysis.comparison import Comparison, Manner
    from concviz.analysis.measurement import Case
    from concviz.analysis.sweep import Sweep
    from concviz.experiments.experiment import Result

FAILED, SIGNALLED = 1, 128
STATUS = """
    \b
    Exit status:
      0  every task of every run finished
      1  some failed or were lost, or a run itself did
      2  wrong usage; nothing was started
      130, 129, 143  stopped by Ctrl-C, a hang-up or a termination signal
"""


class Asked(NamedTuple):
    """The options of an experiment."""

    chosen: dict[str, Any]
    """Fields of the plan that were given."""
    strategies: list[str]
    """Those that were named; none if nobody did."""
    manner: Manner
    sample_hz: float | None
    as_json: bool
    files: dict[str, str | None]
    """By the name of a format."""
    export: tuple[str, ...]
    force: bool
    """Files may take the place of others."""


def experiment_options(
    **other: tuple[type, str, str],
) -> Callable[[Callable[[click.Context, Asked], None]], Callable[..., None]]:
    """The options of an experiment, which the command gets as one; ``other`` as of a plan's."""

    def decorate(command: Callable[[click.Context, Asked], None]) -> Callable[..., None]:
        @plan_options(**other)
        @manner_options
        @sample_option
        @files_option
        @export_option
        @force_option
        @click.pass_context
        @wraps(command)
        def told(
            ctx: click.Context,
            /,
            as_json: bool,
            csv: str | None,
            markdown: str | None,
            export: tuple[str, ...],
            force: bool,
            strategies: str | None,
            sample_hz: float | None,
            repeat: int | None,
            warmup: int,
            order: str,
            **options: Any,
        ) -> None:
            chosen: dict[str, Any] = given(options)
            how = manner(repeat, warmup, order)
            names = strategies_named(strategies, chosen.pop("strategy", None))
            files = {"csv": csv, "markdown": markdown}
            command(ctx, Asked(chosen, names, how, sample_hz, as_json, files, export, force))

        told.__doc__ = f"{command.__doc__}{STATUS}"
        return told

    return decorate


def carry_out(
    ctx: click.Context,
    asked: Asked,
    result: Result[Any],
    found: Comparison | Sweep,
    cases: Sequence[Case],
    show: Callable[[Any, bool], None],
) -> None:
    """Make the runs, print and write what came of them, and exit with the status of that."""
    from concviz.cli.following import follow_experiment, succeeded

    kind = ctx.command.name or ""
    with output_files(kind, asked.export, asked.files, force=asked.force) as files:
        if files.printed and asked.as_json:
            raise Refused(
                "standard output is taken by --json: give the name of a file in place of -."
            )
        stopped_by = follow_experiment(result, sampled(asked.sample_hz))
        if not files.printed:
            show(found, asked.as_json)
        status = 0 if files.write(found) and succeeded(cases) else FAILED
    ctx.exit(status if stopped_by is None else SIGNALLED + stopped_by)
