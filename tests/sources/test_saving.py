"""A run is written as a whole or not at all, and never over another file."""

from __future__ import annotations

import errno
import gzip
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.sources.saving import save, why

LINES = [b'{"schema": 2}\n["run-started", 1]\n', b'["run-finished", 2]\n']


@given(st.lists(st.binary(max_size=200)))
def test_what_is_written_is_what_was_told(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes]
) -> None:
    folder = tmp_path_factory.mktemp("saved")
    save(pieces, folder / "a.jsonl")
    save(pieces, folder / "a.jsonl.gz")
    assert (folder / "a.jsonl").read_bytes() == b"".join(pieces)
    assert gzip.decompress((folder / "a.jsonl.gz").read_bytes()) == b"".join(pieces)
    assert {path.name for path in folder.iterdir()} == {"a.jsonl", "a.jsonl.gz"}


def test_the_same_run_makes_the_same_file(tmp_path: Path) -> None:
    save(LINES, tmp_path / "a.gz")
    save(LINES, tmp_path / "b.gz")
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()


def test_a_file_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("mine")
    with pytest.raises(FileExistsError):
        save(LINES, path)
    assert path.read_text() == "mine"
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileExistsError):
        save(LINES, tmp_path / "dangling")
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("links", [True, False], ids=["links", "no links"])
def test_a_file_that_appears_meanwhile_stays_as_it_is(
    links: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not links:
        monkeypatch.setattr(Path, "hardlink_to", _no_links)
    path = tmp_path / "a.jsonl"

    def pieces() -> Iterator[bytes]:
        yield LINES[0]
        path.write_text("mine")
        yield LINES[1]

    with pytest.raises(FileExistsError):
        save(pieces(), path)
    assert path.read_text() == "mine"
    assert [each.name for each in tmp_path.iterdir()] == ["a.jsonl"]


def test_a_file_system_without_links_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "hardlink_to", _no_links)
    save(LINES, tmp_path / "a.jsonl")
    assert (tmp_path / "a.jsonl").read_bytes() == b"".join(LINES)
    assert [each.name for each in tmp_path.iterdir()] == ["a.jsonl"]


def _no_links(*_: object) -> None:
    raise OSError(errno.EPERM, os.strerror(errno.EPERM))


def test_what_breaks_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield LINES[0]
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(OSError, match="No space") as error:
        save(pieces(), tmp_path / "a.jsonl.gz")
    assert why(error.value) == "the disk is full"
    assert list(tmp_path.iterdir()) == []


def test_every_error_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "shut").mkdir(mode=0o500)
    refused = {
        tmp_path / "no" / "a.jsonl": "there is no such folder",
        tmp_path / "file" / "a.jsonl": "there is no such folder",
        tmp_path / "file": "there is such a file already: give another name",
        tmp_path: "that is a folder: give the name of a file",
        Path("/"): "that is a folder: give the name of a file",
        tmp_path / ("x" * 300): "the name is too long",
    }
    if os.geteuid():
        refused[tmp_path / "shut" / "a.jsonl"] = "you may not write there"
    for path, words in refused.items():
        with pytest.raises(OSError, match=r".") as error:
            save(LINES, path)
        assert why(error.value) == words


def test_an_error_that_is_not_known_says_what_the_system_says() -> None:
    assert why(OSError(errno.EIO, "Input/output error")) == "input/output error"
    assert why(OSError()) == "oserror"


def test_it_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, seen = tmp_path / "a.jsonl", []
    monkeypatch.setattr(os, "fsync", lambda fd: seen.append(path.exists()))
    save(LINES, path)
    assert seen == [False]


def test_replaced_it_is_only_when_all_of_the_new_one_is_there(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("mine")
    path.chmod(0o604)

    def pieces() -> Iterator[bytes]:
        yield LINES[0]
        assert path.read_text() == "mine"
        if path.stat().st_mode & 0o4:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(OSError, match="No space"):
        save(pieces(), path, replace=True)
    assert path.read_text() == "mine"
    assert [each.name for each in tmp_path.iterdir()] == ["a.jsonl"]
    path.chmod(0o600)
    save(pieces(), path, replace=True)
    assert path.read_bytes() == LINES[0]
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_longest_name_that_there_can_be_is_one(tmp_path: Path) -> None:
    path = tmp_path / ("é" * 127)
    save(LINES, path)
    assert path.read_bytes() == b"".join(LINES)


def test_what_a_process_that_ends_has_begun_is_gone_with_it(tmp_path: Path) -> None:
    """A signal may come as soon as there is a file, before anybody could close it."""
    begin = (
        "from pathlib import Path; from concviz.sources.saving import NewFile; import os, sys\n"
        f"kept = NewFile(Path({str(tmp_path / 'a')!r})); print(os.listdir({str(tmp_path)!r}))\n"
        "raise KeyboardInterrupt"
    )
    line = [sys.executable, "-c", begin]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert ".part" in done.stdout, "there was one"
    assert list(tmp_path.iterdir()) == []
