"""A plan and a thread state in words, which need nothing of what a run came to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from concviz.trace.plan import Plan
from concviz.trace.sanitize import sanitize
from concviz.trace.states import State
from concviz.trace.worker_kind import WorkerKind

if TYPE_CHECKING:
    from concviz.model.run import Run


def plan_words(plan: Plan) -> str:
    """The work, for example "8 × cpu 0.25 s" or "20 × jobs.py:resize"."""
    if plan.calls:
        return f"{plan.tasks:,} × {sanitize(plan.workload)}"
    return f"{plan.tasks:,} × {sanitize(plan.workload)} {plan.duration_s:g} s"


def state_word(run: Run, state: State, short: bool = False) -> str:
    """A state in words; what they can say depends on the workers and on what can be seen.

    In its short steps a coroutine may have been blocked, or its thread may have had no core.
    """
    if run.of_coroutines and state.of_a_coroutine:
        return state.short if short else state.of_a_coroutine
    observer = run.observer
    if state is State.THREAD_WAIT:
        lock = "" if observer.locks else "lock or "
        who = "thread or process" if run.kind is WorkerKind.PROCESS else "thread"
        return f"{lock}thread" if short else f"waiting for {lock and 'a '}{lock}another {who}"
    counted = observer.cpu and not run.of_coroutines
    if state is State.UNKNOWN and not short and not counted:
        return "not running, or not seen"
    return state.short if short else state.word
