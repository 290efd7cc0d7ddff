"""Kernels that show less than the one at hand."""

from __future__ import annotations

import os
from pathlib import Path

from concviz.observer.proc import Proc


class Denying(Proc):
    """A kernel that keeps some files to itself."""

    def __init__(self, error: int, *names: str, scope: int = 0) -> None:
        super().__init__()
        self._error, self._names, self._scope = error, names, scope

    def open(self, pid: int, tid: int, name: str) -> int:
        if name in self._names:
            raise OSError(self._error, os.strerror(self._error))
        return super().open(pid, tid, name)

    def maps(self, pid: int) -> str:
        if "maps" in self._names:
            raise OSError(self._error, os.strerror(self._error))
        return super().maps(pid)

    def ptrace_scope(self) -> int:
        return self._scope


class Telling(Proc):
    """A kernel whose files are there, and hold this."""

    def __init__(self, folder: Path, **contents: str) -> None:
        super().__init__()
        self._folder = folder
        for name, content in contents.items():
            (folder / name).write_text(content)

    def open(self, pid: int, tid: int, name: str) -> int:
        own = self._folder / name
        return os.open(own, os.O_RDONLY) if own.exists() else super().open(pid, tid, name)
