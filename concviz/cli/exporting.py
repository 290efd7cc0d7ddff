"""Files that a command writes besides what it prints: a format is chosen by name or by suffix."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from concviz.cli.options import Refused

if TYPE_CHECKING:
    from concviz.analysis.comparison import Comparison
    from concviz.analysis.sweep import Sweep
    from concviz.exporters.exporter import Exporter
    from concviz.model.run import Run

F = TypeVar("F", bound=Callable[..., Any])


def export_option(command: F) -> F:
    """Any number of files, each in the format of its suffix."""
    return click.option(
        "--export",
        metavar="FILE",
        multiple=True,
        help="Write it in the format of the suffix, such as .json or .txt (replaces FILE).",
    )(command)


class _File(NamedTuple):
    path: str
    exporter: Exporter
    stream: IO[bytes]


class Files:
    """Files that are open; what was in them is there until they are written."""

    def __init__(self, files: Sequence[_File]) -> None:
        self._files = files

    def write(self, found: Run | Comparison | Sweep) -> bool:
        """Write it into each. Says so, and gives False, where one is not complete."""
        from concviz.trace.sanitize import sanitize

        complete = True
        for path, exporter, stream in self._files:
            try:
                written = exporter.write(found)
                with suppress(OSError):  # a pipe has nothing to take away
                    stream.truncate(0)
                stream.write(written)
                stream.close()
            except OSError as error:
                reason = error.strerror or str(error)
            except Exception as error:  # another package's exporter: it may raise anything
                reason = f"{exporter.name} failed: {type(error).__name__}: {error}"
            else:
                continue
            click.echo(sanitize(f"Error: {path} is not complete: {reason}."), err=True)
            complete = False
        return complete


@contextmanager
def output_files(
    kind: str,
    by_suffix: Sequence[str],
    by_name: Mapping[str, str | None] | None = None,
    recording: str | None = None,
) -> Iterator[Files]:
    """The files that were asked for: paths, and paths by the name of a format.

    Refuses, before anything runs, one that cannot be written or whose format there is not, and one
    that is the ``recording`` or was asked for already: it would be lost.
    """
    taken = [] if recording is None else [(recording, "the recording")]
    asked = [*_named(by_name or {}), *_of_suffix(kind, by_suffix)]
    with ExitStack() as stack:
        files = []
        for path, exporter in asked:
            _spare(path, taken)
            taken.append((path, "written already"))
            stream = _opened(path)
            stack.callback(_close, stream)
            files.append(_File(path, exporter, stream))
        yield Files(files)


def _named(by_name: Mapping[str, str | None]) -> Iterator[tuple[str, Exporter]]:
    for name, path in by_name.items():
        if path is not None:
            from concviz.exporters.registry import EXPORTERS

            yield path, EXPORTERS.load(name)


def _of_suffix(kind: str, paths: Sequence[str]) -> Iterator[tuple[str, Exporter]]:
    for path in paths:
        from concviz.exporters.registry import UnknownFormatError, for_file
        from concviz.trace.sanitize import sanitize

        try:
            yield path, for_file(path, kind)
        except UnknownFormatError as error:
            raise Refused(sanitize(str(error))) from None


def _spare(path: str, taken: Sequence[tuple[str, str]]) -> None:
    from concviz.trace.sanitize import sanitize

    for other, what in taken:
        with suppress(OSError, ValueError):  # one that cannot exist
            if _same(path, other):
                raise Refused(f"{sanitize(path)} is {what}: export to another file.")


def _same(path: str, other: str) -> bool:
    """Whether both are one file, which need not be there yet."""
    if Path(path).is_file() and Path(other).exists():
        return Path(path).samefile(other)
    there = Path(path).exists() or Path(other).exists()
    return not there and Path(path).resolve() == Path(other).resolve()


def _opened(path: str) -> IO[bytes]:
    """To write, and as it is: it is emptied when there is something to put in its place."""
    from concviz.trace.sanitize import sanitize

    try:
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o666), "wb")
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or error
        raise Refused(f"{sanitize(path)} cannot be written: {reason}.") from error


def _close(stream: IO[bytes]) -> None:
    with suppress(OSError):  # it has been said
        stream.close()
