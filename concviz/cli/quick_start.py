"""``concviz watch --headless`` whose words leave no doubt: the program starts before all else.

A program waits for whatever is loaded first, and the command line takes longer than a Python. So
its simplest words are read here, with nothing loaded for that. Where there is any doubt, or
anything to be refused, nothing is started: then the command line reads them again.
"""

from __future__ import annotations

import gc
import os
import stat
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from collections.abc import Collection, Iterable, Sequence

    from concviz.sources.starting import Started
else:
    import _signal as signal

HEADLESS = "--headless"
FLAGS = (HEADLESS, "--explain", "--force")
FILES = ("--json", "--record")
MODULE = "-m"
PASSED_ON = (
    signal.SIGINT,
    signal.SIGTERM,
    signal.SIGHUP,
    signal.SIGQUIT,
    signal.SIGUSR1,
    signal.SIGUSR2,
)
"""Signals that are meant for the program, if somebody sends them to us; blocked while it runs."""
LONGEST = 200
"""Bytes of a file's name that leave room for what is added to it while it is written."""


class Asked:
    """What the words of the command ask for."""

    def __init__(
        self, program: Sequence[str], flags: Iterable[str] = (), files: dict[str, str] | None = None
    ) -> None:
        files = files or {}
        self.program = tuple(program)
        self.headless = HEADLESS in flags
        self.explain = "--explain" in flags
        self.force = "--force" in flags
        self.json = files.get("--json")
        self.record = files.get("--record")

    @property
    def files(self) -> list[str]:
        """Those to be written."""
        return [path for path in (self.json, self.record) if path is not None]


def read(words: Sequence[str]) -> Asked | None:
    """What is asked for, if the command line would certainly understand the same."""
    flags: set[str] = set()
    files: dict[str, str] = {}
    at = 0
    while at < len(words) and words[at].startswith("-") and words[at] != MODULE:
        word = words[at]
        at += 1
        if word == "--":
            break
        if word in FLAGS:
            flags.add(word)
            continue
        name, given, value = word.partition("=")
        if name not in FILES or name in files:
            return None
        if not given:
            value = words[at] if at < len(words) else ""
            at += 1
        if not value or value.startswith("-"):
            return None
        files[name] = value
    return Asked(words[at:], flags, files) if at < len(words) else None


class Begun:
    """A program that runs by now, and what was asked for."""

    def __init__(self, asked: Asked, started: Started, blocked: Collection[int]) -> None:
        self.asked = asked
        self.started = started
        self.blocked = blocked
        """Signals that were blocked before."""


def begin(words: Sequence[str]) -> Begun | None:
    """Start what is asked for; None where that is to be looked at more closely first."""
    asked = read(words)
    if asked is None or not asked.headless:
        return None
    if not (_streams() and _can_be_run(asked.program) and can_be_written(asked)):
        return None
    before = signal.pthread_sigmask(signal.SIG_BLOCK, PASSED_ON)
    gc.disable()  # almost all that is loaded stays
    from concviz.sources import bytecode

    kept = bytecode.keep()
    from concviz.sources.starting import start

    try:
        return Begun(asked, start(asked.program, blocked=before, bytecode=kept), before)
    except OSError:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        gc.enable()
        return None


def _streams() -> bool:
    """Whether all three are open: else a pipe of ours would get the number of one."""
    try:
        for fd in (0, 1, 2):
            os.fstat(fd)
    except OSError:
        return False
    return True


def _can_be_run(program: Sequence[str]) -> bool:
    if program[0] == MODULE:
        return len(program) > 1 and bool(program[1]) and is_module(program[1].partition(".")[0])
    try:
        regular = stat.S_ISREG(os.stat(program[0]).st_mode)  # noqa: PTH116
    except (OSError, ValueError):
        return False
    return regular and os.access(program[0], os.R_OK)


def is_module(name: str) -> bool:
    """Whether Python finds it from the current folder; nothing is imported."""
    from importlib.util import find_spec

    before = list(sys.path)
    try:
        sys.path.insert(0, os.getcwd())  # noqa: PTH109
        return find_spec(name) is not None
    except (ValueError, ImportError, OSError):
        return False
    finally:
        sys.path[:] = before


def can_be_written(asked: Asked) -> bool:
    """Whether all are new files that can be made: one is, beside each."""
    names = set()
    for path in asked.files:
        folder, _, name = path.rpartition("/")
        part = f"{folder}/" if folder else ""
        part += f".concviz-{os.urandom(6).hex()}.part"
        if not name or name in names or len(os.fsencode(name)) > LONGEST or "\0" in path:
            return False
        names.add(name)
        try:
            replaced = asked.force and path == asked.json and _is_file(path)
            if os.path.lexists(path) and not replaced:
                return False
            os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
            os.unlink(part)  # noqa: PTH108
        except OSError:
            return False
    return True


def _is_file(path: str) -> bool:
    """Whether there is one, and neither a link nor a device."""
    return os.path.lexists(path) and stat.S_ISREG(os.lstat(path).st_mode)
