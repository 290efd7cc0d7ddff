"""The files that are made of a cast: itself, a page, a moving picture."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from concviz.cli.exporting import opened, spare
from concviz.cli.options import STANDARD, Refused
from concviz.cli.streams import give_up

if TYPE_CHECKING:
    from concviz.sources.saving import Output

Make = Callable[[bytes, str], bytes]
"""From a cast and its name to what is in the file. Raises GifError where that cannot be made."""


class Outputs(ExitStack):
    """Files that appear when all of each is there. All of them can be written, when it begins."""

    def __init__(self, *, force: bool) -> None:
        """With ``force`` they may take the place of others."""
        super().__init__()
        self._force = force
        self._files: list[tuple[str, Make, Output]] = []

    def open(self, out: str, make: Make) -> None:
        """One more. Refuses what cannot be written, before anything is recorded."""
        spare(out, [(path, "written already") for path, _, _ in self._files])
        if out == STANDARD and sys.stdout is not None and sys.stdout.isatty():
            raise Refused("a cast on a terminal would be lost: name a file, or pipe it somewhere.")
        output = opened(out, force=self._force)
        self.callback(_close, output)
        self._files.append((out, make, output))

    def write(self, file: BinaryIO) -> bool:
        """All of them, of the cast in that file. Says what was written, and what could not be."""
        from concviz.casts.gif import GifError

        file.seek(0)
        cast = file.read()
        complete = True
        for out, make, output in self._files:
            try:
                made = make(cast, out)
                output.write([made])
            except (OSError, GifError) as error:
                reason = getattr(error, "strerror", None) or error
                say(f"Error: {out} is not written: {reason}.")
                complete = False
            else:
                say(f"Written: {out}, {_size(len(made))}")
        return complete


def as_it_is(cast: bytes, name: str) -> bytes:
    """The cast itself."""
    return cast


def as_page(cast: bytes, name: str) -> bytes:
    """A page with a player."""
    from concviz.casts.html import page

    return page(cast.decode(), Path(name).stem).encode()


def picture() -> Make:
    """What makes a moving picture. Refuses where nothing here could."""
    from tempfile import TemporaryDirectory

    from concviz.casts.gif import GifError, drawer

    try:
        draw = drawer()
    except GifError as error:
        raise Refused(f"{error}.") from error

    def make(cast: bytes, name: str) -> bytes:
        with TemporaryDirectory(prefix="concviz-") as folder:
            source, target = Path(folder) / "session.cast", Path(folder) / "session.gif"
            source.write_bytes(cast)
            say("Drawing the moving picture …")
            draw(source, target)
            return target.read_bytes()

    return make


def say(words: str) -> None:
    """On standard error, which may be gone."""
    from concviz.trace.sanitize import sanitize
    from concviz.view.glyphs import drawable, encoding_of

    try:
        click.echo(drawable(sanitize(words), encoding_of(sys.stderr)), err=True)
    except OSError:
        give_up(2)


def _size(count: int) -> str:
    return f"{count / 1000:,.0f} kB" if count >= 1000 else f"{count} bytes"


def _close(output: Output) -> None:
    with suppress(OSError):  # it has been said
        output.close()
