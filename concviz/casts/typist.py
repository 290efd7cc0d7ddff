"""Follows a script of keys: says what is to be typed, when its time has come."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from concviz.casts.key_script import Press, Step, Until, Wait

BETWEEN_S = 0.15
"""Between two keys, so that one can see what each does."""


class NeverCameError(Exception):
    """What a script waited for was not on the screen in time."""

    def __init__(self, step: Until) -> None:
        super().__init__(
            f'line {step.line}: "{step.text}" was not on the screen within {step.seconds:g} s'
        )


class Typist:
    """Times are of the caller's clock. Ask again after ``wait_s``, or when the screen changed."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = steps
        self._at = 0
        self._begun_s: float | None = None
        """When the step at hand began."""

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do."""
        return self._at == len(self._steps)

    def wait_s(self, now_s: float) -> float | None:
        """When to ask next, unless something happens before; None: never."""
        if self.finished or self._begun_s is None:
            return None if self.finished else 0.0
        return max(0.0, self._begun_s + self._lasts_s() - now_s)

    def keys(self, now_s: float, sees: Callable[[str], bool]) -> str:
        """What is to be typed now; ``sees`` says what is on the screen. Raises NeverCameError."""
        typed = ""
        while not self.finished:
            if self._begun_s is None:
                self._begun_s = now_s
            step = self._steps[self._at]
            over = now_s >= self._begun_s + self._lasts_s()
            match step:
                case Press():
                    if not over:
                        break
                    typed += step.sent
                case Wait():
                    if not over:
                        break
                case Until():
                    if not sees(step.text):
                        if over:
                            raise NeverCameError(step)
                        break
            self._at += 1
            self._begun_s = now_s
        return typed

    def _lasts_s(self) -> float:
        step = self._steps[self._at]
        if isinstance(step, Press):
            return BETWEEN_S if self._at and isinstance(self._steps[self._at - 1], Press) else 0.0
        return step.seconds
