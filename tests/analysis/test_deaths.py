"""Who died first, of what, in which task, and what followed: by evidence, not by the signal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from concviz.analysis.deaths import cause, deaths, how
from concviz.model.run import Run
from concviz.trace import events
from concviz.trace.header import Header
from concviz.trace.plan import Plan
from concviz.trace.worker_kind import WorkerKind
from tests.builders import ENVIRONMENT

TERM, SEGV = -15, -11


def run_of(*died: tuple[int, int, bool], strategy: str = "process-pool", tasks: bool = True) -> Run:
    """Each worker is in the task of its number when it dies: when, of what, whether asked to."""
    run = Run(Plan(strategy=strategy, tasks=max(1, len(died))))
    run.apply([Header(plan=run.plan, environment=ENVIRONMENT, worker_kind=WorkerKind.PROCESS)])
    run.apply([events.RunStarted(0)])
    for number, _ in enumerate(died):
        run.apply([events.WorkerStarted(1, f"w{number}", 10 + number, 10 + number)])
        if tasks:
            run.apply([events.TaskStarted(2, number, f"w{number}")])
    for number, (when, exitcode, asked) in enumerate(died):
        run.apply([events.WorkerDied(when, f"w{number}", exitcode, asked)])
    run.apply(
        [events.RunFinished(1000, "BrokenProcessPool: abruptly"), events.RunnerExited(1001, 0)]
    )
    return run


def test_the_pool_ends_the_others_although_they_were_noticed_first() -> None:
    run = run_of((50, TERM, True), (51, TERM, True), (52, SEGV, False), (53, TERM, True))
    assert cause(run) == (
        "process 3 died first (killed by SIGSEGV in task 2), and the pool ended the 3 others"
    )
    assert how(run, run.workers[0]) == "ended by the pool"


def test_a_task_may_send_the_very_signal_that_a_pool_sends() -> None:
    run = run_of((52, TERM, True), (50, TERM, False))
    assert cause(run) == (
        "process 2 died first (killed by SIGTERM in task 1), and the pool ended the other"
    )


def test_the_task_is_not_named_where_it_is_not_known() -> None:
    assert cause(run_of((50, 3, False), tasks=False)) == "process 1 died (exit status 3)"


def test_a_strategy_may_end_them_all() -> None:
    run = run_of((51, TERM, True), (50, TERM, True), strategy="my-package")
    assert cause(run) == "the strategy ended 2 processes"
    assert cause(run_of((51, TERM, True))) == "the pool ended process 1"


def test_nobody_died() -> None:
    assert deaths(run_of()) is None
    assert cause(run_of()) is None


@given(
    st.lists(
        st.tuples(st.integers(10, 99), st.sampled_from([TERM, SEGV, 3]), st.booleans()), min_size=1
    )
)
def test_everyone_is_counted_once_and_the_first_died_by_itself_if_anybody_did(
    died: list[tuple[int, int, bool]],
) -> None:
    run = run_of(*died)
    found = deaths(run)
    assert found is not None
    assert 1 + found.others + found.followed == len(died)
    by_themselves = [when for when, _, asked in died if not asked]
    assert found.first.ended_by_strategy == (not by_themselves)
    assert found.first.ended == min(by_themselves or [when for when, *_ in died])
    assert found.task == found.first.index
