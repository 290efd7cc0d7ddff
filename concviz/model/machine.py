"""How busy the usable cores were during a run, by whatever ran on them."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

from concviz.model.times import Amounts, Latest


@dataclass
class Machine:
    """Core-nanoseconds that were used, and that there were."""

    busy: int = 0
    available: int = 0
    latest: float | None = None
    """Share of the cores that was used in the latest half second or so."""
    _looks: array[int] = field(default_factory=lambda: array("q"), repr=False, compare=False)
    _busy: Amounts = field(default_factory=Amounts, repr=False, compare=False)
    _available: Amounts = field(default_factory=Amounts, repr=False, compare=False)
    _latest: Latest[float | None] = field(default_factory=Latest, repr=False, compare=False)

    def add(self, since: int, until: int, busy: int, cores: float) -> None:
        """Take in what was used between two times."""
        available = max(1, round((until - since) * cores))
        self.busy += busy
        self._looks.extend((since, until, busy))
        self.available += available
        self.latest = min(1.0, busy / available)
        self._busy.add(until, busy)
        self._available.add(until, available)
        self._latest.tell(until, self.latest)

    @property
    def looks(self) -> list[tuple[int, int, int]]:
        """From when to when how many core-nanoseconds were used, in order."""
        looks = iter(self._looks)
        return sorted(zip(looks, looks, looks, strict=True))

    @property
    def utilisation(self) -> float | None:
        """Share of the cores that was used in all; None where it was not seen."""
        return min(1.0, self.busy / self.available) if self.available else None

    def as_of(self, t_ns: int) -> Machine:
        """What was known of it then; nothing more can be added to that."""
        return Machine(
            self._busy.until(t_ns)[1],
            self._available.until(t_ns)[1],
            self._latest.until(t_ns, None),
        )
