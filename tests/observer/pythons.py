"""Pythons at hand, and a program that runs in one of them."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import TracebackType

from tests.observer import program_script


@cache
def installed() -> list[str]:
    """This one, those of pyenv, and the system's, of versions that concviz runs on."""
    places = [Path(sys.executable), Path("/usr/bin/python3")]
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    places += sorted(root.glob("versions/*/bin/python3"))
    found: dict[Path, str] = {}
    for path in places:
        if not path.exists():
            continue
        code = "import sys; print(*sys.version_info[:2])"
        told = subprocess.run([str(path), "-c", code], capture_output=True, text=True)
        version = tuple(int(n) for n in told.stdout.split()) if told.returncode == 0 else ()
        if version >= (3, 11):
            found.setdefault(path.resolve(), str(path))
    return list(found.values())


def others() -> list[str]:
    """Those of other versions, but not all of them from a newer one."""
    here = [path for path in installed() if Path(path).resolve() != Path(sys.executable).resolve()]
    return here[:1] if sys.version_info >= (3, 14) else here


class Program:
    """The program of ``program_script``, while the block lasts."""

    def __init__(self, python: str = sys.executable, *, busy: bool = False) -> None:
        self._process = subprocess.Popen(
            [python, "-S", program_script.__file__, *(["busy"] if busy else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.pid = self._process.pid
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"

    def tell(self, order: str) -> None:
        """Have it do something."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{order}\n")
        self._process.stdin.flush()

    def answers(self) -> bool:
        """Whether it still does what it is told."""
        self.tell("answer")
        assert self._process.stdout is not None
        return self._process.stdout.readline() == "here\n"

    def end(self) -> int:
        """Have it end by itself; its exit status."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        return self._process.wait()

    def __enter__(self) -> Program:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        self._process.wait()
