"""Files that a command writes besides what it prints: a format is chosen by name or by suffix."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
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
    """Files that are open, and empty so far."""

    def __init__(self, files: Sequence[_File]) -> None:
        self._files = files

    def write(self, found: Run | Comparison | Sweep) -> bool:
        """Write it into each. Says so, and gives False, where one is not complete."""
        from concviz.trace.sanitize import sanitize

        complete = True
        for path, exporter, stream in self._files:
            try:
                written = exporter.write(found)
                stream.write(written.encode() if isinstance(written, str) else written)
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
    with ExitStack() as stack:
        files = []
        for path, exporter in [*_named(by_name or {}), *_of_suffix(kind, by_suffix)]:
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
        with suppress(OSError, ValueError):  # one that does not exist, or cannot
            if os.path.isfile(path) and os.path.samefile(path, other):  # noqa: PTH113, PTH121
                raise Refused(f"{sanitize(path)} is {what}: export to another file.")


def _opened(path: str) -> IO[bytes]:
    from concviz.trace.sanitize import sanitize

    try:
        return open(path, "wb")  # noqa: PTH123
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or error
        raise Refused(f"{sanitize(path)} cannot be written: {reason}.") from error


def _close(stream: IO[bytes]) -> None:
    with suppress(OSError):  # it has been said
        stream.close()
