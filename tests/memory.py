"""How much memory the processes that run tests take, which has a limit."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Mapping
from pathlib import Path

LIMIT_MB = 700
"""What keeps labs, runs or processes from test to test goes beyond it, sooner or later."""


def peak_mb(status: Path = Path("/proc/self/status")) -> int | None:
    """The most that this process ever had in memory, in MB of a million bytes; None: not known."""
    try:
        lines = status.read_text().splitlines()
    except OSError:
        return None
    for line in lines:
        name, _, value = line.partition(":")
        if name == "VmHWM":
            return int(value.split()[0]) * 1024 // 1_000_000
    return None


def give_back() -> None:
    """Collect garbage and let the system have the room; the C library keeps it otherwise."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # of glibc
    if trim is not None:
        trim(0)


def said(peaks: Mapping[str, int]) -> str:
    """A sentence about the processes of these names."""
    told = ", ".join(f"{name} {peak} MB" for name, peak in sorted(peaks.items()))
    if max(peaks.values()) <= LIMIT_MB:
        return f"Most memory of each process: {told}."
    return f"Most memory of each process: {told}; more than {LIMIT_MB} MB: something is kept."
