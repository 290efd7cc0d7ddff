"""A finding about worker processes of a cluster whose memory is too small for what they keep."""

from __future__ import annotations

from concviz.analysis.clusters import process_name
from concviz.analysis.findings.facts import Facts
from concviz.analysis.findings.finding import Evidence, Finding
from concviz.analysis.findings.registry import Of, rule
from concviz.analysis.thresholds import NEGLIGIBLE
from concviz.analysis.wording import count, size


@rule(38, Of.PLAN, Of.PROGRAM)
def spilling(facts: Facts) -> Finding | None:
    """Results that were put on disk for want of room."""
    spilled = {
        place: held
        for place, held in facts.run.cluster.memory.items()
        if (held.most_spilled or 0) > NEGLIGIBLE * (held.limit or held.peak or 0)
    }
    if not spilled:
        return None
    worst, held = max(spilled.items(), key=lambda item: item[1].most_spilled or 0)
    most = held.most_spilled or 0
    name = process_name(facts.run, worst)
    evidence: Evidence = {"processes": len(spilled), "most_spilled_bytes": most, "worker": name}
    room = ""
    if held.limit is not None:
        evidence["limit_bytes"] = held.limit
        room = f" it may hold {size(held.limit)}, and"
    others = len(spilled) - 1
    more = f" {count(others, 'other process', 'other processes')} did so, too." if others else ""
    return Finding(
        "spilling",
        "Results went to disk",
        f"{name} put up to {size(most)} of results on its disk:{room} what is written must be read "
        f"again before it is used.{more} Give workers more memory (dask worker --memory-limit), "
        "keep fewer results at a time, or spread them over more workers.",
        evidence,
    )
