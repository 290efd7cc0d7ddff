"""What stands in a timeline in which nothing has run yet."""

from __future__ import annotations

from typing import NamedTuple

from textual import events
from textual.content import Content
from textual.widget import Widget

from concviz.trace.plan import Plan
from concviz.tui.messages import Invited

LEAD = "See what every thread, process and coroutine does, moment by moment.", "Concurrency, seen."
LAST = "Or choose what to run, and press r.", "Or r runs what is chosen."
"""Each in the words for a wide and for a narrow timeline."""
WIDE = 70
"""Cells from which it is wide."""
ROOMY = 8
"""Lines from which there is room for blank ones."""


class Offer(NamedTuple):
    """Something to try."""

    key: str
    about: str
    """What it shows."""
    short: str
    """The same where there is little room."""
    starts: Plan | str
    """What is run; or else the action of the lab that it is, which has a key of its own."""


OFFERS = (
    Offer("t", "A tour: twelve short scenes, really run", "A tour in twelve scenes", "tour"),
    Offer(
        "p",
        "Five waits in a pool of three",
        "5 waits in a pool of 3",
        Plan(strategy="thread-pool", workload="sleep", tasks=5, duration_s=1.0, workers=3),
    ),
    Offer(
        "y",
        "Why threads do not compute faster",
        "Threads that compute",
        Plan(strategy="threads", workload="cpu", tasks=4, duration_s=0.4),
    ),
    Offer(
        "c",
        "Which strategy is best for what is chosen",
        "Which strategy is best",
        "experiment('compare')",
    ),
)


def lines(width: int, height: int) -> list[tuple[Content, Offer | None]]:
    """What stands in so many lines of so many cells, and what is offered on each."""
    narrow = width < WIDE
    said: list[tuple[Content, Offer | None]] = [(Content.styled(LEAD[narrow], "bold"), None)]
    for offer in OFFERS:
        about = offer.short if narrow else offer.about
        said.append((Content.assemble((f" {offer.key}", "bold $text-accent"), f"  {about}"), offer))
    said.append((Content.styled(LAST[narrow], "$text-muted"), None))
    if height <= len(OFFERS):  # which are what it is for
        del said[0]
    if height >= ROOMY:
        for at in (len(said) - 1, 1):
            said.insert(at, (Content(), None))
    return said[: max(1, height)]


class Invitation(Widget):
    """One line that says what this is, and things to try: a key each, or a click."""

    DEFAULT_CSS = """
    Invitation {
        layer: above; width: 100%; height: 100%; background: $background;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)

    def render(self) -> Content:
        """As many lines as there is room for."""
        return Content("\n").join(content for content, _ in lines(*self.size))

    def on_click(self, event: events.Click) -> None:
        """As its key."""
        event.stop()
        y = event.get_content_offset_capture(self).y
        offers = [offer for _, offer in lines(*self.size)]
        offer = offers[y] if 0 <= y < len(offers) else None
        if offer is not None:
            self.post_message(Invited(OFFERS.index(offer)))
