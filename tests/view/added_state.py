"""What becomes of a state that somebody adds: run with a package that has one row more.

``python -m tests.view.added_state NAME`` prints as JSON how a run in it is shown and told.
"""

from __future__ import annotations

import json
import sys

from concviz.analysis.findings import findings
from concviz.analysis.statistics import summarise
from concviz.analysis.time_breakdown import Spending
from concviz.exporters import pages
from concviz.exporters.json import encode
from concviz.exporters.registry import EXPORTERS
from concviz.exporters.reports.of_run import run_report
from concviz.trace.header import Header
from concviz.trace.plan import Plan
from concviz.trace.states import State
from concviz.view.glyphs import drawable
from concviz.view.picture import timeline
from concviz.view.signs import role_of
from concviz.view.summary_text import figures
from tests.builders.environments import ENVIRONMENT
from tests.builders.runs import run_of
from tests.builders.told import observed_task

name = sys.argv[1]
plan = Plan(strategy="threads", tasks=1)
told = observed_task(0, "w", 0, 100, 0, **{name.lower(): 100})
run = run_of(plan, "thread", told, 100)
summary = summarise(run)
picture = [line.plain for line in timeline(run, 60)]
print(
    json.dumps(
        {
            "picture": picture,
            "ascii": [drawable(line, "ascii") for line in picture],
            "role": role_of(State[name]).name,
            "svg": EXPORTERS.load("svg").write(run).decode(),
            "html": EXPORTERS.load("html").write(run).decode(),
            "page": pages.plain(pages.of_run(run, summary, explain=True, width=100)),
            "pane": figures(run, summary, Spending(run).of_run(), findings(run)).plain,
            "json": json.loads(encode(run_report(run)))["states"],
            "header": json.loads(Header(plan=plan, environment=ENVIRONMENT).encode())["states"],
        }
    )
)
