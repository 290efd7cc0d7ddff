"""How long a tour that goes by itself stays where there is something to read."""

from __future__ import annotations

from enum import Enum


class Pace(Enum):
    """Words a second, and seconds to look around; nobody reads along at the fast one."""

    SLOW = "slow", 2.2, 4.0
    NORMAL = "normal", 3.5, 2.0
    FAST = "fast", float("inf"), 0.3

    def __init__(self, word: str, words_per_s: float, look_s: float) -> None:
        self.word = word
        self.words_per_s = words_per_s
        self.look_s = look_s

    def stays_s(self, said: str) -> float:
        """For how many seconds that is shown."""
        return self.look_s + len(said.split()) / self.words_per_s


PACES = {pace.word: pace for pace in Pace}
