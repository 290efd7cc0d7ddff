"""Whether this Python has its GIL switched on.

The standard library only: it is tested under every Python at hand.
"""

from __future__ import annotations

import sys


def gil_enabled() -> bool:
    """Whether the GIL is on (always, where Python cannot say)."""
    return bool(getattr(sys, "_is_gil_enabled", lambda: True)())
