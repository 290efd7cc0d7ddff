"""A finding."""

from __future__ import annotations

from dataclasses import dataclass, field

Evidence = dict[str, float | int | str]


@dataclass(frozen=True)
class Finding:
    """One or two sentences for a person, and for a program the numbers that made it fire.

    Keys of the evidence that end in ``_s`` are seconds, in ``_share`` parts of one.
    """

    id: str
    """Of the rule that found it, for example "gil-wait"."""
    headline: str
    """The same in a few words, without a full stop, for example "Threads gained nothing".

    A sentence may begin with the very words: whoever shows both shows them once.
    """
    sentence: str
    """What, why, and what to try."""
    evidence: Evidence = field(default_factory=dict)
    """The numbers, by name."""
