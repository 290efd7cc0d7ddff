"""Why a process of a watched program tells nothing, and what such a process is called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath

from concviz.runner.python_words import begin

_PYTHON = re.compile(r"(python|pypy)([\d.]+[a-z]*)?", re.ASCII)
_DEAF = re.compile(r"-[a-zA-Z]*[IES][a-zA-Z]*", re.ASCII)
"""Options with which a Python looks at no environment, or imports no ``sitecustomize``."""
LONGEST = 40
_HELPERS = {
    "multiprocessing.resource_tracker": "resource tracker",
    "multiprocessing.forkserver": "forkserver",
}
"""Processes that multiprocessing keeps for itself, by the module that their code imports."""


def is_python(argv: Sequence[str], file: str) -> bool:
    """Whether that is a Python, as far as names tell."""
    return any(_PYTHON.fullmatch(PurePath(path).name) for path in (file, *argv[:1]))


def options_of(argv: Sequence[str]) -> list[str]:
    """Those of the Python itself, before its script, module or code."""
    return [word for word in argv[1 : begin(argv)] if word.startswith("-")]


def helper_of(argv: Sequence[str]) -> str | None:
    """What multiprocessing needs a process for, if it is one of its own."""
    if len(argv) > 2 and argv[-2] == "-c":
        return next((name for module, name in _HELPERS.items() if module in argv[-1]), None)
    return None


def name_of(argv: Sequence[str], file: str, comm: str = "") -> str:
    """What a process is called: its script's or module's name, else its file's."""
    name = PurePath(file or next(iter(argv), "") or comm).name or comm
    if is_python(argv, file):
        rest = argv[begin(argv) :]
        if rest[:1] == ["-m"]:
            name = f"-m {' '.join(rest[1:2])}"
        elif rest[:1] == ["-c"]:
            name = helper_of(argv) or f"{name} -c"
        elif rest and not rest[0].startswith("-"):
            name = PurePath(rest[0]).name
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


def why_silent(argv: Sequence[str], file: str, environ: bytes | None, mark: str) -> str | None:
    """Why a process does not tell of its tasks, in a sentence; None where it should.

    ``environ``: its environment as the system has it, None where that cannot be read; ``mark``:
    what is in that of a process that is to tell.
    """
    name = name_of(argv, file)
    if not is_python(argv, file):
        return f"{name} is not Python: only its threads are seen."
    deaf = next((option for option in options_of(argv) if _DEAF.fullmatch(option)), None)
    if deaf is not None:
        return (
            f"{name} was started with {deaf}, so that nothing in it tells of its tasks: only its "
            "threads are seen."
        )
    if environ is not None and mark.encode() not in environ.split(b"\0"):
        return (
            f"{name} was started with another environment, so that nothing in it tells of its "
            "tasks: only its threads are seen."
        )
    return None
