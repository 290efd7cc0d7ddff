"""Prints what a program can find out about how it was started."""

import os
import resource
import signal
import sys
import threading
from pathlib import Path

import __main__

print("arguments", sys.argv, sys.orig_argv[1:])
print("path", sys.path)
print("main", __name__, __main__.__spec__ and __main__.__spec__.name, __file__)
print("flags", sys.flags, sys._xoptions, sys.warnoptions)
print("here", Path.cwd(), os.umask(0))
ours = {"PYTHONPATH", "CONCVIZ_WATCH"}
print("environment", sorted((k, v) for k, v in os.environ.items() if k not in ours))
print("threads", threading.active_count(), threading.current_thread().name)
print("read", sys.stdin.read())
print("streams", [os.fstat(fd).st_mode for fd in (0, 1, 2)])
print("files", sorted(entry.name for entry in os.scandir("/proc/self/fd")))
print("group", os.getpgrp() == int(os.environ["GROUP"]), os.getsid(0) == os.getsid(os.getppid()))
print("signals", [str(signal.getsignal(number)) for number in (1, 2, 3, 13, 15, 17, 20)])
print("blocked", signal.pthread_sigmask(signal.SIG_BLOCK, []))
print(
    "limits", resource.getrlimit(resource.RLIMIT_CORE), resource.getrlimit(resource.RLIMIT_NOFILE)
)
print(
    "modules",
    sorted(m for m in ("asyncio", "multiprocessing", "msgspec", "click") if m in sys.modules),
)
print("written to the other stream", file=sys.stderr)
raise KeyError("as it is")
