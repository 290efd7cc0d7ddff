"""How many workers: the fewest that are as good as the best, by what was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from concviz.analysis.findings.finding import Evidence
from concviz.analysis.measurement import Case
from concviz.analysis.reasons import GAINED
from concviz.analysis.scaling_laws import FAR, Fit
from concviz.analysis.standing import (
    LEAST,
    ONCE,
    Standing,
    clearly_slower,
    lead,
    ratio,
    sureness,
    variation,
)
from concviz.analysis.verdict import cost, faster, lightest, weight
from concviz.analysis.wording import capital, count, percent, spoken, times

LITTLE = 0.005
"""A smaller share is nothing, as far as it is said."""
LAWS = {"amdahl": "Amdahl's law", "usl": "the Universal Scalability Law"}


@dataclass(frozen=True)
class Recommendation:
    """What follows from a sweep."""

    sentence: str
    """How many workers of which strategy, and why."""
    recommended: str | None = None
    """The strategy; None where nothing can be told."""
    workers: int | None = None
    """How many of them."""
    speedup: float | None = None
    """Of that: median makespan of the sequential runs ÷ its own."""
    speedup_low: float | None = None
    """Lower end of its 97 % interval; None where either ran once."""
    speedup_high: float | None = None
    """Upper end of that."""
    evidence: Evidence = field(default_factory=dict)
    """The numbers behind the sentence, by name; ``_s`` are seconds, ``_share`` parts of one."""


def recommend(
    baseline: Case, cases: Sequence[Case], interleaved: bool, fits: Mapping[str, Sequence[Fit]]
) -> Recommendation:
    """The recommendation; ``fits`` are the laws fitted to the points of each strategy."""
    measured = [case for case in cases if case.trials]
    if not measured:
        what = "Only the sequential run" if baseline.trials else "Nothing"
        return Recommendation(f"{what} came to its end: there is no number to recommend.")
    if not baseline.trials:
        return Recommendation("There is no sequential run to compare with: no speedup is known.")
    found = Standing.of(measured, interleaved)
    best, noise = found.best, variation([baseline, *measured])
    choice = lightest(found, lambda case: (weight(case)[0], case.workers))
    speedup, sure = baseline.median_s / choice.median_s, ratio(baseline, choice, interleaved)
    evidence: Evidence = {
        "best_workers": best.workers,
        "best_strategy": best.strategy,
        "best_speedup": baseline.median_s / best.median_s,
        "margin_share": ONCE if noise is None and not best.exact else LEAST,
    }
    if noise is not None:
        evidence["variation_share"] = noise
    several = len({case.strategy for case in measured}) > 1
    head = capital(f"{_workers(choice, several)}: ")
    own = [case for case in measured if case.strategy == choice.strategy]
    if speedup < GAINED and choice.workers == 1 and len(measured) > 1:
        by = "" if best is choice else f", by {_workers(best, several)}"
        most = times(baseline.median_s / best.median_s)
        said = f"{head}more gain nothing (at best {most}{by})"
    else:
        tie = "" if choice is best else f", in a tie with the best, {_workers(best, several)}"
        said = f"{head}{faster(speedup, sure)}{tie}; {_beyond(choice, own)}"
        fewer = [case for case in found.unsure if case in own and case.workers < choice.workers]
        if fewer:
            than = "this" if choice is best else "the best"
            few = min(fewer, key=lambda case: case.workers)
            said += f", and {_workers(few, several=False)} cannot be told from {than}"
    law = _law(fits.get(choice.strategy, ()), choice.workers, [case.workers for case in own])
    paid = cost(choice)
    if paid and not clearly_slower(baseline, choice, interleaved):
        paid = "The sequential loop, which needs no cluster, cannot be told from it."
        if clearly_slower(choice, baseline, interleaved):
            paid = "The sequential loop, which needs no cluster, is faster than any of this."
    sentences = [
        f"{said}.",
        paid,
        law,
        sureness([baseline, *measured], noise, sure is not None),
    ]
    return Recommendation(
        " ".join(filter(None, sentences)),
        choice.strategy,
        choice.workers,
        speedup,
        sure.low if sure is not None else None,
        sure.high if sure is not None else None,
        evidence,
    )


def _workers(case: Case, several: bool) -> str:
    """For example "4 workers", or "thread pool with 4 workers" where there are several."""
    workers = count(case.workers, "worker")
    return f"{spoken(case.strategy)} with {workers}" if several else workers


def _beyond(choice: Case, own: Sequence[Case]) -> str:
    """What more workers did: nobody is clearly faster than the choice."""
    more = [case for case in own if case.workers > choice.workers]
    if not more:
        return "more were not measured"
    said = f"more, up to {max(case.workers for case in more):,}, gain"
    gain = max(lead(choice, case) for case in more)
    if gain < LITTLE:
        return f"{said} nothing"
    chance = ", which may be chance" if gain > LEAST else ""
    return f"{said} at most {percent(gain)}{chance}"


def _law(fits: Sequence[Fit], workers: int, measured: Sequence[int]) -> str:
    """What a law adds: that it says the same, or what it expects beyond what was measured.

    What was measured has precedence: a law that says something else of it is not asked.
    """
    if not fits:
        return "Too few points for a law of scaling: this is from the measurements alone."
    fit = min(fits, key=lambda fit: fit.residual)
    law = LAWS[fit.law]
    if fit.poor:
        return (
            f"No law fits ({law} is off by {percent(fit.residual)}): this is from the measurements "
            "alone."
        )
    if fit.fewest(measured, LEAST) != workers:
        return ""
    said = f"{capital(law)} says the same: {percent(fit.contention)} is serial"
    most = max(measured)
    if workers < most:
        return f"{said}."
    knee, limit = fit.expected_knee(most), fit.limit
    if knee is not None:
        return f"{said}; beyond what was measured it expects the best at {knee:.0f} workers."
    if limit is not None and limit <= FAR * fit.speedup(most):
        return f"{said}; it expects no more than {limit:.1f}× of any number of workers."
    return f"{said}, no limit is in sight."
