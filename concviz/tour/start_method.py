"""How the processes of the tour are created."""

from __future__ import annotations

import sys

QUICK = "fork" if sys.platform == "linux" else None
"""The system's copy of a process, which is there at once. Other start methods (the default of macOS
and, from 3.14 on, of Linux) begin with a new Python, and take many times as long: one scene says
so, and the others are not about that. Where fork cannot be relied on, the default."""
