"""Modules of another package, which do all that an import should not."""

from __future__ import annotations

from pathlib import Path

ODD_NAME = "[bold]\x1b[31m\u202eodd[/]"
"""An entry point may have any name."""
IMPORTS = {
    "good": "",
    "prints": "import sys\nprint('\\x1b[2Jhello')\nsys.stderr.write('hello')",
    "hangs": "import time\ntime.sleep(1000)",
    "leaves": "import os\nos._exit(3)",
    "raises": "raise RuntimeError('\\x1b[31mneeds a [b]licence[/b]')",
    "crashes": "import faulthandler\nfaulthandler._sigsegv()",
    "chatters": "import threading, time\n"
    "def chatter():\n"
    "    while True:\n"
    "        print('\\x1b[2J', flush=True)\n"
    "        time.sleep(0.001)\n"
    "threading.Thread(target=chatter).start()",
    "breeds": "import subprocess, sys\n"
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(1000)'])",
    "forks": "import os, time\nif not os.fork():\n    time.sleep(1000)",
}
"""What a module does before anything else, by the name of its entries."""
WHY = {
    "leaves": "its import ended the process (exit status 3)",
    "raises": "it failed to load (RuntimeError: \x1b[31mneeds a [b]licence[/b])",
    "crashes": "its import was killed by SIGSEGV",
}
"""What is said of those that cannot be loaded."""
_MODULE = """
{what}

from concviz.strategies import Strategy
from concviz.workloads import Workload

def run(call, items, workers):
    "The source of {name}."
    for item in items:
        call(item)
        yield item

def task(i, seconds):
    "The task of {name}."
    return i

STRATEGY = Strategy(summary="Of {name}.", kind="main", run=run)
WORKLOAD = Workload(summary="Works for {name}.", function=task)
"""
MODULES = {name: f"concviz_stranger_{name}" for name in IMPORTS}


def entry_points() -> dict[str, dict[str, str]]:
    """The entry points of the package: a strategy and a workload of each module."""
    strategies = {name: f"{module}:STRATEGY" for name, module in MODULES.items()}
    workloads = {name: f"{module}:WORKLOAD" for name, module in MODULES.items()}
    strategies[ODD_NAME] = f"{MODULES['good']}:STRATEGY"
    return {"concviz.strategies": strategies, "concviz.workloads": workloads}


def write(folder: Path) -> None:
    """Its modules."""
    for name, what in IMPORTS.items():
        folder.joinpath(f"{MODULES[name]}.py").write_text(_MODULE.format(name=name, what=what))
