"""The wire: what a worker sends is what the model reads; what is no event is refused."""

from __future__ import annotations

import asyncio
import json
import typing
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.trace import events
from concviz.trace.environment import Environment
from concviz.trace.header import Header
from concviz.trace.plan import MAX_TASKS, Plan
from concviz.trace.worker_kind import WorkerKind
from concviz.worker import tracing as worker

ENVIRONMENT = Environment(
    concviz="1",
    python="3.11.7",
    implementation="CPython",
    gil=True,
    platform="Linux",
    machine="x86_64",
    cores_total=8,
    cores_usable=1.5,
    cores_limit="cgroup quota",
)


class Sent:
    """Collects what a worker sends."""

    def __init__(self) -> None:
        self.tuples: list[worker.Wire] = []

    @property
    def kinds(self) -> list[object]:
        return [event[0] for event in self.tuples]

    def decoded(self) -> list[events.AnyEvent]:
        lines = events.encode_lines(self.tuples).splitlines()
        assert lines == [json.dumps(t, separators=(",", ":")).encode() for t in self.tuples]
        return [events.decode(line) for line in lines]


@pytest.fixture
def sent() -> Iterator[Sent]:
    collected = Sent()

    def work(task: int) -> object:
        if task == 1:
            raise ValueError("no")
        worker.TaskStream(None).write(f"printed by {task}\nand more")
        if task == 5:
            worker.TaskStream(None).write("x" * (worker.TASK_OUTPUT + 1))
        return {0: "text", 2: 1.5, 3: None, 4: True}.get(task, [task])

    worker.attach(collected.tuples.append, work, ())
    yield collected
    worker.attach(None, work, ())  # type: ignore[arg-type]


def test_every_tuple_of_a_worker_is_an_event(sent: Sent) -> None:
    worker.enter("w")
    for task in range(6):
        worker.call(task)
    worker.leave()
    assert set(sent.kinds) == {
        *("worker-started", "started", "output", "left-out", "finished", "failed"),
        "worker-stopped",
    }
    decoded = sent.decoded()
    assert [msgspec.to_builtins(event) for event in decoded] == [list(t) for t in sent.tuples]
    lines = events.encode_lines(sent.tuples)
    assert events.encode_lines(decoded) == lines
    finished = {e.task: e.result for e in decoded if isinstance(e, events.TaskFinished)}
    assert finished == {0: "text", 2: 1.5, 3: None, 4: True, 5: "[5]"}
    (failed,) = [e for e in decoded if isinstance(e, events.TaskFailed)]
    assert (failed.task, failed.error) == (1, "ValueError: no")
    assert "in work" in failed.traceback
    assert failed.cpu_ns is not None
    printed = [(e.task, e.text) for e in decoded if isinstance(e, events.Output) if e.task == 2]
    assert printed == [(2, "printed by 2"), (2, "and more")]


def test_every_tuple_of_a_coroutine_is_an_event(sent: Sent) -> None:
    async def main() -> None:
        await asyncio.gather(*(worker.call_async(task) for task in range(3)))

    asyncio.run(main())
    assert {"worker-started", "started", "finished", "failed"} <= set(sent.kinds)
    decoded = sent.decoded()
    assert [msgspec.to_builtins(event) for event in decoded] == [list(t) for t in sent.tuples]


KINDS = typing.get_args(events.AnyEvent)
VALUES = {
    int: st.integers(0, 2**61),
    str: st.text(max_size=5),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
}
BOUNDED = {
    "spent": st.lists(st.tuples(VALUES[int], VALUES[int])).map(
        lambda pairs: [*sum(pairs, ())][:32]
    ),
    "shares": st.dictionaries(st.sampled_from(["running", "io", "a_new_one"]), VALUES[int]),
    "digests": st.lists(st.text("0123456789abcdef", max_size=32)),
    "seen": st.integers(0, 99),
    "kind": st.sampled_from(WorkerKind),
    "then": st.sampled_from(["running", "sleep", "loop_wait"]),
    "cores": st.integers(1, 100_000),
}


@given(st.data(), st.sampled_from(KINDS))
def test_every_event_survives_the_wire(data: st.DataObject, kind: type[events.Event]) -> None:
    arguments = []
    for field in msgspec.structs.fields(kind):
        if field.name in BOUNDED:
            arguments.append(data.draw(BOUNDED[field.name]))
            continue
        if field.type == list[int]:
            arguments.append(data.draw(st.lists(VALUES[int], max_size=3)))
            continue
        plain = next(
            known
            for known in (int, str, float, bool)
            if known in (field.type, *typing.get_args(field.type))
            or known.__name__ in str(field.type)
        )
        arguments.append(data.draw(VALUES[plain]))
    event = typing.cast(typing.Callable[..., events.AnyEvent], kind)(*arguments)
    (line,) = events.encode_lines([event]).splitlines()
    assert events.decode(line) == event


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"noise",
        b"{}",
        b"[]",
        b"null",
        b'["started"]',
        b'["started",1,2]',
        b'["started",1,"2","w"]',
        b'["started",1,2,null]',
        b'["started",-1,2,"w"]',
        b'["started",4611686018427387904,2,"w"]',
        b'["finished",1,2,-1,null]',
        b'["finished",1,2,3,[4]]',
        b'["finished",1.5,2,3,null]',
        b'["sampled",2,"w",1,[1],0]',
        b'["sampled",2,"w",1,[1,-1],0]',
        b'["sampled",2,"w",1,[1,0],-1]',
        b'["others",2,7,1,[1],0,0,0,0,0]',
        b'["awaited",2,0,1,{"sleep":-1},"sleep"]',
        b'["awaited",2,0,1,{"sleep":1},0]',
        b'["machine",2,1,1,0]',
        b'["no-such-event",1]',
        b'["run-started",1',
        b'["output",1,2,"\xff"]',
    ],
)
def test_what_is_no_event_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        events.decode(line)


def header(**changes: object) -> dict[str, object]:
    built = msgspec.to_builtins(Header(plan=Plan(), environment=ENVIRONMENT))
    return {**built, **changes}


def test_header_survives_the_wire() -> None:
    before = Header(plan=Plan(tasks=7), environment=ENVIRONMENT, worker_kind=WorkerKind.THREAD)
    line = before.encode()
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert Header.decode(line) == before


def test_header_of_another_schema_is_refused() -> None:
    line = json.dumps(header(schema=99)).encode()
    with pytest.raises(ValueError, match="recording has schema 99; this concviz reads schema 2"):
        Header.decode(line)


@pytest.mark.parametrize("line", [b"", b"[]", b"{}", b'["run-started",1]', b"\x00\x01", b"null"])
def test_what_is_no_header_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError, match="not the header of a concviz recording"):
        Header.decode(line)


@pytest.mark.parametrize("tasks", [-1, MAX_TASKS + 1, 10**18])
def test_header_with_an_impossible_number_of_tasks_is_refused(tasks: int) -> None:
    """A run makes room for its tasks before the first event."""
    line = json.dumps(header(plan={"tasks": tasks})).encode()
    said = f"its plan has {tasks:,} tasks: this concviz shows from 1 to 100,000"
    with pytest.raises(ValueError, match=f"^{said}$"):
        Header.decode(line)


@pytest.mark.parametrize(
    ("usable", "limit", "text"),
    [
        (1, None, "1 core"),
        (8, None, "8 cores"),
        (2, "affinity", "2 of 8 cores (affinity)"),
        (1.5, "cgroup quota", "1.5 of 8 cores (cgroup quota)"),
    ],
)
def test_cores_in_words(usable: float, limit: str | None, text: str) -> None:
    environment = msgspec.structs.replace(ENVIRONMENT, cores_usable=usable, cores_limit=limit)
    assert environment.cores_text == text


def test_python_in_words() -> None:
    assert ENVIRONMENT.python_text == "CPython 3.11.7, GIL on"
    free = msgspec.structs.replace(ENVIRONMENT, gil=False)
    assert free.python_text == "CPython 3.11.7, GIL off"
