"""``concviz play`` of what cannot be played, or where nothing can be shown."""

from __future__ import annotations

from pathlib import Path

from tests.cli.command_line import concviz, refused


def test_what_cannot_be_played_says_why(tmp_path: Path) -> None:
    binary = tmp_path / "binary"
    binary.write_bytes(b"\x00\x1b]0;title\x07" * 99)
    third = tmp_path / "third.cast"
    third.write_text('{"version": 3, "term": {"cols": 80, "rows": 24}}\n')
    good = tmp_path / "good.cast"
    good.write_text('{"version": 2, "width": 80, "height": 24}\n[0.1, "o", "hello"]\n')
    for arguments, words in (
        ((str(tmp_path / "none"),), "cannot be read: No such file"),
        ((str(tmp_path),), "cannot be read: Is a directory"),
        ((str(binary),), "its first line is not the header of a cast"),
        ((str(third),), "an asciicast of version 3, and only version 2 can be read"),
        ((str(good), "--speed", "0"), "speed is 0: it must be from 0.1 to 100"),
        ((str(good), "--idle-limit", "-1"), "idle-limit is -1: it must be more than 0"),
        ((str(good),), "standard output is no terminal"),
    ):
        why = refused("play", *arguments)
        assert words in why
        assert why.isprintable()


def test_standard_input_is_read_as_a_file_is() -> None:
    done = concviz("play", "-")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "Error: standard input cannot be played: it is empty.\n"
