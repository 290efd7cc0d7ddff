"""The function of somebody's own in the list of workloads: what is known of it, and may be."""

from __future__ import annotations

from concviz.runner import catalogue, functions_known
from concviz.runner.facts import Called
from concviz.tui.own_function import Own
from concviz.tui.widgets.chooser import Entry as Choice

YOURS = Choice("your function…", "Calls a function of yours: Enter asks which.", asks=True)
"""In the list, as long as there is none."""


class OwnWorkload:
    """Which one it is, and whether somebody named it here: only then it is imported unasked."""

    def __init__(self, own: Own) -> None:
        self.own = own
        self._named = own
        self._fits = True
        """Whether the plan has as many tasks as there are inputs, since it was named."""
        self.asks = False
        """Whether it is chosen, and nobody has named any yet."""
        self.refused = False
        """Whether something was wrong when the plan was to be run."""

    @property
    def id(self) -> str:
        """As the list has it."""
        return self.own.function or YOURS.id

    @property
    def entry(self) -> catalogue.Entry:
        """What is known of it without looking."""
        return catalogue.Entry(self.own.function, None, functions_known.remembered(self.own.plan))

    def choice(self, entry: catalogue.Entry) -> Choice:
        """What the list shows of it."""
        said = entry.facts.summary if entry.facts is not None else ""
        said = said or f"With {' '.join(self.own.inputs)}"
        return Choice(entry.id, f"{said} (Enter changes it)", entry.reason, asks=True)

    def name(self, own: Own) -> None:
        """Somebody says here that it is that one, with all of its inputs."""
        self.own = self._named = own
        self.asks = self._fits = False

    def found(self) -> Called | None:
        """What was found out since it was named, once; None: nothing, or it was told before."""
        known = functions_known.remembered(self.own.plan)
        if self._fits or known is None or known.reason is not None:
            return None
        self._fits = True
        return known.called

    def must_look(self, runs: bool) -> bool:
        """Whether it is to be looked at now, to be run or not: not only as a recording names it."""
        if not runs:
            return self._named == self.own and self.entry.facts is None
        if self.refused:  # that may have been mended
            self.refused = False
            functions_known.forget_troubles()
        return self.entry.facts is None
