"""Four threads that compute; for each line that is written to it, it says how far they are.

Standard library only, so that every Python can run it.
"""

import sys
import threading
import time

THREADS = 4
counts = [0] * THREADS


def compute(number: int) -> None:
    while True:
        for _ in range(1_000):
            pass
        counts[number] += 1


if __name__ == "__main__":
    for number in range(THREADS):
        name = f"computing-{number}"
        threading.Thread(target=compute, args=(number,), name=name, daemon=True).start()
    for _ in sys.stdin:
        print(sum(counts), time.process_time_ns(), flush=True)
