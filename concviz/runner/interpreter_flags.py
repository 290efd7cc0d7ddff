"""The Python of a run is the one that the lab runs in, with the same flags."""

from __future__ import annotations

import subprocess
import sys


def python(*arguments: str) -> list[str]:
    """A command that starts this Python with the options that it was itself started with.

    For example ``-X gil=0``, ``-W error``, ``-I``: they decide what a run does.
    """
    # What multiprocessing gives to the processes that it spawns. Before 3.14 it knows some -X only.
    options: list[str] = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]
    for name, value in sys._xoptions.items():
        option = name if value is True else f"{name}={value}"
        if option not in options:
            options += ["-X", option]
    return [sys.executable, *options, *arguments]
