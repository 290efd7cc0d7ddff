"""What a supervised process writes is read, until it and all that is below it have ended."""

from __future__ import annotations

import os
import select
import selectors
import time
from collections.abc import Callable

from concviz.sources.inbox import Inbox
from concviz.sources.printed import outputs
from concviz.sources.splitter import Splitter
from concviz.sources.supervised import Supervised
from concviz.trace import events
from concviz.trace.message import Message

PIECE = 1 << 16
RAW_TOTAL = 1 << 20
"""Bytes written below Python's ``print`` (C code, crash reports) that are passed on."""
LOOK_S = 0.5
"""How often a silent process's supervisor is looked after."""


class SupervisedReading:
    """Reads the lines of a supervised process, and what it prints, no faster than they are taken.

    ``receive`` gets the lines as they come, and says whether the supervisor's own last one, that
    all is over, has been among them; ``add`` what was printed.
    """

    def __init__(
        self,
        run: Supervised,
        inbox: Inbox[Message],
        receive: Callable[[list[bytes]], bool],
        add: Callable[[list[events.AnyEvent]], None],
    ) -> None:
        self._run = run
        self._inbox = inbox
        self._receive, self._add = receive, add
        self._pipe = select.poll()
        self._pipe.register(run.events, select.POLLIN)
        self._busy = False

    @property
    def on_its_way(self) -> bool:
        """Whether anything has come that is not in the inbox yet. Not to be asked at the end."""
        return bool(self._pipe.poll(0)) or self._busy

    def read(self, begun: bytes = b"") -> int | None:
        """To the end; ``begun`` was read before. None where the supervisor said that it is over.

        Else it was killed, and this is its exit status: nobody else could end the rest, and what
        was left of it is gone now.
        """
        told, printed = Splitter(), Splitter()
        printed_left = RAW_TOTAL
        over = orphaned = False
        with (
            open(self._run.events, "rb", buffering=0) as pipe,  # noqa: PTH123
            self._run.printed as raw,
            selectors.DefaultSelector() as selector,
        ):
            if begun:
                over = self._receive(told.feed(begun))
            selector.register(pipe, selectors.EVENT_READ)
            selector.register(raw, selectors.EVENT_READ)
            while selector.get_map():
                ready = selector.select(LOOK_S)
                if not over and self._run.ended and not (orphaned and ready):
                    # Or that is about to be read: then there is nothing left to end. Again and
                    # again: a process shows no environment while it becomes another program.
                    orphaned = True
                    self._run.end_orphans()
                if ready:
                    self._inbox.wait_for_room()
                    self._busy = True
                for key, _ in ready:
                    piece = os.read(key.fd, PIECE)
                    if not piece:
                        selector.unregister(key.fileobj)
                    if key.fileobj is pipe:
                        over = self._receive(told.feed(piece)) or over
                    elif printed_left > 0 or not piece:
                        printed_left -= len(piece)
                        self._add(outputs(printed.feed(piece)))
                    else:
                        self._add([events.LeftOut(time.monotonic_ns(), None, len(piece))])
                self._busy = False
        status = self._run.join()
        if over:
            return None
        self._run.clear()
        return status or -9
