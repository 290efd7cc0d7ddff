"""Asking a program that runs to tell of its tasks: Python's own way into it (PEP 768).

From 3.14 on a Python executes a file that it is asked to, in its main thread, between two of its
own instructions. That file (``hooks/asked.py``) puts the hooks in place there, as in a program that
is watched from its start. Who asks must be a Python of the same minor version: where concviz runs
on another one, it is the program's own that is started for it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import concviz
from concviz.observer.proc import Proc
from concviz.observer.pythons import Python, Pythons
from concviz.observer.running import is_called_python, owner_of
from concviz.runner.program import WATCH
from concviz.sources.starting import new_folder

HOOKS = Path(concviz.__file__).resolve().parent / "hooks"
ASKED = HOOKS / "asked.py"
PLACES = Path("/dev/shm"), Path("/tmp")
"""Where a request may stand; ``hooks/asked.py`` looks there."""
OLDEST = (3, 14)
SWITCH = "PYTHON_DISABLE_REMOTE_DEBUG"
OPTION = "disable-remote-debug"
ASK = "import sys; sys.remote_exec(int(sys.argv[1]), sys.argv[2])"
ASK_S = 10.0
ATTEMPTS, AGAIN_S = 5, 0.05
GUARD = """\
import os, shutil, sys, time
sys.stdin.buffer.read()
pid, asked, request, folder = sys.argv[1:]
try:
    os.unlink(request)
except OSError:
    pass
gone = folder + "-gone"
try:
    os.rename(folder, gone)  # so that no process begins to tell there any more
except OSError:
    gone = folder
for _ in range(50):
    shutil.rmtree(gone, ignore_errors=True)
    if not os.path.exists(gone):
        break
    time.sleep(0.02)
for _ in range(5):
    try:
        sys.remote_exec(int(pid), asked)
        break
    except Exception:
        time.sleep(0.05)
"""
"""A process that lets go when nobody holds its standard input any more, however that ended."""
FOR_ALL = 0o005
"""A folder that everybody may read and enter."""


class ForbiddenError(PermissionError):
    """It cannot be asked: a sentence that says why."""


class AskedHooks:
    """A program that may be asked to tell. Raises ForbiddenError, OSError where it may not."""

    def __init__(self, pid: int, proc: Proc | None = None) -> None:
        self._pid = pid
        self._proc = proc or Proc()
        self._python = may_be_asked(pid, self._proc)
        self._request = request_to(pid)
        self._guard: subprocess.Popen[bytes] | None = None
        self.folder = Path()
        """Where the rings are, once it has been asked."""

    def ask(self) -> None:
        """Ask it. Raises ForbiddenError, OSError."""
        self.folder = Path(new_folder())
        command = [str(self._pid), str(ASKED), str(self._request), str(self.folder)]
        self._guard = subprocess.Popen(
            [self._python, "-I", "-S", "-c", GUARD, *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            self._give(self.folder)
            # Anew, so that it is nobody else's; where it is, it stays, and that is an error.
            self._request.unlink(missing_ok=True)
            with self._request.open("x") as file:
                file.write(f"{self.folder}\n{HOOKS}")
            self._give(self._request)
            self._ask()
        except BaseException:
            self.let_go()
            raise

    def let_go(self) -> None:
        """Ask it to tell no more. What it was given stays in it, and is silent."""
        guard, self._guard = self._guard, None
        if guard is not None and guard.stdin is not None:
            guard.stdin.close()
            guard.wait()

    def _give(self, path: Path) -> None:
        """To the user whose process it is."""
        uid = self._proc.uid(self._pid)
        if uid is not None and uid != os.geteuid():
            os.chown(path, uid, -1)

    def _ask(self) -> None:
        for _ in range(ATTEMPTS):  # its threads may be changing just when they are looked through
            if (refusal := self._refusal()) is None:
                return
            time.sleep(AGAIN_S)
        raise ForbiddenError(f"Python does not let {self._pid} be asked: {refusal}")

    def _refusal(self) -> str | None:
        """Ask once; why it could not be."""
        command = [self._python, "-I", "-S", "-c", ASK, str(self._pid), str(ASKED)]
        asked = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            timeout=ASK_S,
            check=False,
        )
        if not asked.returncode:
            return None
        *_, last = asked.stderr.strip().splitlines() or ["no reason was given"]
        return last


def request_to(pid: int) -> Path:
    """The file in which it stands what a process is asked for."""
    return next(place for place in PLACES if place.is_dir()) / f"concviz-asked-{pid}"


def may_be_asked(pid: int, proc: Proc) -> str:
    """The Python that may ask. Raises ForbiddenError, OSError."""
    python = Pythons(proc).of(pid, None)
    if python is None:
        raise ForbiddenError(f"{pid} is no Python.")
    version = python.version[:2]
    if version < OLDEST:
        raise ForbiddenError(
            f"{pid} runs Python {python.text}: only from 3.14 on can one be asked to tell of its "
            "tasks. Without --hook its threads are seen."
        )
    if proc.environ(pid).get(SWITCH):
        raise ForbiddenError(f"{pid} was started with {SWITCH}, which forbids it.")
    if WATCH in proc.environ(pid):
        raise ForbiddenError(f"{pid} is watched already: concviz watch shows its tasks.")
    if _is_asked_already(pid):
        raise ForbiddenError(f"{pid} tells its tasks to another concviz already.")
    if any(OPTION in word.replace("_", "-") for word in _options(proc.argv(pid))):
        raise ForbiddenError(f"{pid} was started with -X {OPTION}, which forbids it.")
    if proc.in_container(pid):
        raise ForbiddenError(f"{pid} is in a container, where the files of concviz are not found.")
    uid = proc.uid(pid)
    if uid not in (os.geteuid(), 0) and not _may_be_read_by_all(ASKED):
        raise ForbiddenError(f"{owner_of(uid or 0)}, whose {pid} is, may not read {HOOKS}.")
    return _asker(pid, proc, python)


def _is_asked_already(pid: int) -> bool:
    with suppress(OSError, ValueError):
        folder, _ = request_to(pid).read_text().split("\n")
        return Path(folder).is_dir()
    return False


def _options(argv: list[str]) -> list[str]:
    """What stands before the script: ``-X disable-remote-debug`` in one word or in two."""
    found: list[str] = []
    for word in argv[1:]:
        if not word.startswith("-") and not (found and found[-1].endswith("X")):
            break
        found.append(word)
    return found


def _may_be_read_by_all(path: Path) -> bool:
    return all(folder.stat().st_mode & FOR_ALL == FOR_ALL for folder in path.parents) and bool(
        path.stat().st_mode & 0o004
    )


def _asker(pid: int, proc: Proc, python: Python) -> str:
    version = python.version[:2]
    if version == sys.version_info[:2]:
        return sys.executable
    if proc.uid(pid) != os.geteuid():  # nobody executes a file of somebody else
        raise ForbiddenError(
            f"{pid} is another user's and runs Python {python.text}: only a concviz on "
            f"{'{}.{}'.format(*version)} can ask it, or that user."
        )
    file = proc.file(pid)
    if not is_called_python(file):
        raise ForbiddenError(
            f"{pid} is {Path(file).name}, in which a Python {python.text} runs: only a concviz on "
            f"{'{}.{}'.format(*version)} can ask it."
        )
    return file
