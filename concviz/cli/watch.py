"""``concviz watch``: an unmodified program, in the lab or without a screen."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from concviz.cli.exporting import export_option, force_option, output_files
from concviz.cli.options import (
    HELP,
    STANDARD,
    Refused,
    checked_fps,
    has_screen,
    need_terminal,
    sample_option,
    sampled,
    screen_options,
)
from concviz.cli.program_arguments import ProgramCommand
from concviz.cli.quick_start import is_module

if TYPE_CHECKING:
    from concviz.trace.recorder import Recorder

FAILED = 1


@click.command(context_settings=HELP, cls=ProgramCommand)
@click.argument("program", nargs=-1, type=click.UNPROCESSED, required=True)
@click.option(
    "--headless",
    is_flag=True,
    help="No screen: the program has the terminal, as it would without concviz.",
)
@click.option(
    "--json", metavar="FILE", help="Write what was seen to a new file, as one JSON object."
)
@click.option("--record", metavar="FILE", help="Write a recording to a new file (.gz: packed).")
@click.option(
    "--explain",
    is_flag=True,
    help="Say on standard error, after the program's end, what stands out.",
)
@click.option(
    "--stdin",
    "with_stdin",
    is_flag=True,
    help="With the screen: the program reads our standard input; else it has none.",
)
@click.option("--no-history", is_flag=True, help="Do not keep the runs of this lab.")
@sample_option
@screen_options
@export_option
@force_option
@click.pass_context
def watch(
    ctx: click.Context,
    /,
    program: tuple[str, ...],
    headless: bool,
    json: str | None,
    record: str | None,
    explain: bool,
    with_stdin: bool,
    no_history: bool,
    sample_hz: float | None,
    fps: int | None,
    ascii_only: bool,
    export: tuple[str, ...],
    force: bool,
) -> None:
    """Run a Python program as it is, and see its threads, processes and tasks.

    All that follows the script, or -m and the module, belongs to the program. It runs under this
    Python as `python SCRIPT` would run it. In the lab its output is in the Output pane, and leaving
    the lab ends it. With --headless its streams, its signals and its exit status are its own.

    \b
    Examples:
      concviz watch server.py --port 8000
      concviz watch -m pytest -x tests
      concviz watch --headless --explain jobs.py
      concviz watch --headless --json jobs.json --record jobs.jsonl jobs.py

    \b
    Exit status:
      with --headless  that of the program; killed by a signal, concviz ends by the same
      with the screen  0 when the lab was left
      1  the program ended well, but a file could not be written
      2  wrong usage; nothing was started
    """
    hz, pace = sampled(sample_hz), checked_fps(fps)
    check_program(program)
    if record == STANDARD or json == STANDARD or STANDARD in export:
        raise Refused("standard output is the program's: give the name of a file.")
    of_the_lab = {
        "--stdin": with_stdin,
        "--no-history": no_history,
        "--fps": fps is not None,
        "--ascii": ascii_only,
    }
    files_asked = json is not None or bool(export) or explain
    if headless:
        for option, given in of_the_lab.items():
            if given:
                click.echo(f"Note: {option} has no effect: the lab is not opened.", err=True)
    else:
        if with_stdin and sys.stdin is not None and sys.stdin.isatty():
            raise Refused("--stdin is for what is piped in: the keys of the lab are typed here.")
        if not (with_stdin and has_screen()):
            need_terminal("watch", "; --headless runs the program without a screen")
        if files_asked:
            raise Refused("--json, --explain and --export need --headless: in the lab, w writes.")
    with output_files("run", export, {"json": json}, record, force=force) as files:
        recorder = _recorder(record, force=force)
        if headless:
            from concviz.cli.headless import watched

            status = watched(program, recorder, files, hz, explain=explain)
        else:
            with recorder or nullcontext():
                status = _in_the_lab(
                    program,
                    recorder,
                    hz,
                    with_stdin=with_stdin,
                    history=not no_history,
                    fps=pace,
                    ascii_only=ascii_only,
                )
    ctx.exit(status)


def _in_the_lab(
    program: tuple[str, ...],
    recorder: Recorder | None,
    hz: float,
    *,
    with_stdin: bool,
    history: bool,
    fps: int | None,
    ascii_only: bool,
) -> int:
    """Show it until the person leaves; the exit status."""
    stdin = None
    if with_stdin:
        from concviz.cli.replay import take_keys_from_terminal

        stdin = os.dup(0)
        take_keys_from_terminal()
    gc.disable()  # until the lab is there
    from concviz.sources.supervised_program import SupervisedProgram
    from concviz.sources.terminal_of_program import terminal
    from concviz.sources.watch import Watch
    from concviz.tui.app import launch_program

    def start() -> Watch:
        with terminal(stdin) as its:
            held = SupervisedProgram.begin(program, its.streams)
            return Watch(held, recorder, hz, printed=its.printed, keep=True)

    return launch_program(start, history=history, fps=fps, ascii=ascii_only)


def _recorder(path: str | None, *, force: bool) -> Recorder | None:
    if path is None:
        return None
    from concviz.cli.exporting import writable
    from concviz.sources.saving import takes_all
    from concviz.trace.recorder import Recorder

    with writable(path):
        return Recorder(path, replace=force or takes_all(Path(path)))


def check_program(program: Sequence[str]) -> None:
    """Refuses what cannot be started, in a sentence: no such script, no such module."""
    from concviz.trace.sanitize import sanitize

    if program[0] == "-m":
        if len(program) < 2 or not program[1]:
            raise Refused("-m needs the name of a module: concviz watch -m MODULE.")
        if not is_module(program[1].partition(".")[0]):
            raise Refused(
                f"there is no module {sanitize(program[1])} here: Python looked in this folder and "
                "among what is installed."
            )
        return
    script = program[0]
    path = Path(script)
    if path.is_dir():
        if not (path / "__main__.py").is_file():
            raise Refused(f"{sanitize(script)} is a folder without a __main__.py.")
        return
    try:
        with path.open("rb"):
            return
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        hint = ""
        if path.name == script and not path.exists() and is_module(script):
            hint = f" There is a module of that name: concviz watch -m {sanitize(script)}."
        said = sanitize(script) or "an empty name"
        raise Refused(f"{said} cannot be run: {str(reason).lower()}.{hint}") from None
