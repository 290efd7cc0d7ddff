"""A cast as a moving picture, drawn by ``agg``, which an extra brings."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from concviz.trace.sanitize import sanitize

EXTRA = "pip install 'concviz[demo]'"
_LOOKS = ("--line-height", "1.2", "--font-size", "14", "--idle-time-limit", "3600")
"""Lines as close as a terminal's, so that what is drawn in cells joins; idle time is cut before."""


class GifError(Exception):
    """Why there is no picture, in a sentence without its full stop."""


def drawer() -> Callable[[Path, Path], None]:
    """What makes a picture of a cast. Raises GifError where there is nothing that could."""
    beside = Path(sys.executable).parent
    places = os.pathsep.join([str(beside), os.environ.get("PATH", os.defpath)])
    command = shutil.which("agg", path=places)
    if command is None:
        raise GifError(f"agg, which draws pictures of casts, is not installed: {EXTRA}")

    def draw(cast: Path, out: Path) -> None:
        done = subprocess.run(
            [command, *_LOOKS, str(cast.absolute()), str(out.absolute())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            reason = sanitize(said[-1]) if said else f"it ended with status {done.returncode}"
            raise GifError(f"agg drew no picture: {reason}")

    return draw
