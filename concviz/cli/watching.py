"""While something runs: signals stop it, and a terminal sees how far it is."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TextIO

from rich.console import Console
from rich.text import Text

from concviz.cli.streams import give_up
from concviz.view.glyphs import drawable

TICK_S = 0.1
"""How often to look at how far it is."""
BAR = 20
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def caught(but: Collection[int] = ()) -> Iterator[list[int]]:
    """Collect the signals that would end this process; those that are ignored (nohup) stay so.

    ``but``: these do nothing at all. (Ignored, they would be so in what is started here, too.)
    """
    numbers: list[int] = []

    def keep(number: int, _: FrameType | None) -> None:
        if number not in but:
            numbers.append(number)

    before = {
        number: signal.signal(number, keep)
        for number in SIGNALS
        if signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield numbers
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def tell(words: str) -> None:
    """A line for whoever waits: on a terminal alone."""
    if (stream := sys.stderr) is not None and stream.isatty():
        try:
            print(drawable(words, stream.encoding), file=stream)
        except OSError:  # it has gone
            give_up(2)


@contextmanager
def status_line(line: Callable[[], Text]) -> Iterator[Callable[[], None]]:
    """Gives a function that shows the line as the last one of a terminal, if stderr is one.

    The line is written anew each time: nothing (a hidden cursor, a scroll region) is left behind by
    a process that is killed. Showing it never waits for the terminal: who waits hears no signal.
    """
    stream = sys.stderr
    if stream is None or not stream.isatty() or os.environ.get("TERM") in (None, "dumb"):
        yield lambda: None
        return
    page = io.StringIO()
    console = Console(file=page, force_terminal=True, highlight=False)

    fd, gone = _unwaiting(stream), False

    def write(text: str) -> None:
        nonlocal gone
        try:
            words = drawable(f"\r\x1b[K{text}", stream.encoding)
            os.write(fd, words.encode(stream.encoding, "replace"))
        except BlockingIOError:  # it has stopped reading: this line is not worth the wait
            pass
        except OSError:  # the terminal has gone
            give_up(2)
            gone = True

    def show() -> None:
        if gone:  # and the run goes on without
            return
        words = line()
        words.truncate(_columns(stream) - 1)
        page.seek(0)
        page.truncate()
        console.print(words, end="", soft_wrap=True)
        write(page.getvalue())

    try:
        yield show
    finally:
        if not gone:
            write("")
        os.close(fd)


@contextmanager
def no_line(line: Callable[[], Text]) -> Iterator[Callable[[], None]]:
    """The same, where the terminal may be another program's by now."""
    yield lambda: None


def _unwaiting(stream: TextIO) -> int:
    """The stream's terminal, opened anew: what we inherited shares its flags with the shell."""
    try:
        return os.open(
            os.ttyname(stream.fileno()), os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
        )
    except OSError:  # another user's, as after su
        return os.dup(stream.fileno())


def bar(done: int, total: int) -> Text:
    """How much of it is done."""
    whole = BAR * done // max(1, total)
    return Text().append("━" * whole, "green").append("━" * (BAR - whole), "dim")


def _columns(stream: TextIO) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80  # some terminals say 0
    except OSError:
        return 80
