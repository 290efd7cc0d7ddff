"""Writes files: all of each or nothing, and never over another one that nobody gave up."""

from __future__ import annotations

import contextlib
import errno
import gzip
import os
import stat
import weakref
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, Protocol

PACKED = ".gz"
"""A file of a name that ends so is packed."""
LEVEL = 6
"""Of packing, which gzip has from 1 (fast) to 9 (small)."""


class Output(Protocol):
    """Where something is to be written, which is there already as far as that can be seen."""

    def write(self, pieces: Iterable[bytes]) -> None:
        """Write all of it. Raises OSError, and whatever the pieces raise."""

    def close(self) -> None:
        """Leave nothing behind of what was not written wholly."""


def save(pieces: Iterable[bytes], path: Path, *, replace: bool = False) -> None:
    """Write a file of that name, packed if the name says so. Raises OSError.

    The file appears when all of it is there; where that fails, nothing is left, and what was there
    before is as it was. Only with ``replace`` it may take the place of another file.
    """
    with contextlib.closing(NewFile(path, replace=replace)) as file:
        file.write(pieces)


def opened(path: Path, *, replace: bool = False) -> Output:
    """A file to be written, as ``save`` does; or a pipe or a device, which takes all at once.

    Raises OSError where it cannot be written, also when there is such a file already.
    """
    return _Stream(path) if takes_all(path) else NewFile(path, replace=replace)


class NewFile:
    """A file that appears under its name when all of it is there."""

    def __init__(self, path: Path, *, replace: bool = False) -> None:
        """Begin it. Raises OSError where it cannot be written there."""
        self._mode: int | None = None
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        with contextlib.suppress(FileNotFoundError):
            path.lstat()
            if not replace:
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
            path = path.resolve()  # a link goes on to lead to the file
            self._mode = stat.S_IMODE(path.stat().st_mode)
        self._path, self._replace = path, replace
        self._part = path.with_name(f".concviz-{os.urandom(6).hex()}.part")
        # Before there is anything: a signal may end the process at any moment from then on.
        self._discard = weakref.finalize(self, _unlink, self._part)
        self._file: BinaryIO = self._part.open("xb")

    def write(self, pieces: Iterable[bytes]) -> None:
        """Write all of it, and give it its name."""
        with self._file as file:
            write(pieces, file, packed=self._path.name.endswith(PACKED))
        if self._replace:
            if self._mode is not None:
                self._part.chmod(self._mode)
            self._part.replace(self._path)
        else:
            _name(self._part, self._path)

    def close(self) -> None:
        """Nothing is left of what does not have its name."""
        with contextlib.suppress(OSError):
            self._file.close()
        self._discard()


class _Stream:
    """What takes bytes as they come: a pipe, a device, or a file that is our standard output."""

    def __init__(self, path: Path) -> None:
        ours = _ours(path.stat())  # opened anew, it would be written from its begin
        flags = os.O_WRONLY | os.O_CLOEXEC | os.O_NOCTTY
        self._fd = os.open(path, flags) if ours is None else os.dup(ours)

    def write(self, pieces: Iterable[bytes]) -> None:
        for piece in pieces:
            left = memoryview(piece)
            while left:
                left = left[os.write(self._fd, left) :]

    def close(self) -> None:
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)


def takes_all(path: Path) -> bool:
    """Whether it is neither file nor folder; or a file that is our standard output or error.

    As /dev/stdout may be: the shell has said what is to become of it.
    """
    try:
        there = path.stat()
    except OSError:
        return False
    if stat.S_ISDIR(there.st_mode):
        return False
    return not stat.S_ISREG(there.st_mode) or _ours(there) is not None


def _ours(there: os.stat_result) -> int | None:
    """Standard output or error, if it is that file."""
    for fd in (1, 2):
        with contextlib.suppress(OSError):  # it is closed
            if stat.S_ISREG(there.st_mode) and os.path.samestat(there, os.fstat(fd)):
                return fd
    return None


def write(pieces: Iterable[bytes], file: BinaryIO, *, packed: bool) -> None:
    """Write all of them, and see to it that they are on the disk."""
    if packed:
        # Without a name and a time: the same run makes the same file.
        with gzip.GzipFile("", "wb", LEVEL, file, mtime=0) as packing:
            for piece in pieces:
                packing.write(piece)
    else:
        for piece in pieces:
            file.write(piece)
    file.flush()
    os.fsync(file.fileno())


def _unlink(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()


def _name(part: Path, path: Path) -> None:
    """Give the file its name, unless there is one of that name by now."""
    try:
        path.hardlink_to(part)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        path.touch(exist_ok=False)
        part.replace(path)


_WHY = {
    errno.EEXIST: "there is such a file already: give another name",
    errno.ENOENT: "there is no such folder",
    errno.ENOTDIR: "there is no such folder",
    errno.EISDIR: "that is a folder: give the name of a file",
    errno.EACCES: "you may not write there",
    errno.EPERM: "you may not write there",
    errno.EROFS: "nothing can be written there",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk is full, for you",
    errno.ENAMETOOLONG: "the name is too long",
}


def why(error: OSError) -> str:
    """What went wrong, as the end of a sentence."""
    known = _WHY.get(error.errno) if error.errno is not None else None
    return known or (error.strerror or str(error) or type(error).__name__).lower()
