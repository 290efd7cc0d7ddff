"""When steps of coroutines are worth telling: figures for watched programs and for a run."""

BLOCKING_NS = 20_000_000
"""A coroutine that does not await for so long is told to have blocked the event loop."""
SHARP_NS = 5_000_000
"""What lasted so long is told alone, so that the picture shows when it began and ended."""
COST_NS = 500_000
"""One wait in so much time is told at once, by three events; others of all coroutines in sums."""
BURST_NS = 1_000_000_000
"""So much of that time may be saved up."""
RUNNING, UNKNOWN = "running", "unknown"

_told_until = 0


def may_tell(now: int) -> bool:
    """Whether a wait may be told at once: then it is."""
    global _told_until
    until = max(_told_until, now - BURST_NS) + COST_NS
    if until > now:
        return False
    _told_until = until
    return True


def may_tell_soon(now: int) -> bool:
    """Whether a wait might be told at once."""
    return _told_until + COST_NS <= now
