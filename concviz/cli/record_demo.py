"""``concviz record-demo``: a terminal session of concviz as an asciicast."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from concviz.cli.demo_outputs import Outputs, as_it_is, as_page, picture, say
from concviz.cli.exporting import force_option
from concviz.cli.options import HELP, Refused, has_screen
from concviz.cli.waking import Signals, woken

if TYPE_CHECKING:
    from concviz.casts.filming import Filming
    from concviz.casts.typist import Typist
    from concviz.cli.demo_recording import View

SIZE = "100x30"
IDLE_LIMIT_S = 1.5
FAILED, SIGNALLED = 1, 128
LONGEST = 1 << 20
"""Bytes of a script."""


@click.command(context_settings=HELP)
@click.argument("out", metavar="OUT.cast")
@click.argument("arguments", nargs=-1, metavar="[-- ARGUMENTS]", type=click.UNPROCESSED)
@click.option("--size", metavar="SIZE", default=SIZE, help=f"Columns and rows: {SIZE}.")
@click.option(
    "--idle-limit",
    type=float,
    default=IDLE_LIMIT_S,
    metavar="S",
    help=f"Where nothing happens for longer, only so much is recorded: {IDLE_LIMIT_S:g} s.",
)
@click.option("--keys", metavar="FILE", help="Type what this script says, and then quit.")
@click.option("--html", metavar="FILE", help="Write a page that plays it, without network, too.")
@click.option("--gif", metavar="FILE", help="Write a moving picture of it, too (an extra).")
@force_option
@click.pass_context
def record_demo(
    ctx: click.Context,
    /,
    out: str,
    arguments: tuple[str, ...],
    size: str,
    idle_limit: float,
    keys: str | None,
    html: str | None,
    gif: str | None,
    force: bool,
) -> None:
    """Record a terminal session of concviz as a cast (asciicast v2).

    What follows `--` is what concviz is started with, in a terminal of its own of that size and of
    millions of colours; without it, the lab opens. It is shown here meanwhile, and gets the keys
    that are typed, unless there is a script.

    \b
    A script has a line for each step:
      r                     press r
      press 4 right right   keys: a character, or enter, tab, escape, up, ctrl+p, …
      type 8                each of these characters
      wait 2s               let time go by
      until "finished" 20s  wait until that is on the screen, 20 s at most
      # a remark            (quote as in a shell: press "#")

    \b
    Examples:
      concviz record-demo demo.cast -- --fresh --strategy processes
      concviz record-demo demo.cast --keys demo.keys --html demo.html -- --fresh
      concviz play demo.cast

    \b
    Exit status:
      that of the recorded concviz; 1 if the script waited in vain
      2  wrong usage; nothing was recorded
      130, 129, 143  stopped by Ctrl-C, a hang-up or a termination signal; what there was is kept
    """
    from tempfile import TemporaryFile, gettempdir

    from concviz.casts.asciicast import CastError
    from concviz.casts.asciicast import size as of_text

    try:
        columns, rows = of_text(size)
    except CastError as error:
        raise Refused(f"size: {error}.") from error
    if not idle_limit > 0:
        raise Refused(f"idle-limit is {idle_limit:g}: it must be more than 0 seconds.")
    typist = None if keys is None else _typist(keys)
    with woken() as signals, Outputs(force=force) as outputs, TemporaryFile() as file:
        outputs.open(out, as_it_is)
        if html is not None:
            outputs.open(html, as_page)
        if gif is not None:
            outputs.open(gif, picture())
        from concviz.casts.filming import Filming

        filming = Filming(file, columns, rows, idle_limit)
        try:
            status = _record(arguments, filming, typist, signals)
        except OSError as error:
            raise click.ClickException(
                f"nothing is recorded: {error.strerror or error}. Until its end a recording is in "
                f"{gettempdir()}; TMPDIR names another folder."
            ) from error
        complete = outputs.write(file)
    ctx.exit(status if complete else status or FAILED)


def _record(
    arguments: tuple[str, ...], filming: Filming, typist: Typist | None, signals: Signals
) -> int:
    """The exit status."""
    from concviz.casts.session import Session
    from concviz.cli.demo_recording import DemoRecording

    command = [sys.executable, "-m", "concviz", *arguments]
    session = Session(command, filming.screen.columns, filming.screen.rows)
    with ExitStack() as stack:
        stack.callback(session.close)
        view = stack.enter_context(_view(filming, typist is None))
        recording = DemoRecording(session, filming, view, typist)
        recording.record(*signals)
    filming.close()
    if recording.problem is not None:
        say(f"Error: {recording.problem}.")
    if recording.stopped_by is not None:
        return SIGNALLED + recording.stopped_by
    return FAILED if recording.problem is not None else session.status or 0


@contextmanager
def _view(filming: Filming, keys: bool) -> Iterator[View]:
    """This terminal; or a line on it, where standard output is none. ``keys`` are passed on."""
    from concviz.cli.demo_recording import Line, Mirror
    from concviz.cli.own_terminal import OwnTerminal
    from concviz.cli.watching import status_line

    if has_screen():
        with OwnTerminal(sys.stdout) as terminal:
            yield Mirror(terminal, mouse=keys)
        return
    from rich.text import Text

    begun = time.monotonic()

    def line() -> Text:
        return Text(f"recording… {time.monotonic() - begun:.0f} s, {filming.written / 1000:.0f} kB")

    with status_line(line) as tell:
        yield Line(tell)


def _typist(path: str) -> Typist:
    """Who follows a script. Refuses what is none."""
    from concviz.casts.key_script import ScriptError, parse
    from concviz.casts.typist import Typist
    from concviz.trace.sanitize import sanitize

    reason: object
    try:
        with Path(path).open("rb") as file:
            script = file.read(LONGEST + 1)
        if len(script) > LONGEST:
            raise ScriptError(f"it is longer than {LONGEST:,} bytes")
        return Typist(parse(script.decode()))
    except OSError as error:
        reason = f"cannot be read: {error.strerror}"
    except UnicodeDecodeError:
        reason = "is no text in UTF-8"
    except ScriptError as error:
        reason = error
    except ValueError as error:  # a NUL in the name
        reason = error
    raise Refused(f"{sanitize(path)}: {sanitize(str(reason))}.")
