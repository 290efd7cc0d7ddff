"""Two hosts on one machine: each a network of its own, one with a clock and a boot of its own.

A scheduler and two worker processes are started there by Dask's own commands.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.cli.command_line import environment

AHEAD_S = 5_000
"""The far host's clock, ahead of the near one's."""
NEAR, FAR = "10.203.86.1", "10.203.86.2"
"""Their addresses: nobody else sees these networks."""
SCHEDULER = f"tcp://{NEAR}:8786"
PATIENCE_S = 60.0


class Hosts(NamedTuple):
    """What tests need to know of them."""

    near: str
    """The name of its network namespace."""
    folder: Path

    def near_command(self, *arguments: str) -> list[str]:
        """A command on the near host, whose clock is this machine's."""
        return [*_in(self.near), sys.executable, *arguments]


@cache
def why_not() -> str:
    """Why there can be no such hosts here; "": there can."""
    if sys.platform != "linux":
        return "only Linux has network namespaces"
    if os.geteuid() != 0:
        return "only root may make hosts of its own"
    for command in ("ip", "unshare", "mount"):
        if shutil.which(command) is None:
            return f"there is no command {command}"
    tries = ["unshare", "--net", "--mount", "--time", "--monotonic", "1", "true"]
    if subprocess.run(tries, capture_output=True, check=False).returncode:
        return "this kernel, or this container, lets nobody have a clock and a network of its own"
    name = f"cv-try-{os.getpid()}"
    if _ip("netns", "add", name, check=False):
        return "no network namespace can be made here"
    _ip("netns", "del", name)
    return ""


@contextmanager
def two_hosts(folder: Path) -> Iterator[Hosts]:
    """Within it there are both, with a cluster of one worker process on each."""
    near, far = (f"cv{os.getpid()}{which}" for which in "nf")
    with ExitStack() as undo:
        for name in near, far:
            _ip("netns", "add", name)
            undo.callback(_remove, name)
        _ip("link", "add", "wire0", "netns", near, "type", "veth", "peer", "wire0", "netns", far)
        for name, address in (near, NEAR), (far, FAR):
            _ip("-n", name, "addr", "add", f"{address}/24", "dev", "wire0")
            _ip("-n", name, "link", "set", "lo", "up")
            _ip("-n", name, "link", "set", "wire0", "up")
        log = folder / "scheduler.log"
        scheduler = [*_python("dask_scheduler"), "--host", NEAR, "--no-dashboard"]
        _start([*_in(near), *scheduler], log, undo)
        _start([*_in(near), *_worker("near", folder)], folder / "near.log", undo)
        _start([*_in(far), *_elsewhere(folder), *_worker("far", folder)], folder / "far.log", undo)
        until = time.monotonic() + PATIENCE_S
        while log.read_text().count("Register worker addr") < 2:
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.05)
        yield Hosts(near, folder)


def _elsewhere(folder: Path) -> list[str]:
    """What makes a command believe that it runs on a machine that was started another time."""
    boot = folder / "boot_id"
    boot.write_text("00000000-1111-2222-3333-444444444444\n")
    pretend = f'mount --bind {boot} /proc/sys/kernel/random/boot_id && exec "$@"'
    clocks = ["--time", "--monotonic", str(AHEAD_S), "--boottime", str(AHEAD_S)]
    return ["unshare", *clocks, "--mount", "sh", "-c", pretend, "sh"]


def _worker(name: str, folder: Path) -> list[str]:
    threads = ["--nworkers", "1", "--nthreads", "1", "--name", name]
    folders = ["--local-directory", str(folder / name)]
    return [*_python("dask_worker"), SCHEDULER, *threads, *folders, "--no-dashboard"]


def _python(command: str) -> list[str]:
    return [sys.executable, "-m", f"distributed.cli.{command}"]


def _start(command: list[str], log: Path, undo: ExitStack) -> None:
    with log.open("w") as to:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=to, stderr=to, env=environment()
        )
    undo.callback(process.wait)
    undo.callback(process.kill)


def _in(name: str) -> list[str]:
    """With named locks of its own, which go with it."""
    alone = 'mount -t tmpfs none /dev/shm && exec "$@"'
    return ["ip", "netns", "exec", name, "sh", "-c", alone, "sh"]


def _ip(*arguments: str, check: bool = True) -> int:
    return subprocess.run(["ip", *arguments], capture_output=True, check=check).returncode


def _remove(name: str) -> None:
    """With all that still runs there."""
    pids = subprocess.run(["ip", "netns", "pids", name], capture_output=True, check=False).stdout
    for pid in map(int, pids.split()):
        os.kill(pid, 9)
    _ip("netns", "del", name, check=False)
