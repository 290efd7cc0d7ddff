"""The GIL is told from a lock, in every Python at hand, and from nothing where it is not known."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from concviz.engine.observer import gil
from concviz.engine.observer.gil import Finder, Place, addresses
from concviz.engine.observer.probe import look
from concviz.engine.observer.proc import Proc
from tests.engine.observer import pythons_script
from tests.engine.running import PATIENCE_S

observed = pytest.mark.skipif(not look(50).blocking, reason="system calls are not shown here")


def pythons() -> list[str]:
    """This one, those of pyenv, and the system's, if they are of a version that is known."""
    places = [Path(sys.executable), Path("/usr/bin/python3")]
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    places += sorted(root.glob("versions/*/bin/python3"))
    found: dict[Path, str] = {}
    for path in places:
        if not path.exists():
            continue
        code = "import sys; print(*sys.version_info[:2])"
        told = subprocess.run([str(path), "-c", code], capture_output=True, text=True)
        version = tuple(int(n) for n in told.stdout.split()) if told.returncode == 0 else ()
        if version in gil.KNOWN:
            found.setdefault(path.resolve(), str(path))
    return list(found.values())


@observed
@pytest.mark.parametrize("python", pythons())
def test_threads_in_real_processes_are_seen_as_they_are(python: str) -> None:
    done = subprocess.run(
        [python, pythons_script.__file__], capture_output=True, text=True, timeout=PATIENCE_S
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["unknown"] is None
    blocked = {
        "lock": "LOCK",
        "lock with a timeout": "LOCK",
        "event": "LOCK",
        "sleep": "SLEEP",
        "receive": "IO",
    }
    for child in "", " (child)":
        for name, state in blocked.items():
            assert set(told["seen"][name + child]) == {state}, name
        for name in "computes", "computes too":
            counts = told["seen"][name + child]
            assert set(counts) <= {"RUNNING", "GIL_WAIT"}, counts
            assert counts["GIL_WAIT"] > 0, counts


MAPS = """\
55d000000000-55d000001000 r-xp 00000000 08:01 11 /usr/bin/python3.13
7f0000000000-7f0000100000 r-xp 00000000 08:01 12 /opt/my python/libpython3.13.so.1.0
7f0000100000-7f0000180000 rw-p 00100000 08:01 12 /opt/my python/libpython3.13.so.1.0
7f0000180000-7f0000190000 rw-p 00000000 00:00 0
7f0000190000-7f00001a0000 rw-p 00000000 00:00 0 [heap]
"""
LIBPYTHON = "/opt/my python/libpython3.13.so.1.0"


def test_addresses_reach_from_the_struct_to_the_end_of_its_data() -> None:
    found = addresses(MAPS, Place(LIBPYTHON, 0x110000))
    assert found == range(0x7F0000110000, 0x7F0000190000), "with .bss, without the heap"
    moved = MAPS.replace("7f00", "7e12")
    assert addresses(moved, Place(LIBPYTHON, 0x110000)) == range(0x7E1200110000, 0x7E1200190000)


@pytest.mark.parametrize(
    "place", [Place("/usr/lib/other.so", 0), Place(LIBPYTHON, 0x900000), Place(LIBPYTHON, 0x185000)]
)
def test_of_another_python_nothing_is_known(place: Place) -> None:
    assert addresses(MAPS, place) is None


def test_versions_that_were_never_seen_are_not_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 14, 0, "final", 0))
    assert gil.unknown() == "not known of CPython 3.14"
    assert Finder(Proc()).find(os.getpid()) is None
    assert not Finder(Proc()).works(os.getpid())
    monkeypatch.setattr(sys, "version_info", (3, 11, 9, "final", 0))
    monkeypatch.setattr("platform.python_implementation", lambda: "PyPy")
    assert gil.unknown() == "not known of PyPy 3.11"


def test_without_a_gil_no_wait_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "_is_gil_enabled", lambda: False, raising=False)
    assert gil.unknown() is None
    assert Finder(Proc()).find(os.getpid()) == range(0)
    assert Finder(Proc()).works(os.getpid())


@observed
def test_another_process_is_found_only_if_it_is_of_this_python() -> None:
    finder = Finder(Proc())
    if gil.unknown() is not None:
        pytest.skip(gil.unknown() or "")
    assert finder.find(os.getpid())
    sleep = shutil.which("sleep")
    assert sleep is not None
    with subprocess.Popen([sleep, "60"]) as other:
        assert finder.find(other.pid) is None
        other.kill()
    assert finder.find(other.pid) is None, "it is gone"


def test_without_maps_it_is_not_found(tmp_path: Path) -> None:
    finder = Finder(Proc(), here=str(tmp_path / "none"))
    assert finder.find(os.getpid()) is None
    strange = tmp_path / "maps"
    strange.write_text("noise\n")
    assert Finder(Proc(), here=str(strange)).find(os.getpid()) is None
