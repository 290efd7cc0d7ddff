"""A recording while it is written: the lines of a run, in a file or a pipe, as they come."""

from __future__ import annotations

import io
import select
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from concviz.trace.under_way import hold, let_go

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

PACKED = ".gz"
"""A file of a name that ends so is packed."""
_GZIP = 16 + zlib.MAX_WBITS
FITS = 4_096
"""Bytes that a pipe takes without waiting when it says that it takes any."""
LOOK_S = 0.1
"""How often somebody who waits for a pipe's reader looks whether that is still wanted."""


class Recorder(io.FileIO):
    """A file to write that keeps its first error instead of raising it.

    It is written to in the thread that reads the run, which a full disk must not end: the run goes
    on, and whoever closes the file looks at ``error``. Nothing is held back, packed or not, so that
    a recording is complete up to the moment in which its writer is killed.
    """

    error: OSError | None = None

    def __init__(self, path: str, *, replace: bool = True) -> None:
        """Raises OSError where it cannot be written, or not without ``replace`` something."""
        super().__init__(path, "w" if replace else "x")
        hold(self.fileno())  # so that whoever follows it knows that more is to come
        self._packer = zlib.compressobj(wbits=_GZIP) if path.endswith(PACKED) else None

    def write(self, data: ReadableBuffer, /) -> int:
        """Write all of it, unless something could not be written before."""
        view = memoryview(data).cast("B")
        if self._packer is None:
            self._put(view)
        else:
            packed = self._packer.compress(view) + self._packer.flush(zlib.Z_SYNC_FLUSH)
            self._put(memoryview(packed))
        return len(view)

    def _put(self, view: memoryview) -> None:
        try:
            while view and self.error is None:
                view = view[super().write(view) or 0 :]
        except OSError as error:
            self.error = error

    def close(self) -> None:
        """End it; again, it is ended."""
        if not self.closed and self._packer is not None:
            self._put(memoryview(self._packer.flush()))
        if not self.closed:
            let_go(self.fileno())
        super().close()


class PipeRecorder(io.FileIO):
    """The same for a pipe, whose reader may be slow, stand still or go away; or an open file.

    ``enough`` says whether to wait for it no longer: what is left is then lost.
    """

    error: OSError | None = None

    def __init__(self, fd: int, enough: Callable[[], bool] = lambda: False) -> None:
        super().__init__(fd, "w")
        hold(fd)
        self.enough = enough
        self._poll = select.poll()
        self._poll.register(fd, select.POLLOUT)

    def write(self, data: ReadableBuffer, /) -> int:
        """Write all of it, unless nobody reads it any more."""
        view = memoryview(data).cast("B")
        left = view
        try:
            while left and self.error is None:
                if self._poll.poll(LOOK_S * 1_000):
                    left = left[super().write(left[:FITS]) or 0 :]
                elif self.enough():
                    raise TimeoutError(0, "it was not read to its end")
        except OSError as error:
            self.error = error
        return len(view)

    def close(self) -> None:
        """End it; again, it is ended."""
        if not self.closed:
            let_go(self.fileno())
        super().close()
