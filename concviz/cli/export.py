"""``concviz export``: a recording in another format."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import PurePath
from typing import TYPE_CHECKING

import click

from concviz.cli.exporting import (
    File,
    chosen,
    force_option,
    format_of,
    opened,
    signals_raised,
    spare,
)
from concviz.cli.options import HELP, STANDARD, Refused
from concviz.cli.reading import opened as opened_recording
from concviz.cli.reading import path_of, read_wholly

if TYPE_CHECKING:
    from concviz.exporters.exporter import Exporter, Look

FAILED, SIGNALLED = 1, 128
DARK, LIGHT = "dark", "light"
NARROWEST, WIDEST = 20, 1_000


class _WithFormats(click.Command):
    """Its help lists the formats, which are only looked at when somebody asks for it."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """A line a format."""
        from concviz.exporters.registry import formats
        from concviz.trace.sanitize import sanitize

        with formatter.section("Formats"):
            formatter.write_dl(
                [
                    (sanitize(each.name), sanitize(f"{each.summary} ({', '.join(each.suffixes)})"))
                    for each in formats("run")
                ]
            )


@click.command(cls=_WithFormats, context_settings=HELP)
@click.argument("file", metavar="FILE")
@click.option("--to", "to", metavar="FORMAT", help="The format, by its name; see below.")
@click.option(
    "-o",
    "--output",
    "output",
    metavar="OUT",
    help="The file to write (.gz: packed; -: standard output). Without --to, its suffix says the "
    "format; without -o, it is named as FILE, in this folder.",
)
@force_option
@click.option("--width", type=int, metavar="N", help="Columns of a picture: 20 to 1000.")
@click.option("--theme", type=click.Choice([DARK, LIGHT]), help="Ground of a picture: dark.")
@click.pass_context
def export(
    ctx: click.Context,
    /,
    file: str,
    to: str | None,
    output: str | None,
    force: bool,
    width: int | None,
    theme: str | None,
) -> None:
    """Write a recording in another format: for a pull request, a chat, a spreadsheet, Perfetto.

    FILE is what --record or the lab's w wrote, also packed by gzip; - is standard input, and then
    standard output is where it goes, unless -o says otherwise. A file appears when all of it is
    written, and takes the place of another one only with --force.

    \b
    Examples:
      concviz export monday.jsonl --to chrome            writes monday.trace.json
      concviz export monday.jsonl -o monday.md
      concviz export monday.jsonl.gz --to csv -o - | column -ts,
      ssh host concviz run --record - | concviz export - --to text

    \b
    Exit status:
      0  it was written
      1  it was not; or it was, and the recording ends before its run
      2  wrong usage, or the file is no recording
      130, 129, 143  stopped by Ctrl-C, a hang-up or a termination signal: nothing is written but
         what came through a pipe until then
    """
    from concviz.trace.sanitize import sanitize

    exporter, path = _wanted(file, to, output)
    look = _look(exporter, width, theme)
    if path == STANDARD and exporter.binary and _terminal():
        raise Refused(f"{exporter.name} is nothing for a terminal: -o names a file.")
    source = opened_recording(file, "exported")
    spare(path, [(path_of(file), "the recording")])
    with signals_raised() as check, closing(opened(path, force=force)) as out:
        run, stopped_by = read_wholly(source, "exported")
        check()
        if stopped_by is not None and file != STANDARD:
            ctx.exit(SIGNALLED + stopped_by)
        written = File(path, lambda: exporter, out).write(run, look)
    if written and path not in (output, STANDARD):
        click.echo(sanitize(f"Written: {path}"), err=True)
    status = 0 if written and source.remark is None else FAILED
    ctx.exit(status if stopped_by is None else SIGNALLED + stopped_by)


def _wanted(file: str, to: str | None, output: str | None) -> tuple[Exporter, str]:
    """The format, and where it goes."""
    if to is not None:
        from concviz.exporters.registry import by_name

        exporter = chosen(lambda: by_name(to, "run"))
        return exporter, output if output is not None else _named(file, exporter)
    if output is None:
        raise Refused("what format is it to be? --to names one, or -o a file with its suffix.")
    return format_of(output, "run"), output


def _terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()


def _named(file: str, exporter: Exporter) -> str:
    """The recording's name with another suffix, in this folder."""
    if file == STANDARD:
        return STANDARD
    name = PurePath(file).name.removesuffix(".gz")
    return (PurePath(name).stem or name) + exporter.suffixes[0]


def _look(exporter: Exporter, width: int | None, theme: str | None) -> Look:
    """As was asked for. Refuses what cannot be, and says what has no effect."""
    from concviz.exporters.exporter import Look

    if width is not None and not NARROWEST <= width <= WIDEST:
        raise Refused(f"width is {width}: it must be from {NARROWEST} to {WIDEST:,}.")
    asked = {"width": ("--width", width), "dark": ("--theme", theme)}
    for field, (option, given) in asked.items():
        if given is not None and field not in exporter.heeds:
            click.echo(f"Note: {option} has no effect on {exporter.name}.", err=True)
    return Look(width=width, dark=theme != LIGHT)
