"""The GIL is told from a lock, in every Python at hand, and from nothing where it is not known."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.observer import contest, gil
from concviz.observer.address_space import AddressSpace
from concviz.observer.elf import section
from concviz.observer.gil import Finder, Place, addresses, find
from concviz.observer.probe import look
from concviz.observer.proc import Proc
from concviz.observer.pythons import Pythons
from concviz.observer.subinterpreters import COOKIE, MOST, Offsets, gils
from tests.observer import pythons_script
from tests.observer.pythons import installed, others
from tests.running import PATIENCE_S

observed = pytest.mark.skipif(not look(50).blocking, reason="system calls are not shown here")


def pythons() -> list[str]:
    """Newer ones look at themselves only: an older one has looked at the others."""
    return [sys.executable] if sys.version_info >= (3, 14) else installed()


@observed
@pytest.mark.parametrize("python", pythons())
def test_threads_in_real_processes_are_seen_as_they_are(python: str) -> None:
    told = seen_by(python)
    unknown, unknown_of_interpreters = told["unknown"]
    assert unknown is None
    assert told["no locks"] is None
    assert told["others"] == []
    as_they_are(told, interpreters=unknown_of_interpreters is None)  # from 3.13 on


@observed
@pytest.mark.parametrize("other", others())
def test_threads_of_another_python_are_seen_as_they_are(other: str) -> None:
    """By this one of that, and by that of this one."""
    for looker, python in (sys.executable, other), (other, sys.executable):
        told = seen_by(looker, python)
        (version, missing), again = told["others"]
        assert missing == {}
        assert again == [version, missing]
        as_they_are(told, interpreters=tuple(map(int, version.split("."))) >= (3, 13))


def seen_by(python: str, *whom: str) -> dict[str, Any]:
    done = subprocess.run(
        [python, pythons_script.__file__, *whom],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def as_they_are(told: dict[str, Any], interpreters: bool) -> None:
    locks = "lock", "lock with a timeout", "reentrant lock", "condition's lock", "processes' lock"
    others = "event", "condition", "end", "result", "queue", "child"
    blocked = dict.fromkeys(locks, "LOCK") | dict.fromkeys(others, "THREAD_WAIT")
    blocked |= {"sleep": "SLEEP", "receive": "IO"}
    computing = ["computes", "computes too"]
    if interpreters:
        computing += ["computes in another", "computes in another too"]
    for child in "", " (child)":
        for name, state in blocked.items():
            assert set(told["seen"][name + child]) == {state}, name
        assert set(told["seen"]["processes' queue" + child]) <= {"THREAD_WAIT", "IO"}, "one reads"
        for name in computing:
            counts = told["seen"][name + child]
            assert set(counts) <= {"RUNNING", "GIL_WAIT"}, counts
            assert counts["GIL_WAIT"] > 0, counts
    assert set(told["functions"]) == {"hold_up", "<lambda>"}, "where it is waited for"
    keys = told["keys"]
    assert keys["lock"] == keys["lock (again)"] != keys["lock with a timeout"]
    assert keys["lock"] != keys["lock (child)"], "a copy of it"
    assert keys["processes' lock"] == keys["processes' lock (child)"], "one that they share"


MAPS = """\
55d000000000-55d000001000 r-xp 00000000 08:01 11 /usr/bin/python3.13
7f0000000000-7f0000100000 r-xp 00000000 08:01 12 /opt/my python/libpython3.13.so.1.0
7f0000100000-7f0000180000 rw-p 00100000 08:01 12 /opt/my python/libpython3.13.so.1.0
7f0000180000-7f0000190000 rw-p 00000000 00:00 0
7f0000190000-7f00001a0000 rw-p 00000000 00:00 0 [heap]
"""
LIBPYTHON = "/opt/my python/libpython3.13.so.1.0"


def test_addresses_are_those_of_the_struct() -> None:
    found = addresses(MAPS, Place(LIBPYTHON, range(0x110000, 0x155000)))
    assert found == range(0x7F0000110000, 0x7F0000155000)
    moved = MAPS.replace("7f00", "7e12")
    assert addresses(moved, Place(LIBPYTHON, range(0x110000, 0x155000))) == range(
        0x7E1200110000, 0x7E1200155000
    )


@pytest.mark.parametrize(
    "place",
    [
        Place("/usr/lib/other.so", range(9)),
        Place(LIBPYTHON, range(0x900000, 0x900001)),
        Place(LIBPYTHON, range(0x185000, 0x186000)),
    ],
)
def test_of_another_python_nothing_is_known(place: Place) -> None:
    assert addresses(MAPS, place) is None


@pytest.fixture
def anew() -> Iterator[None]:
    """What is found out once for each process is found out anew, and anew afterwards."""
    forget()
    yield
    forget()


def forget() -> None:
    for found_out in gil.own, gil._confirmed, gil.offsets:
        found_out.cache_clear()


@observed
@pytest.mark.usefixtures("anew")
def test_a_place_where_nobody_waits_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a version of Python that keeps its GIL elsewhere."""
    here = find(Proc().maps(os.getpid()))
    assert here is not None
    span = range(here.span.start, here.span.start + 8)
    monkeypatch.setattr(gil, "find", lambda maps: here._replace(span=span))
    monkeypatch.setattr(contest, "PATIENCE_S", 0.05)
    version = ".".join(map(str, sys.version_info[:2]))
    assert Finder(Proc()).why_not(os.getpid()) == (
        f"no wait for it was seen at its place in CPython {version}"
    )


@observed
@pytest.mark.usefixtures("anew")
def test_where_the_struct_is_not_found_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gil, "find", lambda maps: None)
    finder = Finder(Proc())
    assert finder.why_not(os.getpid()) == "its address cannot be found"
    assert finder.why_not_of_interpreters(os.getpid()) is not None
    assert finder.finds(os.getpid()) is False


def test_of_other_implementations_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.python_implementation", lambda: "PyPy")
    version = ".".join(map(str, sys.version_info[:2]))
    assert Finder(Proc()).why_not(os.getpid()) == f"not known of PyPy {version}"


def test_without_a_gil_no_wait_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "_is_gil_enabled", lambda: False, raising=False)
    finder = Finder(Proc())
    assert finder.why_not(os.getpid()) is None
    assert finder.why_not_of_interpreters(os.getpid()) is None
    python = Pythons(Proc()).of(os.getpid(), None)
    assert python is not None
    assert python.gils is not None
    assert 0x7F0000110000 not in python.gils


@observed
def test_what_is_no_python_has_none() -> None:
    pythons = Pythons(Proc())
    python = pythons.of(os.getpid(), None)
    assert python is not None
    assert python.own
    assert python.version == sys.version_info[:3]
    assert python.gils is not None
    sleep = shutil.which("sleep")
    assert sleep is not None
    with subprocess.Popen([sleep, "60"]) as other:
        assert pythons.of(other.pid, None) is None
        other.kill()
    with pytest.raises(OSError, match="No such"):
        pythons.of(other.pid, None)


@pytest.mark.usefixtures("anew")
@pytest.mark.parametrize("maps", ["noise\n", "", "zz-1 r-xp 0 0 0 /x\n"])
def test_mappings_that_make_no_sense_are_no_mappings(
    maps: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    finder, pythons = Finder(Proc()), Pythons(Proc())
    monkeypatch.setattr(Proc, "maps", lambda self, pid: maps)
    assert pythons.of(os.getpid(), None) is None
    assert finder.why_not(os.getpid()) == "its address cannot be found"


@given(st.binary(max_size=300))
def test_a_file_that_is_no_program_has_no_section(raw: bytes) -> None:
    with tempfile.NamedTemporaryFile() as file:
        file.write(raw)
        file.flush()
        assert section(file.name, gil.SECTION) is None


def test_a_program_that_is_cut_short_or_changed_never_raises() -> None:
    whole = Path(find_here().path).read_bytes()
    with tempfile.NamedTemporaryFile() as file:
        for length in (0, 20, 64, 500, len(whole) // 2, len(whole) - 64):
            Path(file.name).write_bytes(whole[:length])
            section(file.name, gil.SECTION)
        assert section(find_here().path, ".nothing") is None


def find_here() -> Place:
    here = find(Proc().maps(os.getpid()))
    assert here is not None
    return here


RUNTIME = b"".join(
    n.to_bytes(8, "little") for n in [0x30F02F0, 0, 9, 912, 936, 9, 7272, 7264, *range(40, 47)]
)


def test_offsets_are_read_by_version() -> None:
    assert Offsets.parse(COOKIE + RUNTIME) == Offsets(936, 7264, 46)
    older = (0x30D00F0).to_bytes(8, "little") + RUNTIME[8:]
    assert Offsets.parse(COOKIE + older) == Offsets(936, 7264, 45)
    assert Offsets.parse(COOKIE + (0x30C00F0).to_bytes(8, "little") + RUNTIME[8:]) is None
    assert Offsets.parse(COOKIE + RUNTIME[:-1]) is None
    assert Offsets.parse(b"xdebugpx" + RUNTIME) is None


def test_a_list_of_interpreters_without_an_end_is_read_so_far(tmp_path: Path) -> None:
    """It may change while it is read: here the second one is followed by itself."""
    words = [0, 16, 40, 0x5000, 0, 40, 0x6000]  # the list begins at 8, interpreters at 16 and 40
    path = tmp_path / "mem"
    path.write_bytes(b"".join(word.to_bytes(8, "little") for word in words))
    with path.open("rb") as file:
        found = gils(AddressSpace(file.fileno()), 0, Offsets(head=8, next=0, gil=8))
        assert len(found) == MOST
        assert found[:3] == [range(n, n + 256) for n in (0x5000, 0x6000, 0x6000)]
        with pytest.raises(OSError, match="nothing at"):
            gils(AddressSpace(file.fileno()), 0, Offsets(head=400, next=0, gil=8))
        with pytest.raises(OSError, match="nothing at"):
            gils(AddressSpace(file.fileno()), 2**80, Offsets(head=8, next=0, gil=8))
