"""Keys that come in one burst act in order: each finds what those before it have made.

Textual gives a key to the widget that has the focus at once, and what an earlier one does (moves
the focus, chooses in a list, opens a screen) may take several turns of the loop. Over a slow line,
or from somebody fast, ten keys come in one piece. So a key that comes soon after another waits
until that has been dealt with, and all wait for a screen that is not there yet. A key alone is
passed on at once.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterable
from itertools import chain
from typing import Any, Protocol, runtime_checkable

from textual import events
from textual.app import App
from textual.message_pump import MessagePump
from textual.screen import Screen

SOON_S = 1.0
"""For so long after a key the next one may find it unfinished: by when they were pressed."""
PATIENCE_S = 2.0
"""How long a key waits where somebody is busy all the time."""
OPENS_S = 10.0
"""How long keys wait for a screen that is being made, at most."""
URGENT = "ctrl+c"
"""Waits for no screen."""
META = "alt+"
TURNS, PAUSE_S = 50, 0.002
"""So many turns of the loop nobody rests between two looks; then so long."""


@runtime_checkable
class Ready(Protocol):
    """A screen that says itself when keys can be meant for it."""

    ready: bool


class KeyQueue:
    """Input of an app, held until its turn has come."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._waiting: deque[events.Event] = deque()
        self._turn: events.Event | None = None
        """It is passed on next time."""
        self._last = 0.0
        """When the key that was passed on last had come."""
        self._releasing: asyncio.Task[None] | None = None

    def holds(self, event: events.Event) -> bool:
        """Whether that is to wait: it comes again, as a message to the app, when it may pass.

        What comes when the app ends is not meant for anybody.
        """
        if not self._app.is_running or not self._app.screen_stack:
            return True
        if event is self._turn:
            self._turn = None
            return False
        typed = isinstance(event, events.Key | events.Paste)
        if not self._waiting and self._turn is None and (not typed or self._may_pass(event)):
            if typed:
                self._last = event.time
            return False
        self._waiting.extend(self._apart(event))
        if self._releasing is None:
            self._releasing = asyncio.create_task(self._release())
        return True

    def _may_pass(self, event: events.Event) -> bool:
        if len(self._apart(event)) > 1:
            return False
        urgent = isinstance(event, events.Key) and event.key == URGENT
        soon = event.time <= self._last + SOON_S
        return (urgent or self._there()) and (not soon or self._settled())

    def _apart(self, event: events.Event) -> list[events.Event]:
        """Escape and a letter right behind it look like that letter with Alt.

        No binding has that, and Textual's parser tells it of letters only.
        """
        if isinstance(event, events.Key) and event.key.startswith(META):
            letter = event.character
            if letter is not None and event.key not in self._app.active_bindings:
                return [events.Key("escape", "\x1b"), events.Key(letter, letter)]
        return [event]

    async def _release(self) -> None:
        try:
            while self._waiting and self._app.is_running:
                await self._settle()
                self._turn = self._waiting.popleft()
                self._last = self._turn.time
                if not self._app.post_message(self._turn):  # it is about to end
                    self._turn = None
                while self._turn is not None and self._app.is_running:
                    await asyncio.sleep(0)
        finally:
            self._releasing = None

    async def _settle(self) -> None:
        """Wait until what came before has been dealt with, and the screen is there."""
        begun = time.monotonic()
        turns = 0
        while self._app.is_running:
            turns += 1
            waited = time.monotonic() - begun
            there = self._there()
            if (there and (waited > PATIENCE_S or self._settled())) or waited > OPENS_S:
                return
            await asyncio.sleep(0 if turns < TURNS else PAUSE_S)

    def _there(self) -> bool:
        """Whether the screen on top can be meant by a key."""
        screen = self._app.screen
        return screen.is_mounted and (screen.ready if isinstance(screen, Ready) else True)

    def _settled(self) -> bool:
        """Whether nobody has anything to do, as far as can be seen."""
        app = self._app
        return not any(map(_busy, chain([app], *(_nodes(each) for each in app.screen_stack[-2:]))))


def _nodes(screen: Screen[Any]) -> Iterable[MessagePump]:
    return screen.walk_children(with_self=True)


def _busy(node: MessagePump) -> bool:
    """Whether it has messages, or callbacks for after them or after the next drawing."""
    later = getattr(node, "_next_callbacks", ()) or getattr(node, "_callbacks", ())
    return bool(node.message_queue_size or later)
