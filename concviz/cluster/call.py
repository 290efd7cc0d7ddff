"""What a cluster is given to do: one task of a plan, in whichever worker process it comes to.

Several runs may use the same cluster at once: each has a session, and what a task is depends on
that. A cluster's own packages are not needed here.
"""

from __future__ import annotations

from concviz.worker import tracing
from concviz.worker.given import Given

sessions: dict[str, tracing.State] = {}
"""In a worker process: what the sessions have told it, by their names."""


class Call:
    """Does one task of a session. It travels to the workers."""

    def __init__(self, session: str, name: str) -> None:
        """``name``: what a task does, as dashboards show it."""
        self.session = session
        self.__name__ = name

    def __call__(self, item: int | Given) -> object:
        """Do it. Raises RuntimeError in a process that knows nothing of the session."""
        state = sessions.get(self.session)
        if state is None or state.emit is None:
            raise RuntimeError(
                "a worker that does not know of this run was given a task of it: it may have come "
                "after the run had ended, or could not prepare for it"
            )
        return tracing.call(item, state)

    def key(self, item: int | Given) -> str:
        """What a cluster is to call the task."""
        task = item if isinstance(item, int) else item.task
        return f"{self.__name__}-{self.session}-{task}"


def task_of(key: object, session: str) -> int | None:
    """Which task of the session is called that; None: it is none."""
    if not isinstance(key, str):
        return None
    name, _, task = key.rpartition("-")
    return int(task) if name.endswith(session) and task.isdigit() else None
