"""The ends of the lab that come from outside: a signal, or a terminal that is gone.

Textual ends in order only as long as its loop turns, and the loop stands still for as long as the
terminal takes nothing: for ever, when it is gone. So somebody else has to hear: the C code of
Python's signal handling writes the number of every signal to a pipe, whatever the main thread is
stuck in, and a thread of ours reads it. (That is how asyncio hears of signals, too: there is one
such pipe in a process, so ``loop.add_signal_handler`` must not be used beside it.)
"""

from __future__ import annotations

import os
import select
import signal
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Protocol

from concviz.tui.terminal import GONE, Terminal

SIGNALS = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)
IMPATIENT = (signal.SIGINT, signal.SIGTERM)
"""Somebody sent it. A hang-up counts once: whoever closes a terminal may hang up several times."""
PATIENCE_S = 1.2
"""How long an end in order may take: two seconds, less what is needed afterwards."""
AWAY, LEFT = 254, 255
"""No signals: everything has been put away; the lab ends by itself."""


class Outliving(Protocol):
    """What may go on when the terminal is gone."""

    def begin(self) -> bool:
        """Whether something goes on; from now on it does, and ``put_away`` waits for its end."""

    def stop(self) -> None:
        """Have it end."""


class Ends:
    """Within it, every end from outside is an end: soon, and with the status 128 + signal.

    First ``put_away`` is called, in a thread, and then ``ask``, with the status: it is to make the
    lab leave in order. If that does not work, if somebody insists by a second signal, or if there
    is no terminal any more, this process ends on the spot. A hang-up is no end as long as something
    is ``outliving`` it.
    """

    def __init__(
        self,
        put_away: Callable[[], object],
        ask: Callable[[int], object],
        outliving: Outliving | None = None,
    ) -> None:
        self._put_away = put_away
        self._ask = ask
        self._outliving = outliving
        self._status: int | None = None
        self._gone = False
        self._ending = threading.Event()
        self._terminal = Terminal()

    def __enter__(self) -> None:
        self._woken, self._wake = os.pipe()
        os.set_blocking(self._wake, False)
        self._poll = select.poll()
        self._poll.register(self._woken, select.POLLIN)
        if self._terminal.fd is not None:
            self._poll.register(self._terminal.fd, 0)  # a hang-up is told without being asked for
        # Both now: when the time has come there may be no room for another thread.
        self._watcher = threading.Thread(target=self._watch, name="concviz-ends", daemon=True)
        self._watcher.start()
        threading.Thread(target=self._clear, name="concviz-clear", daemon=True).start()
        self._wake_before = signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)
        self._before = {number: signal.signal(number, _hear) for number in SIGNALS}

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        os.write(self._wake, bytes([LEFT]))
        self._watcher.join()  # for ever, if this is an end from outside
        self._ending.set()
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wake_before)
        os.close(self._wake)
        os.close(self._woken)

    def _watch(self) -> None:
        while not (told := self._listen(None)):
            pass
        if told[0] == LEFT:
            return
        self._status = 128 + told[0]
        outliving = self._outliving if set(told) == {signal.SIGHUP} else None
        goes_on = outliving is not None and outliving.begin()
        self._ending.set()
        away = False
        if outliving is not None and goes_on:
            while not any(number in (*IMPATIENT, AWAY, LEFT) for number in told):
                told = self._listen(None)
            away = AWAY in told
            if any(number in IMPATIENT for number in told):
                outliving.stop()
        deadline = time.monotonic() + PATIENCE_S
        while (
            LEFT not in told
            and not (away and self._gone)
            and (left := deadline - time.monotonic()) > 0
        ):
            told = self._listen(left)
            away = away or AWAY in told
            if any(number in IMPATIENT for number in told):
                break
            if AWAY in told:
                self._ask(self._status)
        if LEFT not in told and not self._gone:
            self._terminal.restore()
        # Python's own way out could wait for the terminal once more.
        os._exit(self._status)

    def _listen(self, patience_s: float | None) -> list[int]:
        """What there is to be heard of within that time, if anything."""
        told: list[int] = []
        for fd, event in self._poll.poll(None if patience_s is None else patience_s * 1_000):
            if fd == self._woken:
                heard = os.read(self._woken, 4096)
                told += [number for number in heard if number in (*SIGNALS, AWAY, LEFT)]
                continue
            self._poll.unregister(fd)
            if event & GONE:
                self._gone = True
                told.append(signal.SIGHUP)
        return told

    def _clear(self) -> None:
        self._ending.wait()
        if self._status is not None:
            try:
                self._put_away()
            finally:
                os.write(self._wake, bytes([AWAY]))


def _hear(number: int, frame: object) -> None:
    """Nothing to do: its number is in the pipe already."""
