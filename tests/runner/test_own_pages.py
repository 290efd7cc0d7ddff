"""Memory that a forked process shares with its parent becomes its own."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

CODE = """
import json, os, sys
sys.path[:] = {path!r}
from concviz.runner.own_pages import own_pages

def pages():
    words = dict(line.split()[:2] for line in open("/proc/self/smaps_rollup"))
    return [int(words[name]) for name in ("Private_Dirty:", "Anonymous:")]

import mmap
large = bytearray(os.urandom(1 << 20)) * 32
untouched = mmap.mmap(-1, 64 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
before = large[:100]
if os.fork() == 0:
    shared = pages()
    done = own_pages()
    print(json.dumps([done, shared, pages(), large[:100] == before]), flush=True)
    os._exit(0)
os.wait()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Linux only")
def test_what_is_shared_becomes_its_own_and_what_was_never_used_does_not() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE.format(path=sys.path)],
        capture_output=True,
        text=True,
        check=True,
    )
    owned, shared, own, same = json.loads(done.stdout)
    assert owned
    assert same
    assert shared[0] < shared[1] - (32 << 10), "kilobytes: nearly all is the parent's, too"
    assert own[0] > own[1] - (4 << 10)
    assert own[1] < shared[1] + (4 << 10), "what nobody has written to takes no memory"
