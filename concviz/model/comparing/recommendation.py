"""How many workers: the fewest that are as good as the best, by what was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from concviz.model.comparing import spread
from concviz.model.comparing.cases import Case
from concviz.model.comparing.laws import Fit
from concviz.model.comparing.verdict import GAINED, weight
from concviz.model.findings.finding import Evidence
from concviz.model.words import percent, spoken

FAR = 2
"""A law is not asked about more than so many times the most workers that were measured."""


@dataclass(frozen=True)
class Recommendation:
    """What follows from a sweep."""

    sentence: str
    strategy: str | None = None
    workers: int | None = None
    evidence: Evidence = field(default_factory=dict)


def recommend(
    baseline: Case, cases: Sequence[Case], fits: Mapping[str, Sequence[Fit]]
) -> Recommendation:
    """The recommendation; ``fits`` are the laws fitted to the points of each strategy."""
    measured = [case for case in cases if case.trials]
    if not measured:
        return Recommendation("Nothing came to its end: there is no number to recommend.")
    if not baseline.trials:
        return Recommendation("There is no sequential run to compare with: no speedup is known.")
    everything = [baseline, *measured]
    share, noise = spread.tolerance(everything), spread.noise(everything)
    best = min(measured, key=lambda case: case.median_s)
    good = [case for case in measured if spread.as_good(case, best, share)]
    choice = min(good, key=lambda case: (weight(case)[0], case.workers))
    speedup = baseline.median_s / choice.median_s
    evidence: Evidence = {
        "speedup": speedup,
        "best_workers": best.workers,
        "best_strategy": best.strategy,
        "best_speedup": baseline.median_s / best.median_s,
        "tolerance_share": share,
    }
    if noise is not None:
        evidence["spread_share"] = noise
    several = len({case.strategy for case in measured}) > 1
    name = f"{spoken(choice.strategy)} with " if several else ""
    head = f"{name}{choice.workers:,} worker{'' if choice.workers == 1 else 's'}: "
    head = head[:1].upper() + head[1:]
    said = f"{head}{speedup:.1f}× as fast as sequential"
    if speedup < GAINED and choice.workers == 1 and len(measured) > 1:
        said = f"{head}more gain nothing (at best {evidence['best_speedup']:.2f}×)"
    elif choice is not best:
        more = max(case.workers for case in good if case.strategy == choice.strategy)
        off = choice.median_s / best.median_s - 1
        said += f", within {percent(max(spread.LEAST, off))} of the best"
        said += f"; {more:,} gain nothing" if more > choice.workers else ""
    else:
        said += f"; {_beyond(choice, measured)}"
    most = max(case.workers for case in measured if case.strategy == choice.strategy)
    sentences = [f"{said}.", _law(fits.get(choice.strategy, ()), most)]
    if noise is None:
        sentences.append("Each ran once: repeat to know how runs differ.")
    return Recommendation(
        " ".join(filter(None, sentences)), choice.strategy, choice.workers, evidence
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
