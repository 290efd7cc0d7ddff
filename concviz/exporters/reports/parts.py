"""What the objects of a run, a comparison and a sweep have in common."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Annotated, Literal

from msgspec import Meta

from concviz.model.tasks import Outcome
from concviz.trace.states import Spent, State

NS = 1_000_000_000

Schema = Literal[2]
"""It grows when a reader of an earlier description would misunderstand an object. A new key is no
reason: readers pass over keys that they do not know."""

OUTCOMES = tuple(outcome.name.lower() for outcome in Outcome)

States = Annotated[
    dict[str, float | None],
    Meta(
        description=(
            "Seconds in each state. A state that cannot be seen there, as the observer says, is "
            "null. running_s is CPU time as the tasks' threads counted it; thread_wait_s is "
            "waiting for the end of another thread or process, or for something from it; "
            "unknown_s is time in which they were blocked, not seen in what (too short for a "
            "sample, or it cannot be told)."
        ),
        extra_json_schema={
            "properties": {state.key: {"description": state.word} for state in State},
            "required": [state.key for state in State],
        },
    ),
]

Counts = Annotated[
    dict[str, int],
    Meta(
        description=(
            "Tasks by outcome; they add up to all. A lost task's worker died under it, a stopped "
            "one was under way when the run was stopped."
        ),
        extra_json_schema={
            "properties": {name: {"minimum": 0} for name in OUTCOMES},
            "required": list(OUTCOMES),
        },
    ),
]


_KEYS = [(state, state.key) for state in State]


def states(spent: Spent | None, unseen: Collection[State]) -> dict[str, float | None] | None:
    """Seconds by the key of each state; None, in those that cannot be seen, where none is told."""
    if spent is None:
        return None
    return {
        key: spent[state] / NS if spent[state] or state not in unseen else None
        for state, key in _KEYS
    }


def counts(tally: Sequence[int]) -> dict[str, int]:
    """Tasks by how far they are or how they ended, from their numbers by ``Outcome``."""
    return {OUTCOMES[outcome]: tally[outcome] for outcome in Outcome}
