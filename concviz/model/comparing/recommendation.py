"""How many workers: the fewest that are as good as the best, by what was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from concviz.model.comparing.cases import Case
from concviz.model.comparing.laws import Fit
from concviz.model.comparing.reasons import GAINED
from concviz.model.comparing.standing import LEAST, ONCE, Standing, lead, ratio, variation
from concviz.model.comparing.verdict import faster, sureness, weight
from concviz.model.findings.finding import Evidence
from concviz.model.words import capital, percent, spoken, times

FAR = 2
"""A law is not asked about more than so many times the most workers that were measured."""


@dataclass(frozen=True)
class Recommendation:
    """What follows from a sweep."""

    sentence: str
    strategy: str | None = None
    workers: int | None = None
    speedup: float | None = None
    """Median makespan of the sequential runs ÷ that of the choice."""
    speedup_low: float | None = None
    speedup_high: float | None = None
    """The 95 % interval of that; None where either ran once."""
    evidence: Evidence = field(default_factory=dict)


def recommend(
    baseline: Case, cases: Sequence[Case], interleaved: bool, fits: Mapping[str, Sequence[Fit]]
) -> Recommendation:
    """The recommendation; ``fits`` are the laws fitted to the points of each strategy."""
    measured = [case for case in cases if case.trials]
    if not measured:
        return Recommendation("Nothing came to its end: there is no number to recommend.")
    if not baseline.trials:
        return Recommendation("There is no sequential run to compare with: no speedup is known.")
    found = Standing.of(measured, interleaved)
    best, noise = found.best, variation([baseline, *measured])
    choice = min(found.good, key=lambda case: (weight(case)[0], case.workers))
    speedup, sure = baseline.median_s / choice.median_s, ratio(baseline, choice, interleaved)
    evidence: Evidence = {
        "best_workers": best.workers,
        "best_strategy": best.strategy,
        "best_speedup": baseline.median_s / best.median_s,
        "margin_share": ONCE if noise is None else LEAST,
    }
    if noise is not None:
        evidence["variation_share"] = noise
    several = len({case.strategy for case in measured}) > 1
    name = f"{spoken(choice.strategy)} with " if several else ""
    head = capital(f"{name}{choice.workers:,} worker{'' if choice.workers == 1 else 's'}: ")
    said = f"{head}{faster(speedup, sure)}"
    if speedup < GAINED and choice.workers == 1 and len(measured) > 1:
        said = f"{head}more gain nothing (at best {times(baseline.median_s / best.median_s)})"
    elif choice is not best:
        more = max(case.workers for case in found.good if case.strategy == choice.strategy)
        off = lead(choice, best)
        said += f", within {percent(max(LEAST, off))} of the best"
        said += f"; {more:,} gain nothing" if more > choice.workers else ""
    else:
        said += f"; {_beyond(choice, measured)}"
    most = max(case.workers for case in measured if case.strategy == choice.strategy)
    sentences = [f"{said}.", _law(fits.get(choice.strategy, ()), most), sureness(noise)]
    return Recommendation(
        " ".join(filter(None, sentences)),
        choice.strategy,
        choice.workers,
        speedup,
        sure.low if sure is not None else None,
        sure.high if sure is not None else None,
        evidence,
    )


def _beyond(choice: Case, measured: Sequence[Case]) -> str:
    """What more workers did."""
    more = [c for c in measured if c.strategy == choice.strategy and c.workers > choice.workers]
    if not more:
        return "more were not measured"
    return f"more, up to {max(case.workers for case in more):,}, gain nothing"


def _law(fits: Sequence[Fit], most: int) -> str:
    """What the laws say, as far as they describe the points."""
    if not fits:
        return "Too few points for a law of scaling: this is from the measurements alone."
    fit = min(fits, key=lambda fit: fit.residual)
    law = {"amdahl": "Amdahl's law", "usl": "the Universal Scalability Law"}[fit.law]
    if fit.poor:
        return (
            f"No law fits ({law} is off by {percent(fit.residual)}): this is from the measurements "
            "alone."
        )
    said = f"{law[:1].upper()}{law[1:]} fits: {percent(fit.contention)} is serial"
    far = FAR * most
    if fit.knee is not None and fit.knee <= far:
        return f"{said}, the knee is at {fit.knee:.1f} workers."
    if fit.limit is not None and fit.limit <= far:
        return f"{said}, no number of workers gives more than {fit.limit:.1f}×."
    return f"{said}, no limit is in sight."
