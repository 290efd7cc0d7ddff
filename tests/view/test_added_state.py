"""A new state is one row of one table: it is drawn, named and told without another line of code."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import concviz

ROW = '    NAP = _Row("having a nap", "nap", "♪", "?", "sleep", "a pillow")\n'
BEFORE = "    LOOP_WAIT = "
"""The first state that only coroutines can be in."""
PACKAGE = Path(concviz.__file__).parent


def test_a_state_that_somebody_adds_is_shown_everywhere(tmp_path: Path) -> None:
    copy = tmp_path / "concviz"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    table = copy / "trace" / "states.py"
    text = table.read_text(encoding="utf-8")
    assert text.count(BEFORE) == 1
    table.write_text(text.replace(BEFORE, ROW + BEFORE), encoding="utf-8")
    paths = [str(tmp_path), str(PACKAGE.parent)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.view.added_state", "NAP"],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONIOENCODING": "utf-8"},
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout)
    (row,) = [line for line in shown["picture"] if line.startswith("thread 1")]
    assert row.partition("  ")[2].startswith("▌0♪♪♪"), "drawn"
    assert "♪♪ having a nap" in shown["picture"][-1], "in the legend"
    (row,) = [line for line in shown["ascii"] if line.startswith("thread 1")]
    assert row.partition("  ")[2].startswith("[0???"), "drawn without Unicode"
    assert re.search(r'<pattern id="p-nap-27"[^>]*><text[^>]*>♪<', shown["svg"]), "as vectors"
    assert "having a nap 100 %" in shown["svg"]
    assert '"nap":{"glyph":"♪","word":"having a nap","role":"sleep"' in shown["html"]
    assert shown["role"] == "SLEEP", "in its colour"
    assert "having a nap 100 % (100 ms)" in shown["page"], "on a page"
    assert "having a nap 100 % ♪♪♪♪" in shown["pane"], "in the summary"
    assert shown["json"]["nap_s"] == 0.1
    assert "nap" in shown["header"], "in recordings"
