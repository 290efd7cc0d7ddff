"""Makes the runs of an experiment one after another, each in a fresh runner."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import BinaryIO
from weakref import WeakKeyDictionary

from msgspec.structs import replace

from concviz.analysis.comparison import Manner
from concviz.analysis.measurement import Case
from concviz.experiments.durations import Durations
from concviz.experiments.experiment import Live
from concviz.experiments.jobs import Job, jobs, more, ordered
from concviz.model.entities import Changes, Phase
from concviz.model.moment import Moment
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.observer.rate import SAMPLE_HZ
from concviz.sources.feed import Feed
from concviz.sources.local_run import LocalRun
from concviz.sources.spool import Lines
from concviz.trace.environment import Environment

MOST_KEPT = 32
"""Of no more cases are the lines kept: each run that is held on to has a file open for them."""


class Execution:
    """Pull with ``advance`` until it is ``over``; nothing happens in between but the run under way.

    All runs do the same work: what the first one calibrated counts for all. A case whose run does
    not do all of its work is run no more.
    """

    def __init__(
        self,
        cases: Sequence[Case],
        manner: Manner,
        sample_hz: float = SAMPLE_HZ,
        rounds_per_s: float | None = None,
        record: BinaryIO | None = None,
        durations: Durations | None = None,
        environment: Environment | None = None,
        keep: bool = False,
    ) -> None:
        """``record`` gets every line of every run, one run after the other.

        ``durations`` are what earlier runs took, ``environment`` where it is: for what is left.
        ``keep``: the lines of runs can be had for as long as somebody holds on to the run.
        """
        self._record = record
        self._sample_hz = sample_hz
        self._rounds_per_s = rounds_per_s
        self._cases = cases
        self._manner = manner
        self._left = jobs(cases, manner)
        self._keep = keep and len(cases) <= MOST_KEPT
        self.lines: WeakKeyDictionary[Run, Lines] = WeakKeyDictionary()
        """Of runs that are over, what they were told in."""
        self._durations = durations if durations is not None else Durations()
        self._place = environment
        self._feed: Feed | None = None
        self._begun = 0.0
        self.total = len(self._left)
        """Runs to be made, warm-ups included; more when what was to run once must run again."""
        self.done = 0
        """Runs that need not be made any more."""
        self.job: Job | None = None
        """The run under way."""
        self.run: Run | None = None
        """What is known of it; of the one before, between two."""
        self.moment = Moment(0)
        """How far it is known."""
        self.environment: Environment | None = None
        self.stopped = False

    @property
    def over(self) -> bool:
        """Whether all runs have been made, or somebody stopped them."""
        return self._feed is None and not self._left

    @property
    def rounds_per_s(self) -> float | None:
        """Calibration of the workload, once it is known."""
        return self._rounds_per_s

    @property
    def live(self) -> Live | None:
        """The run under way, to look at; None between two, and before its strategy's code began."""
        if self.job is None or self.run is None or self.run.started == UNKNOWN:
            return None
        now = max(self.moment.time, self.run.started)
        expected_s = self._durations.makespan_s(self.job, self.environment or self._place)
        return Live(self.job.case, self.job.number, self._repeat, self.run, now, expected_s)

    @property
    def _repeat(self) -> int:
        """How many runs of the case under way are to be made."""
        case = self.job.case if self.job is not None else None
        return max([1, *(j.number for j in (self.job, *self._left) if j and j.case is case)])

    @property
    def telling(self) -> str:
        """Which run is under way, in words; nothing between two."""
        return f"{self.job.who}: {self.job.which(self._repeat)}" if self.job is not None else ""

    def advance(self, budget_s: float = float("inf")) -> Changes:
        """Take in what has arrived, within that time; end the run that is over, begin the next."""
        if self._feed is None:
            self._begin()
        if (feed := self._feed) is None:
            return Changes()
        changes = feed.advance(budget_s)
        self.moment = feed.moment
        if feed.over:
            self._end(feed)
        return changes

    def wait(self, timeout: float) -> None:
        """Wait for the end of the run under way, if there is one, but no longer than that."""
        if self._feed is not None:
            self._feed.wait(timeout)

    def stop(self) -> None:
        """Stop the run under way and make no other; returns at once. What was measured stays."""
        if (feed := self._feed) is not None or self._left:
            self.stopped = True
            self._left.clear()
        if feed is not None:
            feed.stop()

    def close(self) -> None:
        """End all of it now, and wait until nothing is left of the run under way.

        From any thread: whoever advances it may be stuck.
        """
        self.stop()
        if (feed := self._feed) is not None:
            feed.close()

    def left_s(self, now: float) -> float:
        """About how long all that is left takes, in seconds, by what similar runs took.

        ``now`` is on the clock of ``time.monotonic``.
        """
        left = sum(self._expected(job) for job in self._left)
        if self.job is not None:
            left += max(0.0, self._expected(self.job) - (now - self._begun))
        return left

    def _expected(self, job: Job) -> float:
        return self._durations.expected_s(job, self.environment or self._place)

    def _begin(self) -> None:
        while self._left:
            job = self._left.pop(0)
            plan = replace(job.plan, rounds_per_s=self._rounds_per_s)
            self._begun = time.monotonic()
            try:
                keep = self._keep and job.number > 0
                source = LocalRun(plan, self._record, self._sample_hz, memory=True, keep=keep)
            except OSError as error:  # no more processes, open files or memory
                job.case.reason = f"it could not be started: {error.strerror or error}"
                self._skip(job.case)
                self.done += 1
                continue
            self._feed = Feed(source)
            self.job, self.run = job, self._feed.run
            return

    def _end(self, feed: Feed) -> None:
        feed.close()
        job, run = self.job, feed.run
        if (lines := feed.source.lines) is not None:
            self.lines[run] = lines
        assert job is not None
        self._feed = self.job = None
        self.done += 1
        self.environment = self.environment or run.environment
        if run.rounds_per_s is not None:
            self._rounds_per_s = run.rounds_per_s
        if self.stopped and run.phase is not Phase.FINISHED:
            return  # it was cut short: nobody's fault
        if run.started >= 0 and run.phase is Phase.FINISHED:
            makespan_s = (run.finished - run.started) / 1e9
            self._durations.keep(job.plan, makespan_s)
            self._durations.keep_task(job.plan, job.case.traits, makespan_s)
            self._durations.add_between(time.monotonic() - self._begun - makespan_s)
        if job.number:
            self._take_in(job, run)

    def _take_in(self, job: Job, run: Run) -> None:
        """What a run that counts has shown, and what that means for those that are left."""
        case = job.case
        case.add(run, left=self._manner.repeat - job.number)
        if case.broken is not None:
            self._skip(case)
        elif self._manner.exact_once and job.number == 1 and self._manner.repeat > 1:
            case.exact = case.took_its_waits
            again = [] if case.exact else more(case, self._manner)
            self.total += len(again)
            self._left = ordered([*self._left, *again], self._cases, self._manner)

    def _skip(self, case: Case) -> None:
        kept = [job for job in self._left if job.case is not case]
        self.done += len(self._left) - len(kept)
        self._left = kept
