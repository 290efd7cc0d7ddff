"""Five ways to do five tasks that each wait for as many seconds as the first argument says."""

import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import Process
from threading import Thread


def wait(number: int, seconds: float) -> None:
    """Wait, and say when that is over."""
    time.sleep(seconds)
    print(f"waited {number}", flush=True)


def squared(number: int) -> int:
    """The square of a number, after a while."""
    time.sleep(SECONDS)
    return number * number


def each(kind: type[Thread] | type[Process]) -> None:
    """A thread or a process for each task."""
    started = []
    for number in range(5):
        started.append(kind(target=wait, args=(number, SECONDS)))
        started[-1].start()
        time.sleep(SECONDS / 20)  # so that the lines come in the same order each time
    for one in started:
        one.join()


def pool(kind: type[ThreadPoolExecutor] | type[ProcessPoolExecutor]) -> None:
    """A pool of three."""
    with kind(max_workers=3) as executor:
        for square in executor.map(squared, range(5)):
            print(square, flush=True)


SECONDS = float(sys.argv[1])

if __name__ == "__main__":
    for number in range(5):
        wait(number, SECONDS)
    each(Thread)
    pool(ThreadPoolExecutor)
    each(Process)
    pool(ProcessPoolExecutor)
