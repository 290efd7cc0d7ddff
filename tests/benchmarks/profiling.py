"""How large a share of its time each thread of a process asks for the GIL, as Python 3.15 sees it.

By what its sampling profiler (``profiling.sampling``) reads with; run by that Python.
"""

import sys
import time
from collections import Counter

EVERY_S = 0.01


def main(pid: int, seconds: float) -> None:
    """Print the share of those that compute: of all looks at threads that have or want the GIL."""
    from _remote_debugging import (  # type: ignore[import-not-found, unused-ignore]
        THREAD_STATUS_GIL_REQUESTED,
        THREAD_STATUS_HAS_GIL,
        RemoteUnwinder,
    )

    unwinder = RemoteUnwinder(pid, all_threads=True)
    looks: Counter[int] = Counter()
    asked: Counter[int] = Counter()
    had: Counter[int] = Counter()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            seen = unwinder.get_stack_trace()
        except (RuntimeError, OSError):  # something went on while it was read
            continue
        for interpreter in seen:
            for thread in interpreter.threads:
                looks[thread.thread_id] += 1
                asked[thread.thread_id] += bool(thread.status & THREAD_STATUS_GIL_REQUESTED)
                had[thread.thread_id] += bool(thread.status & THREAD_STATUS_HAS_GIL)
        time.sleep(EVERY_S)
    computing = [tid for tid in looks if had[tid]]
    print(sum(asked[tid] for tid in computing) / sum(looks[tid] for tid in computing))


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
