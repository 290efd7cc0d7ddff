"""Each workload does what it says, with tiny durations, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import hashlib
import inspect
import multiprocessing
import os
import pickle
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.context import BaseContext
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from concviz.workloads import Preparation, Workload
from concviz.workloads import counter as counter_module
from concviz.workloads import disk as disk_module
from concviz.workloads import http as http_module
from concviz.workloads import http_server as http_server_module
from concviz.workloads import lock as lock_module
from concviz.workloads import mixed as mixed_module
from concviz.workloads.cpu import cpu
from concviz.workloads.hash import BLOCK as HASH_BLOCK
from concviz.workloads.hash import hash_blocks
from concviz.workloads.http_server import asked_delay
from concviz.workloads.limits import many_open_files, no_core_files
from concviz.workloads.lock import PipeLock
from concviz.workloads.registry import WORKLOADS
from concviz.workloads.uneven import bounds

ROOT = Path(__file__).parents[2]
IDS = [
    *("sleep", "number", "square", "cpu", "hash", "http", "disk"),
    *("mixed", "lock", "uneven", "counter", "error", "crash"),
]
BLOCKING = {"cpu", "hash", "disk"}

Prepare = Callable[..., Preparation]


class Rounds:
    """Stands in for the calibration: three rounds, after trying the work as calibration does."""

    def __init__(self) -> None:
        self.tried: list[object] = []

    def __call__(self, work: Callable[[int], object]) -> int:
        self.tried = [work(1), work(2)]
        return 3


@pytest.fixture
def preparation(tmp_path: Path) -> Prepare:
    def make(
        duration_s: float = 0.01,
        tasks: int = 5,
        kind: str = "thread",
        context: BaseContext | None = None,
        rounds: Callable[[Callable[[int], object]], int] | None = None,
        said: list[str] | None = None,
    ) -> Preparation:
        say: Callable[[str], None] = (lambda text: None) if said is None else said.append
        return Preparation(
            duration_s=duration_s,
            tasks=tasks,
            kind=kind,
            context=context,
            folder=tmp_path,
            rounds=rounds or (lambda work: 3),
            say=say,
        )

    return make


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits that were asked for, of both forms, none of which takes any time."""
    asked: list[float] = []

    async def pause(seconds: float) -> None:
        asked.append(seconds)

    monkeypatch.setattr(time, "sleep", asked.append)
    monkeypatch.setattr(asyncio, "sleep", pause)
    return asked


def workload(name: str) -> Workload:
    loaded = WORKLOADS.load(name)
    assert isinstance(loaded, Workload)
    return loaded


def both(name: str, i: int, *arguments: object) -> list[object]:
    """What the function returns and what its coroutine form returns."""
    kind = workload(name)
    assert kind.coroutine is not None
    return [kind.function(i, *arguments), asyncio.run(kind.coroutine(i, *arguments))]


# What all of them have in common


@pytest.mark.parametrize("name", IDS)
def test_every_workload_is_complete(name: str) -> None:
    kind = workload(name)
    assert kind.summary.endswith(".")
    assert "\n" not in kind.summary
    assert len(kind.summary) <= 80
    assert kind.interdependent == (name == "lock")
    assert (kind.coroutine is None) == (name in BLOCKING)
    for function in filter(None, (kind.function, kind.coroutine)):
        assert function.__doc__
        assert pickle.loads(pickle.dumps(function)) is function
        # the Code pane shows all of it
        assert len(inspect.getsource(function).splitlines()) <= 20


def test_no_workload_is_missing() -> None:
    assert set(IDS) <= set(WORKLOADS.references())


@pytest.mark.parametrize("name", IDS)
def test_arguments_fit_every_form_and_travel_to_spawned_workers(
    name: str, preparation: Prepare
) -> None:
    kind = workload(name)
    with kind.prepare(preparation(tasks=5000)) as arguments:
        for function in filter(None, (kind.function, kind.coroutine)):
            inspect.signature(function).bind(0, *arguments)
        if name != "lock":  # which processes inherit instead
            assert pickle.loads(pickle.dumps(arguments)) == arguments
            assert len(pickle.dumps(arguments)) < 1000


def test_importing_them_all_is_light() -> None:
    heavy = ["asyncio", "http", "socket", "ctypes", "tempfile", "dataclasses", "subprocess"]
    code = (
        "import sys\n"
        "from concviz.workloads.registry import WORKLOADS\n"
        f"for name in {IDS}: WORKLOADS.load(name)\n"
        f"print([name for name in {heavy} if name in sys.modules])\n"
    )
    # -S: the virtualenv's own start-up files may import anything
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


# number, square


def test_number(waits: list[float]) -> None:
    assert both("number", 4, 1.5) == ["Number: 4", "Number: 4"]
    assert waits == [1.5, 1.5]


def test_square(waits: list[float]) -> None:
    assert both("square", 4, 1.5) == ["Square: 16", "Square: 16"]
    assert waits == [1.5, 1.5]


# cpu, hash, mixed


def test_cpu_does_as_many_rounds_as_asked() -> None:
    assert cpu(7, 0) == 7
    assert cpu(7, 4) == 7 + 0 + 1 + 4 + 9
    assert cpu(0, 100_000) < 1_000_003, "the numbers stay small, so that all rounds cost the same"


def test_cpu_is_calibrated(preparation: Prepare) -> None:
    rounds = Rounds()
    with workload("cpu").prepare(preparation(rounds=rounds)) as arguments:
        assert arguments == (3,)
    assert rounds.tried == [cpu(0, 1), cpu(0, 2)]


def test_hash_hashes_every_block() -> None:
    expected = hashlib.sha256(b"7" + 3 * HASH_BLOCK).hexdigest()
    assert hash_blocks(7, 3) == expected
    assert len(HASH_BLOCK) > 2047, "hashlib holds the GIL for less"


def test_hash_is_calibrated(preparation: Prepare) -> None:
    rounds = Rounds()
    with workload("hash").prepare(preparation(rounds=rounds)) as arguments:
        assert arguments == (3,)
    assert rounds.tried == [hash_blocks(0, 1), hash_blocks(0, 2)]


def test_mixed_waits_for_half_and_computes_for_half(
    preparation: Prepare, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[object] = []
    whole = preparation(duration_s=0.1, rounds=lambda work: 1000)
    with workload("mixed").prepare(whole) as (url, rounds):
        assert url.endswith("/delay/0.05")
        assert rounds == 500
        monkeypatch.setattr(mixed_module, "cpu", lambda i, rounds: told.append(rounds))
        before = time.monotonic()
        both("mixed", 7, url, rounds)
        assert time.monotonic() - before >= 2 * 0.05
    assert told == [500, 500]
    assert refuses(url), "the server is gone"


# http


def refuses(url: str) -> bool:
    parts = urlsplit(url)
    with socket.socket() as probe:
        return probe.connect_ex((parts.hostname, parts.port)) != 0


def test_http_gets_a_page_and_leaves_no_server(preparation: Prepare) -> None:
    said: list[str] = []
    with workload("http").prepare(preparation(said=said)) as (url,):
        assert said == ["Starting the HTTP server"]
        assert both("http", 0, url) == ["200 OK, 13 bytes"] * 2
        assert both("http", 0, url.replace("delay", "other")) == ["404 Not Found, 0 bytes"] * 2
        assert not refuses(url)
    assert refuses(url)


def test_http_server_answers_after_the_delay(preparation: Prepare) -> None:
    with workload("http").prepare(preparation(duration_s=0.1)) as (url,):
        for form in (http_module.http, lambda i, url: asyncio.run(http_module.http_async(i, url))):
            before = time.monotonic()
            form(0, url)
            assert time.monotonic() - before >= 0.1


async def test_http_bears_many_requests_at_once(preparation: Prepare) -> None:
    with workload("http").prepare(preparation(duration_s=0.2)) as (url,):
        before = time.monotonic()
        pages = await asyncio.gather(*(http_module.http_async(i, url) for i in range(200)))
        took = time.monotonic() - before
    assert pages == ["200 OK, 13 bytes"] * 200
    assert 0.2 <= took < 20, "one after the other would take 40 s"
    assert refuses(url)


def test_http_uses_no_proxy(preparation: Prepare, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # where nobody listens
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with workload("http").prepare(preparation()) as (url,):
        assert both("http", 0, url) == ["200 OK, 13 bytes"] * 2


def test_http_server_is_gone_after_an_exception(preparation: Prepare) -> None:
    with pytest.raises(KeyError), workload("http").prepare(preparation()) as (url,):
        raise KeyError
    assert refuses(url)


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("import time; time.sleep(60)", "The HTTP server did not start within 0.1 s."),
        ("", "The HTTP server ended before it could listen on a port of 127.0.0.1."),
        ("print('what?')", "The HTTP server ended before it could listen on a port of 127.0.0.1."),
    ],
)
def test_http_says_that_the_server_did_not_start(
    script: str,
    sentence: str,
    preparation: Prepare,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    started: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def start(command: list[str], **options: int) -> subprocess.Popen[bytes]:
        other = [*command[:-1], str(tmp_path / "server.py")]
        started.append(popen(other, stdin=options["stdin"], stdout=options["stdout"]))
        return started[0]

    (tmp_path / "server.py").write_text(script)
    monkeypatch.setattr(subprocess, "Popen", start)
    monkeypatch.setattr(http_module, "START_WITHIN_S", 0.1 if "sleep" in script else 10)
    before = time.monotonic()
    with (
        pytest.raises(RuntimeError) as caught,
        workload("http").prepare(preparation()),
    ):
        pass
    assert str(caught.value) == sentence
    assert time.monotonic() - before < 30, "the one that sleeps is killed"
    assert [server.returncode is not None for server in started] == [True]


def test_http_server_ends_with_its_input_even_when_it_is_asked_something() -> None:
    server = subprocess.Popen(
        [sys.executable, "-I", http_server_module.__file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with server:
        assert server.stdin is not None
        assert server.stdout is not None
        assert server.stderr is not None
        port = int(server.stdout.readline())
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(b"GET /delay/60 HTTP/1.1\r\n\r\n")
            server.send_signal(signal.SIGINT)  # as Ctrl-C does to the whole group
            with pytest.raises(subprocess.TimeoutExpired):
                server.wait(0.2)
            server.stdin.close()
            assert server.wait(10) == 0
            assert server.stderr.read() == b""


@pytest.mark.parametrize(
    ("request_", "seconds"),
    [
        (b"GET /delay/0.5 HTTP/1.1\r\n\r\n", 0.5),
        (b"GET /delay/1e-05 HTTP/1.1\r\n\r\n", 1e-5),
        (b"GET /delay/soon HTTP/1.1\r\n\r\n", None),
        (b"GET / HTTP/1.1\r\n\r\n", None),
        (b"POST /delay/0.5 HTTP/1.1\r\n\r\n", None),
        (b"\r\n\r\n", None),
    ],
)
def test_http_server_reads_the_delay_off_the_path(request_: bytes, seconds: float | None) -> None:
    assert asked_delay(request_) == seconds


# disk


def test_disk_writes_through_to_the_disk_and_removes_its_file(
    preparation: Prepare, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    synced: list[str] = []

    def fsync(file: int) -> None:
        (path,) = tmp_path.iterdir()
        assert path.stat().st_size == len(disk_module.BLOCK), "nothing is left in a buffer"
        synced.append(path.name)

    monkeypatch.setattr(os, "fsync", fsync)
    rounds = Rounds()
    with workload("disk").prepare(preparation(rounds=rounds)) as arguments:
        assert rounds.tried == [len(disk_module.BLOCK), 2 * len(disk_module.BLOCK)]
        synced.clear()
        for i in (4, 5):
            assert workload("disk").function(i, *arguments) == 3 * len(disk_module.BLOCK)
    assert synced == ["task-4.tmp"] * 3 + ["task-5.tmp"] * 3
    assert list(tmp_path.iterdir()) == []


def test_disk_tasks_keep_out_of_each_others_way(tmp_path: Path) -> None:
    done: list[int] = []
    threads = [
        threading.Thread(target=lambda i=i: done.append(disk_module.disk(i, str(tmp_path), 5)))
        for i in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == [5 * len(disk_module.BLOCK)] * 8
    assert list(tmp_path.iterdir()) == []


# lock


def test_lock_is_held_to_compute_and_not_to_wait(
    waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[object] = []

    class Spy:
        def __enter__(self) -> None:
            told.append("acquire")

        def __exit__(self, *_: object) -> None:
            told.append("release")

        async def __aenter__(self) -> None:
            self.__enter__()

        async def __aexit__(self, *_: object) -> None:
            self.__exit__()

    monkeypatch.setattr(lock_module, "cpu", lambda i, rounds: told.append((i, rounds)))
    both("lock", 3, Spy(), 0.5, 100)
    assert told == ["acquire", (3, 100), "release"] * 4 * 2
    assert waits == [0.5] * 4 * 2


def test_lock_waits_a_fifth_of_its_duration(preparation: Prepare) -> None:
    with workload("lock").prepare(preparation(duration_s=2.0, rounds=lambda _: 1000)) as arguments:
        assert arguments[1:] == (0.1, 200)


@pytest.mark.parametrize("kind", ["main", "thread", "interpreter"])
def test_lock_lets_one_thread_in_at_a_time(kind: str, preparation: Prepare) -> None:
    with workload("lock").prepare(preparation(kind=kind)) as (lock, *others):
        assert isinstance(lock, PipeLock) == (kind == "interpreter")
        inside = most = 0

        def enter() -> None:
            nonlocal inside, most
            for _ in range(5):
                with lock:
                    inside += 1
                    most = max(most, inside)
                    time.sleep(0.001)
                    inside -= 1

        threads = [threading.Thread(target=enter) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert (inside, most) == (0, 1)
        workload("lock").function(0, lock, *others)


def test_lock_of_coroutines_is_one_of_theirs(preparation: Prepare) -> None:
    with workload("lock").prepare(preparation(duration_s=0.02, kind="coroutine")) as arguments:
        lock = arguments[0]
        assert isinstance(lock, asyncio.Lock)
        coroutine = workload("lock").coroutine
        assert coroutine is not None

        async def main() -> bool:
            async with lock:
                task = asyncio.ensure_future(coroutine(0, *arguments))
                await asyncio.wait([task], timeout=0.1)
                kept_out = not task.done()
            await task
            return kept_out

        assert asyncio.run(main())


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_lock_of_processes_keeps_the_others_out(method: str, preparation: Prepare) -> None:
    context = multiprocessing.get_context(method)
    made = preparation(duration_s=0, kind="process", context=context)
    with workload("lock").prepare(made) as arguments:
        process = context.Process(  # type: ignore[attr-defined]
            target=workload("lock").function, args=(0, *arguments)
        )
        with arguments[0]:
            process.start()
            process.join(0.2)
            assert process.exitcode is None
        process.join(20)
        assert process.exitcode == 0


def test_a_pickled_pipe_lock_is_the_same_lock() -> None:
    lock = PipeLock()
    copy = pickle.loads(pickle.dumps(lock))
    order: list[str] = []

    def second() -> None:
        with copy:
            order.append("second")

    thread = threading.Thread(target=second)
    with lock:
        thread.start()
        thread.join(0.05)
        order.append("first")
    thread.join(20)
    lock.close()
    assert order == ["first", "second"]


def test_the_pipe_lock_is_closed_after_the_run(preparation: Prepare) -> None:
    with workload("lock").prepare(preparation(kind="interpreter")) as (lock, *_):
        descriptors = list(vars(lock).values())
        assert len(descriptors) == 2
        for descriptor in descriptors:
            os.fstat(descriptor)
    for descriptor in descriptors:
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(descriptor)


# uneven


@pytest.mark.parametrize("tasks", [2, 3, 5, 7, 1000])
def test_uneven_times_have_the_ratio_and_the_mean(
    tasks: int, preparation: Prepare, waits: list[float]
) -> None:
    with workload("uneven").prepare(preparation(duration_s=2.0, tasks=tasks)) as arguments:
        for i in range(tasks):
            workload("uneven").function(i, *arguments)
    assert max(waits) / min(waits) == pytest.approx(10)
    assert sum(waits) / tasks == pytest.approx(2.0)
    assert len(set(waits)) == tasks


def test_uneven_times_do_not_follow_the_order_of_the_tasks(
    preparation: Prepare, waits: list[float]
) -> None:
    with workload("uneven").prepare(preparation(tasks=20)) as arguments:
        for i in range(20):
            workload("uneven").function(i, *arguments)
    assert waits not in (sorted(waits), sorted(waits, reverse=True))


def test_uneven_is_the_same_in_every_run_and_form(waits: list[float]) -> None:
    arguments = bounds(5, 1.0)
    results = [both("uneven", i, *arguments) for i in range(5)]
    assert waits[::2] == waits[1::2]
    assert results == [[f"{seconds:.3f} s"] * 2 for seconds in waits[::2]]


@pytest.mark.parametrize("tasks", [0, 1])
def test_uneven_alone_lasts_the_duration(tasks: int) -> None:
    assert bounds(tasks, 2.0) == (2.0, 2.0)


# counter


@pytest.fixture
def total() -> Iterator[None]:
    before, counter_module.total = counter_module.total, 0
    yield
    counter_module.total = before


def test_counter_is_shared_by_threads(total: None) -> None:
    results: list[tuple[int, int]] = []
    threads = [
        threading.Thread(target=lambda i=i: results.append(counter_module.counter(i, 0)))
        for i in range(5)
    ]
    for thread in threads:
        thread.start()
        thread.join()
    assert results == [(os.getpid(), n) for n in range(1, 6)]


def test_counter_is_shared_by_both_forms(total: None, waits: list[float]) -> None:
    assert both("counter", 0, 1.5) == [(os.getpid(), 1), (os.getpid(), 2)]
    assert waits == [1.5, 1.5]


def test_counter_is_not_shared_by_processes(total: None) -> None:
    counter_module.total = 5
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        pid, value = pool.apply(counter_module.counter, (0, 0))
    assert value == 1
    assert pid != os.getpid()
    assert counter_module.total == 5


# error


def test_error_fails_every_third_task(waits: list[float]) -> None:
    kind = workload("error")
    assert kind.coroutine is not None
    for i in range(9):
        if i in (2, 5, 8):
            with pytest.raises(ValueError, match=f"^Task {i} "):
                kind.function(i, 1.5)
            with pytest.raises(ValueError, match=f"^Task {i} "):
                asyncio.run(kind.coroutine(i, 1.5))
        else:
            assert both("error", i, 1.5) == [f"Task {i} succeeded"] * 2
    assert waits == [1.5] * 18


# crash


@pytest.mark.parametrize("run", ["crash({i}, {s})", "asyncio.run(crash_async({i}, {s}))"])
def test_crash_kills_the_process_of_task_two(run: str) -> None:
    code = (
        "import asyncio, time\n"
        "from concviz.workloads.crash import crash, crash_async\n"
        "from concviz.workloads.limits import no_core_files\n"
        "with no_core_files():\n"
        f"    print({run.format(i=1, s=0)}, flush=True)\n"
        "    print(time.monotonic(), flush=True)\n"
        f"    {run.format(i=2, s=0.2)}\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == -signal.SIGSEGV
    first, before = done.stdout.splitlines()
    assert first == "Task 1 survived"
    assert time.monotonic() - float(before) >= 0.1, "it waits before"


def test_crash_leaves_the_other_tasks_alone(waits: list[float]) -> None:
    for i in (0, 1, 3):
        assert both("crash", i, 1.5) == [f"Task {i} survived"] * 2
    assert waits == [1.5] * 6


def test_crash_leaves_no_core_file(preparation: Prepare) -> None:
    before = resource.getrlimit(resource.RLIMIT_CORE)
    with workload("crash").prepare(preparation(duration_s=1.5)) as arguments:
        assert arguments == (1.5,)
        assert resource.getrlimit(resource.RLIMIT_CORE) == (0, before[1])
    assert resource.getrlimit(resource.RLIMIT_CORE) == before


# limits


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, int], list[tuple[int, int]]]:
    """Pretends these limits; what is set is noted and done to nobody."""

    def pretend(soft: int, hard: int) -> list[tuple[int, int]]:
        is_set: list[tuple[int, int]] = []
        monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, hard))
        monkeypatch.setattr(resource, "setrlimit", lambda _, to: is_set.append(to))
        return is_set

    return pretend


NO_LIMIT = resource.RLIM_INFINITY


@pytest.mark.parametrize(
    ("soft", "hard", "raised"),
    [
        (1024, 524_288, (10_240, 524_288)),
        (1024, 4096, (4096, 4096)),
        (256, NO_LIMIT, (10_240, NO_LIMIT)),
    ],
)
def test_many_open_files_are_allowed_for_a_while(
    soft: int,
    hard: int,
    raised: tuple[int, int],
    limits: Callable[[int, int], list[tuple[int, int]]],
) -> None:
    is_set = limits(soft, hard)
    with many_open_files():
        assert is_set == [raised]
    assert is_set == [raised, (soft, hard)]


@pytest.mark.parametrize(
    ("soft", "hard"), [(20_000, 20_000), (1024, 1024), (NO_LIMIT, NO_LIMIT), (20_000, NO_LIMIT)]
)
def test_a_limit_is_never_lowered(
    soft: int, hard: int, limits: Callable[[int, int], list[tuple[int, int]]]
) -> None:
    is_set = limits(soft, hard)
    with many_open_files():
        pass
    assert is_set == []


def test_limits_are_restored_after_an_exception(
    limits: Callable[[int, int], list[tuple[int, int]]],
) -> None:
    is_set = limits(1024, NO_LIMIT)
    with pytest.raises(KeyError), many_open_files(), no_core_files():
        raise KeyError
    assert is_set[2:] == [(1024, NO_LIMIT)] * 2
