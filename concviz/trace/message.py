"""What a stream is made of."""

from __future__ import annotations

from concviz.trace.events import AnyEvent
from concviz.trace.header import Header

Message = Header | AnyEvent | bytes
"""One line: the header comes first; bytes are (the beginning of) a line that could not be read."""
