"""Notices: a line or two that go away by themselves, one of a kind at a time.

Somebody who presses a key five times is told once, for as long as after the last press.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from textual.app import App
from textual.dom import DOMNode
from textual.notifications import Notification, Notify

from concviz.trace.sanitize import sanitize

LASTS_S = 5.0
LONG_S = 10.0
"""How long one stays: a short one, and one that has more to say."""
LONG = 60
"""Characters from which it has."""


class Kind(Enum):
    """What a notice is about. A newer one of the same kind takes the place of the older."""

    DOING = "what cannot be done now, and what can"
    REFUSED = "why nothing was started"
    SHOWN = "what is shown"
    KEPT = "what became of a run that is over"
    ENDING = "what Ctrl-C and Ctrl-Z do"


@dataclass
class Notice(Notification):
    """A notification that knows its kind."""

    kind: Kind = Kind.DOING


def tell(node: DOMNode, kind: Kind, said: str, *, warning: bool = False) -> None:
    """Show a notice in the app of that screen or widget; no markup in it is obeyed."""
    severity = "warning" if warning else "information"
    lasts_s = LONG_S if len(said) > LONG else LASTS_S
    notice = Notice(sanitize(said), severity=severity, timeout=lasts_s, kind=kind)  # type: ignore[arg-type]
    node.app.post_message(Notify(notice))


def replaced(app: App[Any], newer: Notification) -> list[Notification]:
    """Of the notices that are there, those of whose kind that one is.

    Of Textual's own, which have no kind, those that say the same.
    """
    if isinstance(newer, Notice):
        return [n for n in app._notifications if isinstance(n, Notice) and n.kind is newer.kind]
    return [n for n in app._notifications if n.message == newer.message]
