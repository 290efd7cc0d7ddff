"""``concviz attach``: what runs already, a program or a cluster, in the lab or without a screen."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING

import click

from concviz.cli.clusters import address_meant, connected
from concviz.cli.exporting import export_option, force_option, output_files
from concviz.cli.options import (
    HELP,
    STANDARD,
    Refused,
    checked_fps,
    need_terminal,
    sample_option,
    sampled,
    screen_options,
)
from concviz.cli.processes import chosen

if TYPE_CHECKING:
    from rich.text import Text

    from concviz.cli.exporting import Files
    from concviz.model.run import Run
    from concviz.sources.asked_hooks import AskedHooks
    from concviz.sources.source import Source
    from concviz.trace.recorder import PipeRecorder, Recorder

    Attach = Callable[[Recorder | PipeRecorder | None], Source]
    """What attaches to what was found, and records it."""

FAILED = 1
SHORTEST_S, LONGEST_S = 0.1, 7 * 86_400.0


@click.command(context_settings=HELP)
@click.argument("target", metavar="[PID|NAME|ADDRESS]", required=False)
@click.option(
    "--headless", is_flag=True, help="No screen: print what was seen when it ends or is let go."
)
@click.option("--for", "for_s", type=float, metavar="S", help="Let go after so many seconds.")
@click.option(
    "--hook",
    is_flag=True,
    help="Ask the program to tell of its tasks, too: Python 3.14 or later. This puts code into it.",
)
@click.option(
    "--json",
    metavar="FILE",
    help="Write what was seen to a new file, as one JSON object (-: print it).",
)
@click.option(
    "--record", metavar="FILE", help="Write a recording to a new file (.gz: packed; -: print it)."
)
@click.option("--explain", is_flag=True, help="Print what stands out, too.")
@click.option("--no-history", is_flag=True, help="Do not keep the runs of this lab.")
@sample_option
@screen_options
@export_option
@force_option
@click.pass_context
def attach(
    ctx: click.Context,
    /,
    target: str | None,
    headless: bool,
    for_s: float | None,
    hook: bool,
    json: str | None,
    record: str | None,
    explain: bool,
    no_history: bool,
    sample_hz: float | None,
    fps: int | None,
    ascii_only: bool,
    export: tuple[str, ...],
    force: bool,
) -> None:
    """See what the threads of a running Python program do, or what runs on a Dask cluster.

    Any CPython from 3.11 to 3.15, of another version than concviz runs on, too; Linux only. The
    program is neither stopped nor changed: its threads and those of its child processes are looked
    at from outside, until it ends or you leave (q), which lets go of it. Without a PID, or with a
    NAME that several have, those that run are listed, yours first, to choose from.

    The ADDRESS of a scheduler, such as tcp://host:8786, means its cluster: tasks of all who use it,
    on all its workers. concviz must be installed there, too. What it puts into the cluster to be
    told of them is gone when you leave, and the cluster goes on.

    \b
    Examples:
      concviz attach                       choose from a list
      concviz attach 4711
      concviz attach server.py
      concviz attach 4711 --hook           with its tasks: asks a Python 3.14 or later to tell
      concviz attach 4711 --headless --for 10 --explain
      concviz attach 4711 --headless --for 60 --record monday.jsonl
      concviz attach tcp://10.0.0.7:8786   what others run on a cluster

    \b
    Exit status:
      0  the program has ended, or was let go: by q, Ctrl-C or --for
      1  a file could not be written
      2  wrong usage, no such process or cluster, or it may not be looked at
      129, 143  let go because of a hang-up or a termination signal
    """
    hz, pace = sampled(sample_hz), checked_fps(fps)
    if for_s is not None and not SHORTEST_S <= for_s <= LONGEST_S:
        raise Refused(f"--for is {for_s:g}: it must be from {SHORTEST_S:g} to {LONGEST_S:,.0f} s.")
    if headless:
        _say_what_has_no_effect(no_history=no_history, fps=fps is not None, ascii_only=ascii_only)
    else:
        if json is not None or export or explain or for_s is not None:
            raise Refused(
                "--json, --explain, --export and --for need --headless: in the lab, w writes and q "
                "lets go."
            )
        if record == STANDARD:
            raise Refused("standard output is the screen's: record into a file.")
    address = address_meant(target)
    if address is not None and hook:
        raise Refused("--hook is for a process: a cluster tells of its tasks without it.")
    pid = 0 if address is not None else chosen(target)
    if not headless:
        need_terminal("attach", "; --headless prints what was seen")
    from concviz.cli.recording import alone, opened, status_of

    silent = alone(record, *(["--explain"] if explain else []))
    with output_files("run", export, {"json": json}, record, force=force) as files:
        keep = not headless
        found = (
            connected(address, hz, keep=keep)
            if address is not None
            else _process(pid, hz, hook=hook, keep=keep)
        )
        with found as attach_to:
            recorder = None if record is None else opened(record, force=force)
            with recorder or nullcontext():
                begin = partial(attach_to, recorder)
                written = True
                if headless:
                    run, status = followed(begin, for_s)
                    written = _printed(run, files, silent=silent, explain=explain)
                else:
                    from concviz.tui.app import launch_program

                    status = launch_program(
                        begin, history=not no_history, fps=pace, ascii=ascii_only
                    )
        complete = 0 if recorder is None else status_of(recorder)
    ctx.exit(status or complete or (0 if written else FAILED))


def asking(pid: int) -> AskedHooks:
    """What asks it to tell of its tasks. Refuses where that is forbidden, with the reason."""
    from concviz.sources.asked_hooks import AskedHooks, ForbiddenError
    from concviz.trace.sanitize import sanitize

    try:
        return AskedHooks(pid)
    except ForbiddenError as error:
        raise Refused(sanitize(str(error))) from None


@contextmanager
def _process(pid: int, hz: float, *, hook: bool, keep: bool) -> Iterator[Attach]:
    """Gives what attaches to it, once it is known that it can be asked what it is to be."""
    hooks = asking(pid) if hook else None

    def attach_to(recorder: Recorder | PipeRecorder | None) -> Source:
        from concviz.sources.attach import Attached

        return Attached(pid, recorder, hz, hooks=hooks, keep=keep)

    yield attach_to


def followed(begin: Callable[[], Source], for_s: float | None) -> tuple[Run, int]:
    """To its end, or for so long, or until somebody lets go: the run, and the exit status."""
    import signal

    from concviz.cli import watching
    from concviz.sources.feed import Feed

    with watching.caught() as caught, ExitStack() as shown:
        feed = Feed(begin())
        begun = time.monotonic()
        show = shown.enter_context(watching.status_line(lambda: _line(feed.run, begun)))

        def look() -> None:
            if caught or (for_s is not None and time.monotonic() - begun >= for_s):
                feed.stop()
            show()

        run = feed.follow(watching.TICK_S, look)
    signalled = caught[0] if caught and caught[0] != signal.SIGINT else None
    return run, 0 if signalled is None else 128 + signalled


def _line(run: Run, begun: float) -> Text:
    """What it is attached to, in one line."""
    from rich.text import Text

    from concviz.model.tasks import UNKNOWN
    from concviz.sources.outsiders import name_of
    from concviz.trace.sanitize import sanitize

    program = run.program
    name = "" if program is None else sanitize(name_of(program.argv, ""))
    threads = sum(worker.ended == UNKNOWN for worker in run.workers)
    line = Text(f"attached to {name}")
    line.append(f"  {threads:,} {'thread' if threads == 1 else 'threads'}")
    line.append(f"  {time.monotonic() - begun:.1f} s")
    return line.append("  Ctrl-C lets go", "dim")


def _printed(run: Run, files: Files, *, silent: bool, explain: bool) -> bool:
    """Print and write what was asked for. Whether it could be written."""
    from concviz.cli.printing import print_run

    if not (silent or files.printed):
        print_run(run, as_json=False, explain=explain)
    return files.write(run)


def _say_what_has_no_effect(**given: bool) -> None:
    names: Sequence[str] = [name for name, wanted in given.items() if wanted]
    for name in names:
        option = {"no_history": "--no-history", "ascii_only": "--ascii"}.get(name, f"--{name}")
        click.echo(f"Note: {option} has no effect: the lab is not opened.", err=True)
