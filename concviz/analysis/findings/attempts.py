"""A finding about tasks of a cluster that were lost, and perhaps run again."""

from __future__ import annotations

from collections import Counter

from concviz.analysis.findings.facts import Facts
from concviz.analysis.findings.finding import Evidence, Finding
from concviz.analysis.findings.registry import Of, rule
from concviz.analysis.statistics import NS
from concviz.analysis.wording import count, duration, shortened
from concviz.model.tasks import UNKNOWN

LONGEST = 100
"""Characters of a reason that are quoted."""


@rule(21, Of.PLAN, Of.PROGRAM)
def run_again(facts: Facts) -> Finding | None:
    """Tasks that were lost with their worker, what for, and what it cost."""
    run, tasks = facts.run, facts.run.tasks
    if not tasks.lost:
        return None
    lost, again, gone = len(tasks.lost), len(tasks.attempts), run.lost_for_good
    wasted = sum(
        max(0, min(end, told.t_ns) - tasks.started[task])
        for task, told in tasks.lost.items()
        if tasks.started[task] != UNKNOWN
        and (end := told.t_ns if tasks.finished[task] == UNKNOWN else tasks.finished[task])
    )
    whys = Counter(told.why for told in tasks.lost.values() if told.why)
    evidence: Evidence = {"lost": lost, "again": again, "gone": gone, "wasted_s": wasted / NS}
    why = ""
    if whys:
        most, number = whys.most_common(1)[0]
        evidence["why"] = shortened(most, LONGEST)
        which = "" if number == lost else f", {number:,} of them because"
        why = f"{which or ':'} {shortened(most, LONGEST)}"
    names = [facts.name(task) for task in sorted(tasks.lost)[:3]]
    which = f" ({', '.join(names)}{' …' if lost > len(names) else ''})"
    did = f"What they had done took {duration(wasted / NS)}, in vain. " if wasted else ""
    fate = f"{count(again, 'was', 'were')} run again" if again else "none was run again"
    ends = f", and {count(gone, 'is', 'are')} lost for good" if gone and again else ""
    return Finding(
        "run-again",
        f"{count(lost, 'task')} lost" + (", and run again" if again and not gone else ""),
        f"{count(lost, 'task')} of a worker that was lost{which}{why}. {did}{fate[:1].upper()}"
        f"{fate[1:]}{ends}.",
        evidence,
    )
