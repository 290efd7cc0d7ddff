"""``concviz replay``: a recording in the lab, or printed as the run was."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from concviz.cli.detached import need_recording, newest
from concviz.cli.exporting import export_option, force_option, output_files
from concviz.cli.options import HELP, Refused, checked_fps, has_screen, screen_options
from concviz.cli.reading import opened, path_of, read_wholly

if TYPE_CHECKING:
    from concviz.sources.replay import Replay

FAILED, SIGNALLED = 1, 128


@click.command(context_settings=HELP)
@click.argument("file", metavar="[FILE]", required=False)
@click.option(
    "--follow",
    is_flag=True,
    help="Go on to the end of a run that is still being recorded; without FILE: the latest one "
    "that a lost connection left behind.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--explain", is_flag=True, help="Print the run, what stands out, and what to try.")
@click.option("--speed", type=float, metavar="X", help="Play so many times as fast, 0.1 to 100.")
@click.option("--loop", is_flag=True, help="Play it again and again.")
@click.option("--no-history", is_flag=True, help="Do not keep the runs of this lab.")
@screen_options
@export_option
@force_option
@click.pass_context
def replay(
    ctx: click.Context,
    /,
    file: str | None,
    follow: bool,
    as_json: bool,
    explain: bool,
    speed: float | None,
    loop: bool,
    no_history: bool,
    fps: int | None,
    ascii_only: bool,
    export: tuple[str, ...],
    force: bool,
) -> None:
    """Open a recording in the lab, and play it.

    FILE is what --record wrote, also packed by gzip; - is standard input. What comes through a pipe
    is shown as it comes: the run may be under way, here or on another machine. So is, with
    --follow, a file that somebody still writes (concviz run --record FILE). To stop or to leave
    the lab ends the reading, never the run. With --json,
    --explain or --export, or when standard output is no terminal, replay prints what `concviz run`
    printed.

    \b
    Examples:
      concviz replay monday.jsonl
      concviz replay monday.jsonl.gz --explain
      concviz replay --follow monday.jsonl
      ssh host concviz run --workload cpu --record - | concviz replay -

    \b
    Exit status:
      0  every task finished; or the lab was left
      1  some failed or were lost, or the run itself did, or the recording ends before it
      2  wrong usage, or the file is no recording
      130, 129, 143  stopped by Ctrl-C, a hang-up or a termination signal
    """
    times, pictures = _speed(speed), checked_fps(fps)
    prints = as_json or explain or bool(export) or not has_screen()
    if file is None:
        if not follow:
            raise click.UsageError("Missing argument 'FILE'.", ctx)
        file = newest()
    elif follow:
        need_recording(file)
    source = opened(file, "replayed", follow=follow)
    if source.guessed:
        click.echo(
            "Note: this file system has no locks, so that nothing tells whether the recording is "
            "still being written: it is followed until its run ends.",
            err=True,
        )
    if prints:
        of_the_lab = {
            "--speed": speed is not None,
            "--loop": loop,
            "--no-history": no_history,
            "--fps": fps is not None,
            "--ascii": ascii_only,
        }
        for option, given in of_the_lab.items():
            if given:
                click.echo(f"Note: {option} has no effect: the lab is not opened.", err=True)
        ctx.exit(_print(source, file, as_json, explain, export, force))
    take_keys_from_terminal()
    gc.disable()  # until the lab is there
    from concviz.tui.app import launch_replay

    status = launch_replay(
        source,
        speed=times,
        loop=loop,
        history=not no_history,
        fps=pictures,
        ascii=ascii_only,
    )
    ctx.exit(status)


def _speed(speed: float | None) -> float:
    from concviz.sources.playback import FASTEST, SLOWEST

    if speed is None:
        return 1.0
    if not SLOWEST <= speed <= FASTEST:  # also true of nan
        raise Refused(f"speed is {speed:g}: it must be from {SLOWEST:g} to {FASTEST:g}.")
    return speed


def _print(
    source: Replay, file: str, as_json: bool, explain: bool, export: Sequence[str], force: bool
) -> int:
    """What the run printed; the exit status that it had, if it was left alone."""
    from concviz.cli.live import succeeded
    from concviz.cli.printing import print_run

    with output_files("run", export, recording=path_of(file), force=force) as files:
        done, stopped_by = read_wholly(source, "replayed")
        print_run(done, as_json, explain)
        status = 0 if files.write(done) and succeeded(done) else FAILED
    return status if stopped_by is None else SIGNALLED + stopped_by


def take_keys_from_terminal() -> None:
    """Make the terminal the standard input, where the keys of the lab come from.

    Where a pipe was there, its recording is read through a descriptor of its own by now.
    """
    if sys.stdin is not None and sys.stdin.isatty():
        return
    try:
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_CLOEXEC)
    except OSError as error:
        raise Refused(
            "there is no terminal for the keys of the lab: --explain prints the run."
        ) from error
    os.dup2(terminal, 0)
    os.close(terminal)
