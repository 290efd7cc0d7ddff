"""The runs that the lab keeps: how many, which go first, and what is left alone."""

from __future__ import annotations

import errno
import gzip
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.model.run import Run
from concviz.sources.history import History, usual_folder
from concviz.trace.plan import Plan
from tests.builders import failed, pool_of_threads, under_way

LINES = [b'{"schema": 2}\n', b'["run-started", 1]\n']
NOW = 1_780_000_000.25


def names(history: History) -> list[str | None]:
    return [entry.name for entry in history.entries()]


def kept(history: History, number: int, run: Run | None = None) -> None:
    history.keep(run or pool_of_threads(), LINES, NOW + number)


def test_what_is_kept_is_listed_and_can_be_read(tmp_path: Path) -> None:
    history = History(tmp_path / "new" / "folder")
    assert history.entries() == []
    entry = history.keep(pool_of_threads(), LINES, NOW)
    assert history.entries() == [entry]
    assert entry.when == pytest.approx(NOW, abs=0.001)
    assert entry.words == "thread pool, 5 × number 0.1 s"
    assert entry.outcome == "finished"
    assert entry.makespan_s == pytest.approx(0.201)
    assert entry.name is None
    assert gzip.decompress(entry.path.read_bytes()) == b"".join(LINES)
    assert entry.size >= entry.path.stat().st_size
    assert "thread-pool-number" in entry.path.name
    assert entry.path.name.endswith(".jsonl.gz")


def test_nobody_else_reads_what_tasks_printed(tmp_path: Path) -> None:
    history = History(tmp_path / "folder")
    entry = history.keep(pool_of_threads(), LINES)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in history.folder.iterdir()}
    assert set(modes.values()) == {0o600}
    assert len(modes) == 2, "the run, and what is said of it"
    assert entry.path.name in modes
    assert stat.S_IMODE(history.folder.stat().st_mode) == 0o700


def test_how_it_ended_is_said(tmp_path: Path) -> None:
    history = History(tmp_path)
    assert history.keep(failed(), LINES, NOW).outcome == "broke"
    assert history.keep(under_way(), LINES, NOW).outcome == "running", "as far as is known"


def test_the_latest_is_first_and_two_at_once_are_two(tmp_path: Path) -> None:
    history = History(tmp_path)
    for number in (3, 1, 2, 2):
        kept(history, number)
    times = [entry.when for entry in history.entries()]
    assert len(set(times)) == 4
    assert times == sorted(times, reverse=True)


def test_it_can_be_named_and_deleted(tmp_path: Path) -> None:
    history = History(tmp_path)
    kept(history, 1)
    kept(history, 2)
    history.rename(history.entries()[1], "the [b]good[/b] one \x1b[31m")
    assert names(history) == [None, "the [b]good[/b] one \x1b[31m"]
    history.rename(history.entries()[1], None)
    assert names(history) == [None, None]
    history.delete(history.entries()[0])
    history.delete(history.entries()[0])
    assert history.entries() == []
    assert list(tmp_path.iterdir()) == []


def test_what_somebody_deleted_meanwhile_is_deleted_and_has_no_name(tmp_path: Path) -> None:
    history = History(tmp_path)
    kept(history, 1)
    (entry,) = history.entries()
    history.delete(entry)
    history.delete(entry)
    with pytest.raises(FileNotFoundError):
        history.rename(entry, "gone")
    assert list(tmp_path.iterdir()) == []


@given(st.lists(st.booleans(), min_size=1, max_size=12), st.integers(1, 6))
def test_the_oldest_without_a_name_go_and_those_with_one_stay(
    tmp_path_factory: pytest.TempPathFactory, named: list[bool], most: int
) -> None:
    history = History(tmp_path_factory.mktemp("history"), most=most)
    expected: list[tuple[int, bool]] = []
    for number, has_name in enumerate(named):
        if sum(has for _, has in expected) >= most:
            with pytest.raises(OSError, match="delete some of them"):
                kept(history, number)
            continue
        kept(history, number)
        expected.append((number, has_name))
        if len(expected) > most:
            expected.remove(next(each for each in expected if not each[1] or each[0] == number))
        if has_name:
            history.rename(history.entries()[0], str(number))
    assert [entry.when for entry in history.entries()] == [
        pytest.approx(NOW + number) for number, _ in reversed(expected)
    ]


def test_what_takes_too_much_room_goes(tmp_path: Path) -> None:
    history = History(tmp_path)
    noise = [os.urandom(10_000)]
    for number in range(5):
        history.keep(pool_of_threads(), noise, NOW + number)
    small = History(tmp_path, most_bytes=25_000)
    small.keep(pool_of_threads(), noise, NOW + 9)
    assert len(small.entries()) == 2
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 25_000


def test_a_run_that_is_too_large_alone_is_refused_and_the_others_stay(tmp_path: Path) -> None:
    history = History(tmp_path, most_bytes=1_000_000)
    kept(history, 1)
    with pytest.raises(OSError, match="it takes more than 1 MB, packed"):
        history.keep(pool_of_threads(), (os.urandom(100_000) for _ in range(100)), NOW + 2)
    assert len(history.entries()) == 1
    assert len(list(tmp_path.iterdir())) == 2


def test_what_breaks_in_the_middle_keeps_nothing(tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield LINES[0]
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        History(tmp_path).keep(pool_of_threads(), pieces(), NOW)
    assert list(tmp_path.iterdir()) == []


def test_other_files_are_neither_listed_nor_deleted(tmp_path: Path) -> None:
    others = ["notes.txt", "mine.jsonl.gz", "20260101-000000-000-mine.json", "a.1.part"]
    for name in others:
        (tmp_path / name).write_text("mine")
    (tmp_path / "20260101-000000-000-folder").mkdir()
    history = History(tmp_path, most=1)
    kept(history, 1)
    kept(history, 2)
    assert len(history.entries()) == 1
    assert {*others, "20260101-000000-000-folder"} <= {path.name for path in tmp_path.iterdir()}


@pytest.mark.parametrize("notes", [b"", b"{", b"[1]", b'{"makespan_s": "x"}', b"\xff" * 10, None])
def test_a_recording_of_which_nothing_is_known_is_listed_all_the_same(
    notes: bytes | None, tmp_path: Path
) -> None:
    history = History(tmp_path)
    kept(history, 1)
    (beside,) = tmp_path.glob("*.json")
    beside.unlink() if notes is None else beside.write_bytes(notes)
    (entry,) = history.entries()
    assert (entry.words, entry.outcome) == ("not known", "not known")
    assert entry.makespan_s is None
    history.rename(entry, "again")
    assert names(history) == ["again"]


def test_what_a_killed_lab_had_begun_is_cleared_away(tmp_path: Path) -> None:
    gone = tmp_path / "20260101-000000-000-threads-sleep.4194305.part"  # above every process id
    here = tmp_path / f"20260101-000000-000-threads-sleep.{os.getppid()}.part"
    for path in gone, here:
        path.write_text("half")
    kept(History(tmp_path), 1)
    assert not gone.exists()
    assert here.exists(), "another lab is writing it"


def test_a_plan_of_another_package_makes_no_path(tmp_path: Path) -> None:
    run = Run(Plan(strategy="../../\x1b[31m", workload="/etc/passwd" * 20))
    entry = History(tmp_path / "folder").keep(run, LINES, NOW)
    assert entry.path.parent == tmp_path / "folder"
    assert entry.path.name.isascii()
    assert len(entry.path.name) < 120
    assert History(tmp_path / "folder").entries() == [entry]


def test_it_is_kept_in_the_state_folder_of_this_user(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert usual_folder() == tmp_path / "concviz" / "history"
    assert History().entries() == []
    assert list(tmp_path.iterdir()) == [], "nothing is made before there is something to keep"
