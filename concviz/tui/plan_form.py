"""A plan in the making: what the fields say, sensible or not."""

from __future__ import annotations

import math
from collections.abc import Callable

from msgspec.structs import replace

from concviz.runner import catalogue
from concviz.trace.plan import Limits, Plan, Problem
from concviz.trace.scheduler_address import address_of


def whole(text: str) -> int:
    """A whole number, also one such as 1e3. Raises ValueError for anything else."""
    try:
        return int(text)
    except ValueError:
        number = float(text)
        if not number.is_integer():  # nor is infinity
            raise
        return int(number)


NUMBERS: dict[str, Callable[[str], float]] = {
    "workers": whole,
    "tasks": whole,
    "chunksize": whole,
    "duration_s": float,
}
"""Fields of a plan that are numbers, and how they are read."""
TEXTS: dict[str, Callable[[str], str]] = {"scheduler": address_of}
"""Those that are texts which are written in other ways, too."""


class PlanForm:
    """The plan as far as the fields make sense, and what stands in those that do not."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._bad: dict[str, str] = {}
        self._duration_s = Plan().duration_s if plan.calls else plan.duration_s
        """Of workloads that are to last for some time."""

    def put(self, field: str, text: str) -> bool:
        """Take in what now stands in a field; False when it is nothing of the kind."""
        self._bad.pop(field, None)
        try:
            value = (NUMBERS.get(field) or TEXTS.get(field, str))(text)
        except ValueError:
            self._bad[field] = text
            return False
        self.plan = replace(self.plan, **{field: value})
        if field == "duration_s":
            self._duration_s = self.plan.duration_s
        elif field == "workload":
            self.plan = replace(self.plan, inputs=(), duration_s=self._duration_s)
        return True

    def call(self, function: str, inputs: tuple[str, ...], tasks: int | None) -> None:
        """Have a function of somebody's own called, so many times."""
        self._bad.pop("duration_s", None)
        self.plan = replace(self.plan, workload=function, inputs=inputs, duration_s=0.0)
        if tasks is not None:
            self._bad.pop("tasks", None)
            self.plan = replace(self.plan, tasks=tasks)

    def problems(self, machine: Limits | None = None) -> list[Problem]:
        """Why it cannot run, in sentences that quote what was typed; empty when it can.

        ``machine``: what it allows, if that need not be looked up now. Of a cluster what it said
        when it was asked.
        """
        # What is no number is as wrong as nan.
        plan = replace(self.plan, **dict.fromkeys(self._bad, math.nan))
        found = catalogue.problems(plan, machine, ask=False)
        return [self._as_typed(problem) for problem in found]

    def _as_typed(self, problem: Problem) -> Problem:
        typed = self._bad.get(problem.field)
        if typed is None:
            return problem
        _, _, wanted = problem.sentence.partition(": ")
        name = problem.field.removesuffix("_s")
        return Problem(problem.field, f"{name} is {typed!r}: {wanted}")
