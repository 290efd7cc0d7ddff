"""From readings of a thread to what it did: exact times, of which only the kind is sampled.

The kernel counts nanoseconds on a core and nanoseconds ready to run without one. What is left of
the time between two readings was spent blocked, in the way that the thread is seen to be.

Both counts lag a little behind a thread that runs or waits for a core: by a clock tick, or until it
gets one. So a thread that is seen ready to run may owe them time; what comes late displaces what
was taken for blocked time later on, and the sums are right. Pure: no clock, no file.
"""

from __future__ import annotations

from concviz.trace.states import Spent, State, nothing

RECENT = 8
"""For so many samples the way in which a thread was blocked last is taken to be the way in which
it was blocked between samples at which it ran."""

UNSEEN_NS = 2_000_000_000
"""When nobody has looked for longer, because the lab was suspended or got no core, how a thread is
blocked now does not tell how it was all the time."""


class Account:
    """The times of one thread. All times in nanoseconds."""

    def __init__(
        self, since: int, run: int | None, wait: int | None, unseen_ns: float = UNSEEN_NS
    ) -> None:
        """``unseen_ns`` is what counts as nobody having looked."""
        self._since = since
        self._unseen_ns = unseen_ns
        self._run, self._wait = run, wait
        self._owed_run = self._owed_wait = 0
        self._blocked: State = State.UNKNOWN
        self._samples_ago = RECENT

    def sample(
        self, now: int, run: int | None, wait: int | None, seen: State
    ) -> tuple[int, int, Spent, State] | None:
        """Since when, until when, what was spent in each state, and the state at the end.

        ``run`` and ``wait`` are what the kernel has counted (None: it does not tell), ``seen`` is
        RUNNING for a thread that is ready to run, UNKNOWN when how it is blocked cannot be seen.
        None when nothing can be said yet: that time belongs to a later sample.
        """
        since, window = self._since, now - self._since
        if window <= 0:
            return None
        spent = nothing()
        still = run == self._run is not None and wait == self._wait is not None
        owed = self._owed_run or self._owed_wait
        if still and not owed and seen is not State.RUNNING and window <= self._unseen_ns:
            # The usual case, of which all that follows would say the same.
            self._blocked, self._samples_ago, self._since = seen, 0, now
            spent[seen] = window
            return since, now, spent, seen
        if run is None or wait is None or self._run is None or self._wait is None:
            # Whether a thread that is ready to run has a core is not known then.
            self._run, self._wait, self._since = run, wait, now
            kind = State.UNKNOWN if seen is State.RUNNING or window > self._unseen_ns else seen
            spent[kind] = window
            return since, now, spent, kind
        if run > self._run:
            self._owed_run += run - self._run
        if wait > self._wait:
            self._owed_wait += wait - self._wait
        self._run, self._wait = run, wait
        ran = self._owed_run if self._owed_run < window else window
        waited = self._owed_wait if self._owed_wait < window - ran else window - ran
        self._owed_run -= ran
        self._owed_wait -= waited
        rest = window - ran - waited
        blocked = self._kind_of_rest(seen)
        if window > self._unseen_ns and blocked is not None:
            blocked = State.UNKNOWN
        if blocked is None:
            rest = 0  # perhaps the wait for a core goes on: the next sample will tell
        else:
            spent[blocked] = rest
        spent[State.RUNNING] += ran
        spent[State.CORE_WAIT] += waited
        until = self._since = since + ran + waited + rest
        if until == since:
            return None
        if seen is State.RUNNING and waited > ran:
            seen = State.CORE_WAIT
        return since, until, spent, seen

    def _kind_of_rest(self, seen: State) -> State | None:
        if seen is not State.RUNNING:
            self._blocked, self._samples_ago = seen, 0
            return seen
        self._samples_ago += 1
        return self._blocked if self._samples_ago < RECENT else None
