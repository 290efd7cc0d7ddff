"""How processes end."""

from __future__ import annotations

import signal


def ended(exitcode: int) -> str:
    """How a process ended: "killed by SIGSEGV" or "exit status 3"."""
    if exitcode >= 0:
        return f"exit status {exitcode}"
    try:
        return f"killed by {signal.Signals(-exitcode).name}"
    except ValueError:
        return f"killed by signal {-exitcode}"
