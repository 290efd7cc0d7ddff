"""``concviz record-demo`` without a terminal: what is refused, and what is made."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from concviz.casts.playback import Playback
from concviz.casts.reading import read
from tests.cli.command_line import COMMAND, PATIENCE_S, concviz, environment, refused

AGG = """\
#!/bin/sh
for each; do source=$target; target=$each; done
[ -e "$source" ] && grep -q '"version":2' "$source" || exit 1
printf GIF89a > "$target"
"""


def test_what_cannot_be_recorded_says_why_before_anything_is(tmp_path: Path) -> None:
    out = str(tmp_path / "out.cast")
    there = tmp_path / "there.cast"
    there.write_text("mine")
    script = tmp_path / "a.keys"
    script.write_text("r\njump\n")
    for arguments, words in (
        ((out, "--size", "1x"), "size: a size is columns x rows, as in 100x30"),
        ((out, "--idle-limit", "0"), "idle-limit is 0: it must be more than 0"),
        ((out, "--keys", str(script)), 'a.keys: line 2: "jump" is no key and no command'),
        ((out, "--keys", out), "out.cast: cannot be read: No such file"),
        ((str(there),), "there.cast is there already: --force replaces it"),
        ((str(tmp_path), "--force"), "cannot be written: Is a directory"),
        ((str(tmp_path / "none" / "a.cast"),), "cannot be written: No such file or directory"),
        (("",), "the name of the file to write is empty"),
        ((out, "--html", out), "is written already: export to another file"),
        ((out, "--siez", "80x24"), "No such option '--siez'"),
    ):
        assert words in refused("record-demo", *arguments)
    assert there.read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.keys", "there.cast"]


def test_what_needs_no_keys_is_recorded_anywhere(tmp_path: Path) -> None:
    out, picture = tmp_path / "out.cast", tmp_path / "out.gif"
    out.write_text("of yesterday")
    agg = tmp_path / "agg"
    agg.write_text(AGG)
    agg.chmod(0o755)
    done = concviz(
        *("record-demo", str(out), "--size", "70x20", "--force", "--gif", str(picture)),
        *("--", "run", "--strategy", "threads", "--workload", "error", "--duration", "0.1"),
        PATH=f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
    )
    assert (done.returncode, done.stdout) == (1, ""), "that of the run, in which tasks failed"
    assert "Written: " in done.stderr
    assert "\x1b" not in done.stderr
    with out.open("rb") as file:
        playback = Playback(read(file))
    playback.seek(playback.duration_s)
    assert "failed" in "\n".join(playback.screen.display)
    assert picture.read_bytes()[:6] in (b"GIF89a", b"GIF87a")
    assert not list(tmp_path.glob(".*.part"))


def test_where_nothing_can_be_kept_the_place_is_said(tmp_path: Path) -> None:
    out = tmp_path / "out.cast"
    done = subprocess.run(
        ["sh", "-c", 'ulimit -f 1; exec "$@"', "sh", *COMMAND, "record-demo", out, "--", "--help"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        # Python leaves half of a file of bytecode where there is no room, for all that come later.
        env=environment(TMPDIR=str(tmp_path), PYTHONDONTWRITEBYTECODE="1"),
        timeout=PATIENCE_S,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert f"Until its end a recording is in {tmp_path}; TMPDIR names another" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_script_that_waits_in_vain_fails_and_its_cast_is_kept(tmp_path: Path) -> None:
    out, script = tmp_path / "out.cast", tmp_path / "a.keys"
    script.write_text('until "Run"\nuntil "never" 100ms\n')
    done = concviz("record-demo", str(out), "--keys", str(script), "--", "--fresh")
    assert done.returncode == 1
    assert 'Error: line 2: "never" was not on the screen within 0.1 s.' in done.stderr
    assert "Written: " in done.stderr
    with out.open("rb") as file:
        assert read(file).events
