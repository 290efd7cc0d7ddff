"""Whether other programs used the cores while something was measured."""

from __future__ import annotations

import os
import resource
import time

import psutil

DISTURBING = 0.1
"""Share of the cores beyond which a measurement proves nothing."""


class Others:
    """What programs use that were not started here, from its making on.

    Of those that were started here, what has ended by then counts.
    """

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._others_s = _all_s() - _own_s()

    def share(self) -> float:
        """Share of the machine's cores that they used until now."""
        room_s = (time.monotonic() - self._begun) * (os.cpu_count() or 1)
        return (_all_s() - _own_s() - self._others_s) / room_s


def _all_s() -> float:
    """Seconds that the cores were busy since the machine was started."""
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0))


def _own_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
