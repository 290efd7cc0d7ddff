"""Times in states as they travel: only those that took any, by their numbers in the header.

Most samples are of one state or two, so ``[state, nanoseconds, state, nanoseconds, …]`` is less
than half as long as all of them in order, and a state that this version does not know has a number
that it can read: its time was spent blocked, not seen in what.
"""

from __future__ import annotations

from collections.abc import Sequence

from concviz.trace.states import Spent, State, nothing

NAMES = [state.name.lower() for state in State]
"""Of the states of this version, in the order of their numbers."""


def sparse(spent: Sequence[int]) -> list[int]:
    """Times in all states as pairs of those that took any."""
    return [part for pair in enumerate(spent) if pair[1] for part in pair]


def named(name: str) -> State:
    """The state of that name; of one that is not known: blocked, not seen."""
    return _BY_NAME.get(name, State.UNKNOWN)


def dense(pairs: Sequence[int], states: Sequence[State]) -> Spent:
    """The times in all states; ``states`` are those of the numbers, as the header names them."""
    spent = nothing()
    for number, time in zip(pairs[::2], pairs[1::2], strict=True):
        spent[states[number] if number < len(states) else State.UNKNOWN] += time
    return spent


_BY_NAME = dict(zip(NAMES, State, strict=True))
