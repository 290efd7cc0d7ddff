"""A recording while it is written: the lines of a run, in a file, as they come."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class Recorder(io.FileIO):
    """A file to write that keeps its first error instead of raising it.

    It is written to in the thread that reads the run, which a full disk must not end: the run goes
    on, and whoever closes the file looks at ``error``. Nothing is held back, so that a recording is
    complete up to the moment in which its writer is killed.
    """

    error: OSError | None = None

    def __init__(self, path: str) -> None:
        super().__init__(path, "w")

    def write(self, data: ReadableBuffer, /) -> int:
        """Write all of it, unless something could not be written before."""
        view = memoryview(data).cast("B")
        written = 0
        try:
            while written < len(view) and self.error is None:
                written += super().write(view[written:]) or 0
        except OSError as error:
            self.error = error
        return len(view)
