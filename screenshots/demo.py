"""Makes README's moving picture: a session of the lab, typed by ``demo.keys``.

``python screenshots/demo.py`` writes ``demo.cast`` and ``demo.gif`` beside it. What is to be seen
is really run, so the machine should have nothing else to do. It needs the extra ``demo``.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
MOST_BYTES = {"demo.cast": 500_000, "demo.gif": 1_500_000}
"""Nobody waits for more."""


def main() -> int:
    """Record it; the exit status."""
    files = ["demo.cast", "--gif", "demo.gif", "--keys", "demo.keys", "--force"]
    manner = ["--size", "100x30", "--idle-limit", "2.5"]
    command = [sys.executable, "-m", "concviz", "record-demo", *files, *manner, "--", "--fresh"]
    if status := subprocess.run(command, cwd=HERE, check=False).returncode:
        return status
    for name, most in MOST_BYTES.items():
        if (size := (HERE / name).stat().st_size) > most:
            print(f"{name} has {size:,} bytes: more than {most:,}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
