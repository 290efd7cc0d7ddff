"""``concviz play``: a recorded terminal session on this terminal."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from concviz.cli.options import HELP, STANDARD, Refused, has_screen

if TYPE_CHECKING:
    from concviz.casts.reading import Cast


@click.command(context_settings=HELP)
@click.argument("file", metavar="FILE")
@click.option("--speed", type=float, metavar="X", help="Play so many times as fast, 0.1 to 100.")
@click.option(
    "--idle-limit",
    type=float,
    metavar="S",
    help="Where nothing happens, wait no longer than this: as the cast says, or else for ever.",
)
@click.option("--loop", is_flag=True, help="Play it again and again.")
@click.pass_context
def play(
    ctx: click.Context, /, file: str, speed: float | None, idle_limit: float | None, loop: bool
) -> None:
    """Play a cast (asciicast v2) on this terminal.

    FILE is what `concviz record-demo` or asciinema wrote, also packed by gzip; - is standard
    input, and the keys are this terminal's all the same. Only what the recorded screen shows is
    drawn: whatever is in the file, this terminal is at the end as it was. A slow line misses
    pictures, and is not late.

    \b
    Keys:
      Space  pause, go on      ← →  5 seconds back, on
      < >    slower, faster    , .  the picture before, after (also p n)
      ( )    start, end        l    play it again and again
      q      quit

    \b
    Exit status:
      0  played
      2  wrong usage, or the file is no cast
      130, 129, 143  stopped by Ctrl-C, a hang-up or a termination signal
    """
    from concviz.casts.playback import FASTEST, SLOWEST, Playback
    from concviz.casts.reading import without_idle

    if speed is not None and not SLOWEST <= speed <= FASTEST:  # also true of nan
        raise Refused(f"speed is {speed:g}: it must be from {SLOWEST:g} to {FASTEST:g}.")
    if idle_limit is not None and not idle_limit > 0:
        raise Refused(f"idle-limit is {idle_limit:g}: it must be more than 0 seconds.")
    cast = opened(file)
    _need_terminal()
    limit_s = cast.header.idle_limit_s if idle_limit is None else idle_limit
    if limit_s is not None:
        cast = cast._replace(events=without_idle(cast.events, limit_s))
    from concviz.cli.own_terminal import OwnTerminal
    from concviz.cli.playing import Player
    from concviz.trace.sanitize import sanitize

    with OwnTerminal(sys.stdout) as terminal:
        playback = Playback(cast, speed=speed or 1.0, loop=loop)
        status = Player(playback, terminal, cast.remark).play()
    if cast.remark is not None:
        click.echo(f"Note: {sanitize(cast.remark)}.", err=True)
    ctx.exit(status)


def opened(file: str) -> Cast:
    """The cast in a file. Refuses what is none."""
    from concviz.casts.asciicast import CastError
    from concviz.casts.reading import read
    from concviz.trace.sanitize import sanitize

    reason: object
    try:
        with os.fdopen(_begun(file), "rb", buffering=0) as stream:
            return read(stream)
    except OSError as error:
        reason = f"it cannot be read: {error.strerror}"
    except CastError as error:
        reason = error
    except ValueError as error:  # a NUL in the name
        reason = f"it cannot be read: {error}"
    name = "standard input" if file == STANDARD else sanitize(file)
    raise Refused(f"{name} cannot be played: {sanitize(str(reason))}.")


def _begun(file: str) -> int:
    if file == STANDARD:
        if sys.stdin is not None and sys.stdin.isatty():
            raise Refused("standard input is a terminal: pipe a cast into it, or name a file.")
        return os.dup(0)
    fd = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # a pipe may have no writer
    os.set_blocking(fd, True)
    return fd


def _need_terminal() -> None:
    """Refuses where nothing can be shown."""
    if sys.stdout is None or not sys.stdout.isatty():
        raise Refused("standard output is no terminal: a cast needs one to be played on.")
    if not has_screen():
        term = os.environ["TERM"]
        raise Refused(f"a cast needs a terminal that can move its cursor (TERM is {term}).")
