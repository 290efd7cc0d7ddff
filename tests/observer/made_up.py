"""A made-up ``/proc``: processes and threads as a test says."""

from __future__ import annotations

import os
import time
from pathlib import Path

from concviz.observer.proc import Proc

TICKS = os.sysconf("SC_CLK_TCK")
NS = 1_000_000_000


class MadeUp(Proc):
    """A kernel of which everything is made up."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self.folder = folder
        self.newest(1)

    def newest(self, number: int) -> None:
        """That is the number that the system gave last."""
        (self.folder / "loadavg").write_text(f"0.00 0.00 0.00 1/100 {number}\n")

    def thread(
        self, pid: int, tid: int, name: str = "python", state: str = "S", parent: int = 1
    ) -> None:
        """There is such a thread now, which has just begun, or has another name."""
        task = self.folder / str(pid) / "task" / str(tid)
        task.mkdir(parents=True, exist_ok=True)
        (task / "comm").write_text(f"{name}\n")
        started = time.clock_gettime_ns(time.CLOCK_BOOTTIME) * TICKS // NS
        fields = [state, str(parent), *["0"] * 17, str(started), *["0"] * 30]
        (task / "stat").write_text(f"{tid} ({name}) {' '.join(fields)}\n")
        (task / "status").write_text(f"Name:\t{name}\nNSpid:\t{tid}\n")
        if not (task / "children").exists():
            (task / "children").write_text("")

    def process(self, pid: int, *argv: str, parent: int = 1, name: str = "python") -> None:
        """There is such a process now, with a main thread."""
        self.thread(pid, pid, name, parent=parent)
        cmdline = self.folder / str(pid) / "cmdline"
        cmdline.write_text("".join(f"{word}\0" for word in argv))
        siblings = self.folder / str(parent) / "task" / str(parent) / "children"
        if siblings.exists():
            siblings.write_text(f"{siblings.read_text()}{pid} ")

    def gone(self, pid: int, tid: int | None = None) -> None:
        """A thread is no more, or a whole process."""
        base = self.folder / str(pid)
        ended = base if tid is None else base / "task" / str(tid)
        for path in sorted(ended.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        ended.rmdir()
