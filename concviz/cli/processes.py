"""Which running Python is meant: a number, a name, or one of a list."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

import click

from concviz.cli.options import WRONG_USAGE, Refused

if TYPE_CHECKING:
    from concviz.observer.running import Running

LONGEST_PID = 10
"""Digits; more of them are no process."""
MOST = 40
"""Processes that a list shows."""
NS = 1e9


def chosen(target: str | None) -> int:
    """The process that is meant, which can be looked at. Refuses others, with the reason."""
    from concviz.observer.running import running, why_not
    from concviz.trace.sanitize import sanitize

    if target is not None and target.isascii() and target.isdigit():
        if len(target) > LONGEST_PID or not int(target):
            raise Refused(
                f"{target[:20]} is no process: their numbers begin at 1 and are not that large."
            )
        pid = int(target)
    else:
        found = running()
        if target is not None:
            called = [one for one in found if is_called(one.argv, target)]
            found = called or [one for one in found if mentions(one.argv, target)]
        pid = _of_these(found, target)
    if (sentence := why_not(pid, command=_command())) is not None:
        raise Refused(sanitize(sentence))
    return pid


def is_called(argv: Sequence[str], name: str) -> bool:
    """Whether somebody would call a process of these arguments so."""
    from concviz.sources.outsiders import name_of

    called = name_of(argv, "").casefold()
    return name.casefold() in {called, called.removeprefix("-m "), PurePath(called).stem}


def mentions(argv: Sequence[str], name: str) -> bool:
    """Whether the name is somewhere in these arguments."""
    return any(name.casefold() in word.casefold() for word in argv)


def _of_these(found: Sequence[Running], target: str | None) -> int:
    from concviz.trace.sanitize import sanitize

    if not found and target is not None:
        raise Refused(
            f"no Python that runs here is called {sanitize(target)}: concviz attach lists them."
        )
    if not found:
        raise Refused("no Python runs here but this one.")
    if len(found) == 1 and target is not None:
        return found[0].pid
    asks = sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()
    for line in listed(found, numbered=asks):
        click.echo(line, err=asks)
    if not asks:
        click.echo("Error: say which: concviz attach PID.", err=True)
        raise click.exceptions.Exit(WRONG_USAGE)
    number: int = click.prompt(
        "Attach to which", type=click.IntRange(1, min(len(found), MOST)), err=True
    )
    return found[number - 1].pid


def listed(found: Sequence[Running], *, numbered: bool, now: int | None = None) -> list[str]:
    """A line for each process, after one that says what is what; ``now`` on the monotonic clock."""
    from concviz.trace.sanitize import sanitize

    now = time.monotonic_ns() if now is None else now
    rows = [("", "PID", "USER", "PYTHON", "RUNS FOR", "COMMAND")]
    for number, one in enumerate(found[:MOST], 1):
        age = _age(max(0, now - one.begun_ns) / NS)
        command = sanitize(shlex.join(one.argv))
        version = one.version or "?"
        rows.append((str(number), str(one.pid), sanitize(one.owner), version, age, command))
    first = 0 if numbered else 1
    columns = list(zip(*rows, strict=True))[first:-1]
    widths = [max(map(len, column)) for column in columns]
    room = _columns() - sum(widths) - 2 * len(widths)
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width) if at + first in (0, 1, 4) else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row[first:-1], widths, strict=True))
        ]
        lines.append("  ".join([*cells, _cut(row[-1], max(20, room))]))
    if len(found) > MOST:
        lines.append(f"and {len(found) - MOST} more: concviz attach NAME shows those of a name.")
    return lines


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else text[: room - 1] + "…"


def _age(seconds: float) -> str:
    for unit, length in ("d", 86_400), ("h", 3_600), ("min", 60):
        if seconds >= length:
            return f"{int(seconds // length)} {unit}"
    return f"{int(seconds)} s"


def _columns() -> int:
    from concviz.cli.widths import width

    return width()


def _command() -> str:
    """What to type after sudo: root's path has us rarely."""
    program = Path(sys.argv[0])
    return (
        f"{shlex.quote(str(program.resolve()))} attach"
        if program.name == "concviz"
        else (f"{shlex.quote(sys.executable)} -m concviz attach")
    )
