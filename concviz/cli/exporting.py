"""Files that a command writes besides what it prints: a format is chosen by name or by suffix."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from concviz.cli.options import STANDARD, Refused
from concviz.cli.streams import StandardOutput

if TYPE_CHECKING:
    from concviz.analysis.comparison import Comparison
    from concviz.analysis.sweep import Sweep
    from concviz.exporters.exporter import Exporter, Look
    from concviz.model.run import Run
    from concviz.sources.saving import Output

F = TypeVar("F", bound=Callable[..., Any])
SIGNALLED = 128


def export_option(command: F) -> F:
    """Any number of files, each in the format of its suffix."""
    return click.option(
        "--export",
        metavar="FILE",
        multiple=True,
        help="Write it to a new file, in the format of the suffix, such as .svg or .json.",
    )(command)


def force_option(command: F) -> F:
    """Files may take the place of others."""
    return click.option(
        "--force", is_flag=True, help="Replace files that are there already; else none is."
    )(command)


class File(NamedTuple):
    """One that has been begun."""

    path: str
    format: Callable[[], Exporter]
    """Loaded when it is needed: nobody waits for that before a run."""
    output: Output

    def write(self, found: Run | Comparison | Sweep, look: Look) -> bool:
        """Write that into it. Says so, and gives False, where it is not written."""
        from concviz.trace.sanitize import sanitize

        exporter = self.format()
        try:
            self.output.write(exporter.pieces(found, look))
        except click.ClickException:
            raise
        except OSError as error:
            reason = error.strerror or str(error)
        except Exception as error:  # another package's exporter: it may raise anything
            reason = f"{exporter.name} failed: {type(error).__name__}: {error}"
        else:
            return True
        click.echo(sanitize(f"Error: {self.path} is not written: {reason}."), err=True)
        return False


class Files:
    """Files that have been begun; what was in them is there until they are written."""

    def __init__(self, files: Sequence[File]) -> None:
        self._files = files
        self.printed = any(file.path == STANDARD for file in files)
        """Whether one of them is standard output, which is then for nothing else."""

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._files)

    def write(self, found: Run | Comparison | Sweep) -> bool:
        """Write it into each. Says so, and gives False, where one is not written."""
        from concviz.exporters.exporter import AS_USUAL

        written = [file.write(found, AS_USUAL) for file in self._files]
        return all(written)


@contextmanager
def output_files(
    kind: str,
    by_suffix: Sequence[str],
    by_name: Mapping[str, str | None] | None = None,
    recording: str | None = None,
    *,
    force: bool = False,
) -> Iterator[Files]:
    """The files that were asked for: paths, and paths by the name of a format.

    Refuses, before anything runs, one that cannot be written, is there already (unless
    ``force``d) or whose format there is not, and one that is the ``recording`` or was asked for
    already: it would be lost.
    """
    taken = [] if recording is None else [(recording, "the recording")]
    asked = [*_named(by_name or {}), *_of_suffix(kind, by_suffix)]
    with ExitStack() as stack, signals_raised():
        files = []
        for path, load in asked:
            spare(path, taken)
            taken.append((path, "written already"))
            output = opened(path, force=force)
            stack.callback(_close, output)
            files.append(File(path, load, output))
        yield Files(files)


def _named(by_name: Mapping[str, str | None]) -> Iterator[tuple[str, Callable[[], Exporter]]]:
    for name, path in by_name.items():
        if path is not None:
            yield path, partial(_of_ours, name)


def _of_ours(name: str) -> Exporter:
    from concviz.exporters.registry import EXPORTERS

    return EXPORTERS.load(name)


def _of_suffix(kind: str, paths: Sequence[str]) -> Iterator[tuple[str, Callable[[], Exporter]]]:
    for path in paths:
        exporter = format_of(path, kind)
        yield path, partial(_itself, exporter)


def _itself(exporter: Exporter) -> Exporter:
    return exporter


def format_of(path: str, kind: str) -> Exporter:
    """The format of a file's suffix. Refuses where there is none."""
    named(path)
    from concviz.exporters.registry import for_file

    return chosen(lambda: for_file(path, kind))


def chosen(choose: Callable[[], Exporter]) -> Exporter:
    """The format. Refuses where there is none, or it cannot be written here."""
    from concviz.exporters.registry import UnknownFormatError
    from concviz.trace.sanitize import sanitize

    try:
        return choose()
    except UnknownFormatError as error:
        raise Refused(sanitize(str(error))) from None


def spare(path: str, taken: Sequence[tuple[str, str]]) -> None:
    """Refuses a file that is one of those, of which it is said what they are."""
    from concviz.trace.sanitize import sanitize

    for other, what in taken:
        with suppress(OSError, ValueError):  # one that cannot exist
            if _same(path, other):
                raise Refused(f"{sanitize(path)} is {what}: export to another file.")


def _same(path: str, other: str) -> bool:
    """Whether both are one file, which need not be there yet."""
    if STANDARD in (path, other):
        return path == other
    if Path(path).is_file() and Path(other).exists():
        return Path(path).samefile(other)
    there = Path(path).exists() or Path(other).exists()
    return not there and Path(path).resolve() == Path(other).resolve()


def opened(path: str, *, force: bool) -> Output:
    """What will be written there. Refuses what cannot be, or would be lost."""
    if path == STANDARD:
        return StandardOutput()
    from concviz.sources import saving

    with writable(path):
        return saving.opened(Path(path), replace=force)


def named(path: str) -> None:
    """Refuses a name that is none: a variable of the shell may have been empty."""
    if not path:
        raise Refused("the name of the file to write is empty: give one.")


@contextmanager
def writable(path: str) -> Iterator[None]:
    """Refuses, in a sentence, a path that cannot be opened to be written to."""
    from concviz.trace.sanitize import sanitize

    named(path)
    try:
        yield
    except FileExistsError:
        if Path(path).is_dir():
            raise Refused(f"{sanitize(path)} cannot be written: it is a folder.") from None
        raise Refused(
            f"{sanitize(path)} is there already: --force replaces it, or give another name."
        ) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or error
        raise Refused(f"{sanitize(path)} cannot be written: {reason}.") from error


def _close(output: Output) -> None:
    with suppress(OSError):  # it has been said
        output.close()


@contextmanager
def signals_raised() -> Iterator[Callable[[], None]]:
    """Ctrl-C, a hang-up and a termination end this process: what was begun is removed.

    What it gives ends the process if one came where Python drops what a handler raises, as it does
    while a module is let go of.
    """
    came = 0

    def end(number: int, _: FrameType | None) -> None:
        nonlocal came
        came = number
        raise SystemExit(SIGNALLED + number)

    def check() -> None:
        if came:
            raise SystemExit(SIGNALLED + came)

    before = {
        number: signal.signal(number, end)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler)
    }
    try:
        yield check
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
