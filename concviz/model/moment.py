"""The time that the picture of a run under way shows, in all its parts: never more than is known.

Events take a moment from where they happen to the screen, and when more happens than can be read,
far longer. A picture that goes up to the present then shows what did not happen: tasks under way
that have long ended. So it goes up to the latest event that was read, or, where nothing waits to be
read, to so long ago that whatever happened by then would have come. Pure: no clock.
"""

from __future__ import annotations

from typing import NamedTuple

NS = 1_000_000_000
ON_ITS_WAY_NS = NS // 10
"""An event is no longer on its way than that where nothing holds it up."""
LAGS_S = 0.5
"""From so many seconds on a picture that lags says so."""


class Moment(NamedTuple):
    """What a picture of a run under way speaks of."""

    time: int
    """Monotonic nanoseconds."""
    lag_s: float = 0.0
    """How long ago that is."""
    stopping: bool = False
    """Whether somebody has asked for the end of the run."""

    @property
    def lags(self) -> bool:
        """Whether that is so long ago that a person should know."""
        return self.lag_s >= LAGS_S


def following(
    before: int, now: int, latest: int, *, behind: bool = False, late: int = ON_ITS_WAY_NS
) -> int:
    """The time to show, after ``before`` was shown: it never goes back, and never beyond ``now``.

    ``latest`` is the time of the latest event that was read, ``behind`` says whether others wait to
    be read, and ``late`` is how long those that came last had been on their way.
    """
    reached = latest if behind else max(latest, now - max(late, ON_ITS_WAY_NS))
    return max(before, min(reached, now))
