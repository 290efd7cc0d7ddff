"""How the hooks get into a program, and out of its way."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hooks.watched import SITE, bare_of, lines_of

SEEN = """
import os, sys, threading, warnings
print(sys.path, sys.argv, sys.flags, __name__, __file__, vars().keys())
print(threading.active_count(), threading.current_thread().name, sorted(set(sys.modules) & {
    "asyncio", "collections", "concurrent.futures", "functools", "contextlib",
    "importlib.util", "json", "multiprocessing", "pathlib", "subprocess", "types", "traceback",
    "_xxsubinterpreters",
}))
print(open(os.devnull).fileno(), os.listdir("/proc/self/fd"), warnings.filters)
print(sys.gettrace(), sys.getprofile())
import importlib.util, asyncio
for spec in importlib.util.find_spec("multiprocessing.pool"), asyncio.__spec__:
    print(repr(spec).split("(")[0], spec.name, spec.origin)
print(type(asyncio.__spec__))
sys.exit("the end")
"""


def test_a_program_sees_itself_as_without_us() -> None:
    for environment in {}, {"PYTHONWARNINGS": "error"}, {"PYTHONDEVMODE": "1"}:
        watched = lines_of(SEEN, "-x", "y z", **environment)
        bare = bare_of(SEEN, "-x", "y z", **environment)
        assert watched.stdout == bare.stdout
        assert watched.stderr == bare.stderr
        assert watched.status == bare.status == 1


@pytest.mark.parametrize(
    "own", ["import sys; print('own', sys.path); colour = 7", "raise ValueError('no')", "1 +"]
)
def test_the_sitecustomize_of_the_user_is_run_as_without_us(tmp_path: Path, own: str) -> None:
    (tmp_path / "sitecustomize.py").write_text(own)
    program = "import sys; print(getattr(sys.modules.get('sitecustomize'), 'colour', None))"
    watched = lines_of(program, PYTHONPATH=f"{SITE}{os.pathsep}{tmp_path}")
    bare = bare_of(program, PYTHONPATH=str(tmp_path))
    assert (watched.stdout, watched.stderr) == (bare.stdout, bare.stderr)
    assert watched.of("process")


def test_what_a_program_imports_anew_is_said_to_be_lost() -> None:
    program = (
        "import importlib, sys\n"
        "import concurrent.futures.thread as pools\n"
        "importlib.reload(pools)\n"
        "with pools.ThreadPoolExecutor(1) as pool: print(pool.submit(abs, -1).result())\n"
        "del sys.modules['concurrent.futures._base']\n"
        "import concurrent.futures._base\n"
    )
    watched = lines_of(program)
    assert (watched.stdout, watched.stderr) == ("1\n", "")
    said = [line[2] for line in watched.of("lost")]
    assert len(said) == 2
    assert "concurrent.futures.thread anew" in said[0]
    assert "concurrent.futures._base anew" in said[1]


@pytest.mark.parametrize("folder", ["", "/nowhere", "/dev/null", "/proc/self"])
def test_nothing_happens_where_nobody_watches(folder: str) -> None:
    program = "import os; print(open(os.devnull).fileno()); os.fork() or os._exit(0); os.wait()"
    watched = lines_of(program, CONCVIZ_WATCH=folder)
    assert (watched.stdout, watched.stderr, watched.status) == ("3\n", "", 0)
    assert watched.lines == []


def test_a_program_that_has_closed_its_streams(tmp_path: Path) -> None:
    program = "import os; os.write(os.open('out', os.O_WRONLY | os.O_CREAT), b'x')"
    environment = os.environ | {"CONCVIZ_WATCH": str(tmp_path), "PYTHONPATH": str(SITE)}
    shell = f'cd {tmp_path}; {sys.executable} -c "{program}" <&- >&- 2>&-'
    assert subprocess.call(shell, shell=True, env=environment, timeout=60) == 0
    assert (tmp_path / "out").read_bytes() == b"x"
    assert list(tmp_path.glob("*.ring"))


def test_only_what_runs_code_of_the_program_tells() -> None:
    program = """
import os
from multiprocessing import resource_tracker
resource_tracker.ensure_running()
print(os.getpid())
"""
    watched = lines_of(program)
    assert [line[2] for line in watched.of("process")] == [int(watched.stdout)]


@pytest.mark.skipif(sys.version_info < (3, 14), reason="concurrent.interpreters came with 3.14")
def test_a_sub_interpreter_stays_silent() -> None:
    program = """
from concurrent import interpreters
interpreter = interpreters.create()
interpreter.exec("import sys, threading; print(sys.path); threading.Thread(target=print).start()")
"""
    watched = lines_of(program)
    bare = bare_of(program)
    assert (watched.stdout, watched.stderr, watched.status) == (
        bare.stdout,
        bare.stderr,
        bare.status,
    )
    assert len(watched.of("process")) == 1
    assert len(watched.of("submitted")) == 0


def test_a_program_that_replaces_what_is_hooked_wins_and_that_is_said() -> None:
    program = """
import sys, threading
sys.meta_path[:] = sys.meta_path[1:]
threading._limbo = {}
thread = threading.Thread(target=print, args=("done",))
thread.start()
thread.join()
"""
    watched = lines_of(program)
    assert watched.stdout == "done\n"
    assert watched.status == 0
    assert {line[2] for line in watched.of("lost")} == {
        "The program has replaced parts of threading: not all threads were seen as tasks.",
        "The program has replaced sys.meta_path: what it imported later is not seen.",
    }
