"""Standard input, output and error: any of them may be closed, full or gone."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Callable, Iterable

import click

FAILED, INTERRUPTED = 1, 130


class CannotPrint(click.ClickException):
    """Standard output took no more, for another reason than that its reader had enough."""


def fill_standard_streams() -> None:
    """Put nothing in the place of a closed one, so that no pipe of ours gets its number."""
    for fd in (0, 1, 2):
        try:
            os.fstat(fd)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def explain(error: click.ClickException) -> None:
    """Say on standard error what was wrong: it may quote anything that was on the command line."""
    from concviz.trace.sanitize import sanitize
    from concviz.view.glyphs import drawable, encoding_of

    words = io.StringIO()
    error.show(words)
    said = "\n".join(map(sanitize, words.getvalue().splitlines()))
    click.echo(drawable(said, encoding_of(sys.stderr)), err=True)


def outcome(command: Callable[[], int]) -> int:
    """Do it: the exit status that says how it went. What went wrong is said."""
    try:
        return command()
    except click.ClickException as error:
        explain(error)
        return error.exit_code
    except click.Abort:  # Ctrl-C before or after the run
        return INTERRUPTED
    except OSError as error:  # no more processes, no more memory, no more disk
        give_up(1)
        explain(click.ClickException(f"{error.strerror or error}."))
        return FAILED


def write(text: str, encoding: str) -> None:
    """All of it, at once: what is left in a buffer would fail when nobody can catch it any more.

    What the encoding lacks is written in ASCII.
    """
    if sys.stdout is None:
        return
    from concviz.view.glyphs import drawable

    StandardOutput().write([drawable(text, encoding).encode(encoding, "replace")])


class StandardOutput:
    """Standard output as a file to be written, which takes bytes as they are."""

    def write(self, pieces: Iterable[bytes]) -> None:
        """All of it, unless its reader has enough. Raises CannotPrint for another reason."""
        if sys.stdout is None:
            return
        try:
            sys.stdout.flush()
            stream = sys.stdout.buffer
            for piece in pieces:
                left = memoryview(piece)
                while left:  # unbuffered (python -u), it may take a part
                    left = left[stream.write(left) :]
            sys.stdout.flush()
        except OSError as error:
            give_up(1)
            if error.errno not in (errno.EPIPE, errno.EIO):
                raise CannotPrint(f"standard output: {error.strerror}.") from error

    def close(self) -> None:
        """It is nobody's to close."""


def give_up(fd: int) -> None:
    """Let what is left for standard output (1) or error (2) vanish: exit would try it again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), fd)
