"""Which strategy, by how much, why, and how sure that is: from what was measured, in words.

The fastest is not always the answer. Of those that are as good as the fastest, so far as can be
told (``standing``), the lightest is the choice: a thread rather than a process for a millisecond.
The winner, which has the verdict alone, is clearly faster than each of the others. A cluster, the
heaviest of all, is the choice only where it is clearly faster than whatever needs none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from concviz.analysis.findings.finding import Evidence
from concviz.analysis.interval import Interval
from concviz.analysis.measurement import Case
from concviz.analysis.reasons import Reasons
from concviz.analysis.standing import LEAST, ONCE, Standing, lead, ratio, sureness, variation
from concviz.analysis.wording import capital, listed, percent, percents, spoken, times
from concviz.trace.environment import Environment

WEIGHT = {"main": 0, "thread": 1, "coroutine": 2, "interpreter": 3, "process": 4, "cluster": 5}
"""What it costs to have a worker, and to write the code for it: an order, not a measure."""


@dataclass(frozen=True)
class Verdict:
    """What follows from a comparison."""

    sentence: str
    """Which strategy, by how much, why, and how sure that is."""
    winner: str | None = None
    """The strategy that is clearly faster than each of the others; None where several are tied."""
    tied: list[str] = field(default_factory=list)
    """Strategies that cannot be told from the best, the recommended one first; empty with a winner.
    They may be apart from one another."""
    recommended: str | None = None
    """The winner, or the lightest of those as good as the best; None where nothing was measured."""
    speedup: float | None = None
    """Of the recommended one: median makespan of the sequential runs ÷ its own."""
    speedup_low: float | None = None
    """Lower end of its 97 % interval; None where either ran once, and of the sequential one."""
    speedup_high: float | None = None
    """Upper end of that."""
    evidence: Evidence = field(default_factory=dict)
    """The numbers behind the sentence, by name; ``_s`` are seconds, ``_share`` parts of one."""


def judge(
    cases: Sequence[Case],
    baseline: Case | None,
    interleaved: bool,
    environment: Environment | None,
) -> Verdict:
    """The verdict on cases of the same work; ``baseline`` is the sequential one."""
    measured = [case for case in cases if case.trials]
    if len(measured) < 2 or baseline is None:
        return Verdict(_too_little(cases, measured, baseline))
    found = Standing.of(measured, interleaved)
    choice = lightest(found, weight)
    tied = [choice, *(case for case in [*found.good, *found.unsure] if case is not choice)]
    sure = None if choice is baseline else ratio(baseline, choice, interleaved)
    speedup = baseline.median_s / choice.median_s
    noise = variation(measured)
    once = any(len(case.trials) < 2 and not case.exact for case in measured)

    evidence: Evidence = {"recommended": choice.strategy}
    evidence["runs"] = min(len(case.trials) for case in measured)
    evidence |= {"speedup": speedup, "makespan_s": choice.median_s}
    if noise is not None:
        evidence["variation_share"] = noise
    evidence["margin_share"] = ONCE if once else LEAST
    if found.rest:
        evidence |= {"next": found.rest[0].strategy, "lead_share": lead(found.rest[0], found.best)}
    reasons = Reasons(choice, baseline, measured, found, environment, evidence)
    after = ratio(found.rest[0], found.best, interleaved) if found.rest else None
    ranges = sure is not None or after is not None
    sentences = [
        f"{_claim(choice, baseline, found, sure)}.",
        reasons.why(),
        cost(choice),
        reasons.workers(),
        _next(choice, found, interleaved),
        sureness(measured, noise, ranges),
    ]
    return Verdict(
        " ".join(sentence for sentence in sentences if sentence),
        choice.strategy if len(tied) == 1 else None,
        [case.strategy for case in tied] if len(tied) > 1 else [],
        choice.strategy,
        speedup,
        sure.low if sure is not None else None,
        sure.high if sure is not None else None,
        evidence,
    )


def weight(case: Case) -> tuple[int, int, bool]:
    """Sorts cases from the lightest: by what a worker is, by their number, pools first."""
    kinds = len(WEIGHT)
    one_each = case.traits.kind != "main" and "workers" not in case.traits.options
    return WEIGHT.get(case.traits.kind, kinds), case.workers, one_each


def lightest(found: Standing, weigh: Callable[[Case], tuple[int, ...]]) -> Case:
    """The choice: of those as good as the best, that which weighs least.

    Not a cluster while something without one is in a tie with the best, however unsure.
    """
    choice = min(found.good, key=weigh)
    if not _of_cluster(choice):
        return choice
    others = [case for case in [*found.good, *found.unsure] if not _of_cluster(case)]
    return min(others, key=lambda case: case.median_s, default=choice)


def cost(choice: Case) -> str:
    """What a cluster costs, in a sentence; "" of whatever needs none."""
    found = choice.typical.cluster
    return "" if found is None else found.sentence(choice.typical.makespan_s)


def _of_cluster(case: Case) -> bool:
    return case.traits.kind == "cluster"


def faster(speedup: float, sure: Interval | None) -> str:
    """For example "1.88× as fast as sequential (1.83 to 1.94)"."""
    said = f"{times(speedup)} as fast as sequential"
    return said if sure is None else f"{said} ({sure.low:.2f} to {sure.high:.2f})"


def _too_little(cases: Sequence[Case], measured: list[Case], baseline: Case | None) -> str:
    if not measured:
        return "No strategy came to its end: there is nothing to compare."
    if baseline is None:
        return "There is no sequential run to compare with: no speedup can be told."
    others = "other strategy" if len(cases) <= 2 else "one of the others"
    return f"Only {spoken(measured[0].strategy)} was measured: no {others} came to its end."


def _claim(choice: Case, baseline: Case, found: Standing, sure: Interval | None) -> str:
    """The choice and its margin. Whatever is tied is so with the best alone."""
    best = found.best
    others = [case for case in [*found.good, *found.unsure] if case not in (choice, best)]
    if choice is baseline:
        most = f" (at most {times(baseline.median_s / best.median_s)}, {spoken(best.strategy)})"
        return (
            f"Sequential is enough: nothing is clearly faster{most if best is not choice else ''}"
        )
    said = (
        f"{capital(spoken(choice.strategy))}: {faster(baseline.median_s / choice.median_s, sure)}"
    )
    if choice is best:
        if not others:
            return said
        heavier = all(weight(case) > weight(choice) for case in others)
        but = ", but are heavier" if len(others) > 1 else ", but is heavier"
        return f"{said}; {_names(others)} cannot be told from it{but if heavier else ''}"
    said += f", in a tie with the fastest, {spoken(best.strategy)}, but lighter"
    return f"{said}; nor can {_names(others)} be told from the fastest" if others else said


def _names(cases: list[Case]) -> str:
    return listed([spoken(case.strategy) for case in cases])


def _next(choice: Case, found: Standing, interleaved: bool) -> str:
    """The first that is clearly slower, and by how much."""
    if not found.rest:
        return ""
    after = found.rest[0]
    sure = ratio(after, found.best, interleaved)
    span = "" if sure is None else f" ({_percents(sure)})"
    than = "" if choice is found.best else " than the fastest"
    longer = percent(lead(after, found.best))
    return f"The next, {spoken(after.strategy)}, takes {longer} longer{than}{span}."


def _percents(sure: Interval) -> str:
    return percents(sure.low - 1, sure.high - 1)
