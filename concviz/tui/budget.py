"""How long a frame may take events in: the rest of it is for keys and the picture."""

from __future__ import annotations

from concviz.model.moment import Moment

BUDGET_S, BEHIND_BUDGET_S, LAST_BUDGET_S = 0.008, 0.016, 0.05
"""Seconds of a frame; when that is not enough; and when the run is being stopped, so that only what
waits here is left."""


READING_BUDGET_S = 0.028
"""Seconds of a frame for reading a recording: there is nothing else to see until it has been."""


def budget_s(shown: Moment) -> float:
    """Seconds for taking in events in the next frame, after that moment was shown."""
    if shown.stopping:
        return LAST_BUDGET_S
    return BEHIND_BUDGET_S if shown.lags else BUDGET_S
