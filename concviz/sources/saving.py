"""Writes the lines of a run to a file: all of them or none, and never over another file."""

from __future__ import annotations

import contextlib
import errno
import gzip
import os
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

PACKED = ".gz"
"""A file of a name that ends so is packed."""
LEVEL = 6
"""Of packing, which gzip has from 1 (fast) to 9 (small)."""


def save(pieces: Iterable[bytes], path: Path) -> None:
    """Write a new file of that name, packed if the name says so. Raises OSError.

    The file appears when all of it is there; where that fails, nothing is left.
    """
    if os.path.lexists(path):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    if not path.name:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    part = path.with_name(f".{path.name[:100]}.{os.getpid()}.part")
    try:
        with part.open("xb") as file:
            write(pieces, file, packed=path.name.endswith(PACKED))
        _name(part, path)
    finally:
        with contextlib.suppress(OSError):
            part.unlink()


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
