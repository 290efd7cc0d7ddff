"""Entries of other packages, and clusters, which take their time, while the screen goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from textual.dom import DOMNode

from concviz.runner import catalogue, clusters_known
from concviz.trace.plan import Plan

Wanted = tuple[str, str | Plan]
"""The field of a plan, "strategy", "workload" or "scheduler", and what stands in it; or the plan
that calls a function of somebody's own."""


_LOOKS: dict[str, Callable[[str], catalogue.Entry]] = {
    "strategy": catalogue.strategy,
    "workload": catalogue.workload,
    "scheduler": clusters_known.entry,
}


class Loader:
    """Loads each entry in a thread of its own; what is called back is called in the app's loop."""

    def __init__(self, node: DOMNode, loaded: Callable[[str, catalogue.Entry], object]) -> None:
        """Threads are those of ``node``, a screen or widget.

        ``loaded`` is told of every entry that has come, and for which field it was wanted.
        """
        self._node = node
        self._loaded = loaded
        self._under_way: set[Wanted] = set()
        self._wanted: set[Wanted] = set()
        self._then: Callable[[], object] | None = None

    def load(self, wanted: Iterable[Wanted], then: Callable[[], object] | None = None) -> bool:
        """Load these, if any, and say whether there are any; ``then`` is called when all have come.

        Who asks again wants something else: what was to come after the loads of before does not.
        """
        self._wanted = set(wanted)
        self._then = then if self._wanted else None
        for field, name in self._wanted - self._under_way:
            self._under_way.add((field, name))
            self._node.run_worker(
                partial(self._load, field, name), thread=True, exit_on_error=False
            )
        return bool(self._wanted)

    def _load(self, field: str, what: str | Plan) -> None:
        entry = catalogue.task(what) if isinstance(what, Plan) else _LOOKS[field](what)
        if entry.facts is not None:  # else the lab is about to end
            self._node.app.call_from_thread(self._has_come, field, what, entry)

    def _has_come(self, field: str, what: str | Plan, entry: catalogue.Entry) -> None:
        self._under_way.discard((field, what))
        self._wanted.discard((field, what))
        self._loaded(field, entry)
        if not self._wanted and (then := self._then) is not None:
            self._then = None
            then()
