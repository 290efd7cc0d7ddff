"""Newer Pythons to try programs under, where there are some."""

from __future__ import annotations

import os
import shutil
import sys

PYTHONS = [
    sys.executable,
    *filter(None, (shutil.which(f"python3.{minor}") for minor in (14, 15))),
    *filter(None, os.environ.get("CONCVIZ_PYTHONS", "").split(os.pathsep)),
]
"""This one, and others: on the PATH, or named in ``CONCVIZ_PYTHONS``."""
