"""What an experiment will do, and how long that takes: said before it begins."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from concviz.analysis.comparison import Manner
from concviz.analysis.measurement import Case
from concviz.experiments.durations import Durations, forecast
from concviz.experiments.jobs import Job, jobs, more, ordered
from concviz.experiments.planning import compared
from concviz.trace.plan import Load, Plan, Traits, contended_s, expected_s
from tests.builders import LAB_ENVIRONMENT

ONCE = Manner(exact_once=True)
SLEEP = Plan(tasks=4, workers=2, duration_s=1.0)
CPU = Plan(workload="cpu", tasks=4, workers=2, duration_s=1.0)


def cases(plan: Plan) -> list[Case]:
    return compared(plan, ["sequential", "threads", "thread-pool"])


def order(found: list[Job]) -> list[tuple[str, int]]:
    return [(job.case.strategy, job.number) for job in found]


def test_what_waits_exactly_is_to_run_once_unless_somebody_asked_for_more() -> None:
    once = order(jobs(cases(SLEEP), ONCE))
    names = ("sequential", "threads", "thread-pool")
    assert once == [(name, number) for number in (0, 1) for name in names]
    assert len(jobs(cases(SLEEP), Manner())) == 12
    assert len(jobs(cases(CPU), ONCE)) == 12, "what computes varies"


@given(st.integers(1, 9), st.integers(0, 3), st.booleans())
def test_what_was_to_run_once_can_run_as_often_as_the_others(
    repeat: int, warmup: int, interleaved: bool
) -> None:
    once = Manner(repeat, warmup, interleaved, exact_once=True)
    found = cases(SLEEP)
    left = jobs(found, once)
    for case in found:
        left = ordered([*left, *more(case, once)], found, once)
    assert order(left) == order(jobs(found, Manner(repeat, warmup, interleaved)))


def test_a_warm_up_of_waits_does_not_wait_as_long() -> None:
    (first, *_) = jobs(cases(SLEEP), ONCE)
    assert first.plan.duration_s < 0.1
    assert jobs(cases(CPU), ONCE)[0].plan.duration_s == 1.0


def test_what_will_be_done_and_how_long_it_takes() -> None:
    durations = Durations()
    durations.add_between(0.1)
    said = forecast(cases(SLEEP), Manner(warmup=0), durations, LAB_ENVIRONMENT)
    # Each three times: 4 s one after the other, 1 s together, 2 s two at a time.
    assert (said.runs, round(said.seconds, 3)) == (9, 21.9)
    assert said.words == "9 runs, about 22 s"
    once = forecast(cases(SLEEP), Manner(warmup=0, exact_once=True), durations, LAB_ENVIRONMENT)
    assert once.words == "3 runs, about 7 s; waits that prove exact run once"


def test_what_earlier_runs_took_counts_more_than_what_a_formula_says() -> None:
    durations, found = Durations(), cases(SLEEP)
    durations.add_between(0.0)
    durations.keep(found[0].plan, 10.0)
    job = Job(found[0], 1)
    assert durations.expected_s(job, LAB_ENVIRONMENT) == 10.0
    assert durations.expected_s(Job(found[1], 1), LAB_ENVIRONMENT) == 1.0


def test_what_is_not_known_is_said_to_be_so() -> None:
    found, durations = cases(Plan(workload="lock", tasks=4, duration_s=0.5)), Durations()
    said = forecast(found, ONCE, durations, LAB_ENVIRONMENT)
    assert not said.known
    assert said.words.endswith(" s or more: how its tasks compete is not known")
    for job in jobs(found, ONCE):
        durations.keep(job.plan, 1.0)
    assert forecast(found, ONCE, durations, LAB_ENVIRONMENT).known


@given(
    st.integers(1, 50),
    st.floats(0, 9),
    st.sampled_from(["main", "thread", "coroutine", "process", "interpreter"]),
    st.floats(0, 1),
    st.booleans(),
    st.floats(0.5, 64),
)
def test_competing_makes_nothing_faster(
    tasks: int, duration_s: float, kind: str, share: float, holds: bool, cores: float
) -> None:
    plan, traits = Plan(tasks=tasks, duration_s=duration_s), Traits(kind=kind, options=frozenset())
    load = Load(cores=share, holds_gil=holds)
    with_gil = contended_s(plan, traits, load, cores, gil=True)
    assert with_gil >= contended_s(plan, traits, load, cores, gil=False)
    assert with_gil >= expected_s(plan, traits)
    assert contended_s(plan, traits, Load(), cores, gil=True) == expected_s(plan, traits)


def test_what_a_function_takes_shows_after_its_first_run() -> None:
    plan = Plan(workload="jobs:fetch", inputs=("range:8",), tasks=8, workers=2, duration_s=0.0)
    traits = {
        "sequential": Traits(kind="main", options=frozenset()),
        "thread-pool": Traits(kind="thread", options=frozenset(("workers",))),
    }
    found = [Case(replace(plan, strategy=name), each) for name, each in traits.items()]
    durations = Durations()
    durations.add_between(0.0)
    said = forecast(found, Manner(warmup=0), durations, LAB_ENVIRONMENT)
    assert said.words == "6 runs; how long they take shows after the first"
    durations.keep_task(replace(found[0].plan, tasks=1), traits["sequential"], 0.5)
    said = forecast(found, Manner(warmup=0), durations, LAB_ENVIRONMENT)
    assert said.words == "6 runs, about 18 s", "8 one after the other, or two at a time"
    other = [Case(replace(plan, inputs=("range:9",)), traits["sequential"])]
    assert not forecast(other, Manner(warmup=0), durations, LAB_ENVIRONMENT).known
