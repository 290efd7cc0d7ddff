"""A strategy or a workload as somebody sees it who chooses."""

from __future__ import annotations

from dataclasses import dataclass

from concviz.runner.facts import UNKNOWN, Facts
from concviz.trace.plan import Traits


@dataclass(frozen=True)
class Entry:
    """A strategy or a workload as a list shows it."""

    id: str
    package: str | None
    """Where it is from; None for one of ours."""
    facts: Facts | None
    """None: it has not been looked at."""

    @property
    def summary(self) -> str:
        """What it is, or at least where it is from."""
        if self.facts is None:
            return f"from {self.package} (not loaded until used)"
        return self.facts.summary

    @property
    def reason(self) -> str | None:
        """Why it is not available; None when it is, as far as is known."""
        return self.facts.reason if self.facts is not None else None

    @property
    def traits(self) -> Traits:
        """Of a strategy, as far as they are known."""
        return self.facts.traits if self.facts is not None else UNKNOWN
