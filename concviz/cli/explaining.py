"""What stands out in a program, on standard error after its end: somebody waits for the prompt.

So it is put into lines here, and a library that could draw more is not loaded for that.
"""

from __future__ import annotations

import contextlib
import os
import sys

from concviz.analysis.findings import findings
from concviz.cli.widths import width
from concviz.model.run import Run
from concviz.view.glyphs import drawable, encoding_of
from concviz.view.phrases import point
from concviz.view.program import not_seen
from concviz.view.wrapping import hanging

BOLD, PLAIN = "\x1b[1m", "\x1b[0m"
MARK = "· "


def explain(run: Run) -> None:
    """Say what stands out, and what of it could not be seen; it is no matter if nobody reads it."""
    stream = sys.stderr
    if stream is None:
        return
    bold = stream.isatty() and os.environ.get("TERM", "") not in ("", "dumb", "unknown")
    text = "".join(f"{line}\n" for line in lines_of(run, width(), bold=bold))
    with contextlib.suppress(OSError, ValueError):
        stream.write(drawable(text, encoding_of(stream)))
        stream.flush()


def lines_of(run: Run, width: int, *, bold: bool = False) -> list[str]:
    """The page, in lines of so many cells; with ``bold`` headlines in the way of terminals."""
    begin, end = (BOLD, PLAIN) if bold else ("", "")
    lines = ["", f"{begin}Findings{end}"]
    points = [point(finding) for finding in findings(run)]
    for head, rest in points:
        first, *more = hanging(head + rest, width, MARK)
        if first.startswith(MARK + head):
            first = first.replace(head, f"{begin}{head}{end}", 1)
        lines += [first, *more]
    if not points:
        lines.append("Nothing stands out.")
    unseen = not_seen(run)
    if unseen:
        lines += ["", f"{begin}Not seen{end}"]
        for sentence in unseen:
            lines += hanging(sentence, width, MARK)
    return lines
