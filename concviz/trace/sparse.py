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
    pairs: list[int] = []
    for number, time in enumerate(spent):
        if time:
            pairs += number, time
    return pairs


def named(name: str) -> State:
    """The state of that name; of one that is not known: blocked, not seen."""
    return _BY_NAME.get(name, State.UNKNOWN)


def parts(pairs: Sequence[int], states: Sequence[State]) -> dict[int, int]:
    """The times by state; ``states`` are those of the numbers, as the header names them."""
    spent: dict[int, int] = {}
    for place in range(0, len(pairs), 2):
        number = pairs[place]
        state = states[number] if number < len(states) else State.UNKNOWN
        spent[state] = spent.get(state, 0) + pairs[place + 1]
    return spent


def dense(pairs: Sequence[int], states: Sequence[State]) -> Spent:
    """The times in all states."""
    spent = nothing()
    for state, time in parts(pairs, states).items():
        spent[state] = time
    return spent


_BY_NAME = dict(zip(NAMES, State, strict=True))
