"""From when on a share of task time counts, for findings, verdicts and tables alike.

Each is a part of one: time in some states ÷ the time of all tasks, unless it says otherwise. They
are chosen, not measured: so that what is said is what a reader of the picture would say, which
tests hold against made-up runs on both sides of each. What is of one rule alone stands beside it.
"""

from __future__ import annotations

NEGLIGIBLE = 0.05
"""What may be the machine's doing, or that of other programs, and says nothing about the tasks."""
RELEASED = 0.1
"""Waiting for the GIL below which threads do not compete for it: they take it in passing."""
CORE = 0.15
"""Waiting for a core from which there are more workers than the cores can serve. It is less than
MATTERS because on a quiet machine there is none at all."""
MATTERS = 0.2
"""A wait of one kind from which it is what a run is about; less of it explains little."""
COMPUTES = 0.3
"""Running, or competing to, from which tasks count as ones that need a core of their own."""
LOCK = 0.3
"""Waiting for locks from which they are a convoy. It is more than MATTERS because tasks that share
something wait for it now and then."""
LOOP = 0.4
"""Waiting for the event loop from which its only thread keeps the coroutines. It is more than LOCK
because taking turns on it is how a loop works."""
WAITS = 0.5
"""Waiting side by side from which tasks count as ones that wait; also of the time of a run."""
MAINLY = 0.6
"""Doing one thing from which tasks count as ones that mainly do that."""
NEARLY_ALL = 0.9
"""Doing one thing from which nothing else counts."""
START_UP = 0.25
"""Share of the makespan from which the start of processes or of a cluster is worth a word."""
MANY = 50
"""Tasks; fewer say little about the cost of handing them out."""
