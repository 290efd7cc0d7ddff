"""What is told of threads by who looks at them, as the stream has it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from concviz.cluster.lines import Line
from concviz.trace.environment import Observer

Wire = tuple[Any, ...]


class Sightings:
    """Those of all hosts of a session."""

    def __init__(self, to_stream: Callable[[str, int], int | None]) -> None:
        """Times of a host become those of the stream so; None: it is not known which yet."""
        self._to_stream = to_stream
        self._observed: set[tuple[str, str]] = set()

    def sampled(self, host: str, t_ns: int, line: Line) -> Iterator[Wire]:
        """``("sampled", t, "<pid>:<tid>", since_ns, spent, seen, lock)``."""
        _, _, thread, since, spent, seen, lock = line
        begun = self._to_stream(host, since)
        if begun is not None:
            key = None if lock is None else _on(host, lock)
            yield "sampled", t_ns, f"{host}/{thread}", min(begun, t_ns), spent, seen, key

    def lock_seen(self, host: str, t_ns: int, line: Line) -> Iterator[Wire]:
        """``("lock-seen", t, lock, function)``."""
        yield "lock-seen", t_ns, _on(host, line[2]), line[3]

    def observed(self, host: str, t_ns: int, line: Line) -> Iterator[Wire]:
        """``("observed", t, observer)``: each answer of a host is told once, the bad in words."""
        observer = msgspec.convert(line[2], Observer)
        if (host, observer.text) in self._observed:
            return
        self._observed.add((host, observer.text))
        yield "host-observed", t_ns, host, line[2]
        if not observer.complete and observer.hz:
            yield "not-seen", t_ns, f"Threads on {host or 'this machine'}: {observer.text}."


def _on(host: str, lock: str) -> str:
    """The key of a lock: two hosts may have one at the same place."""
    return f"{host}/{lock}" if host else lock
