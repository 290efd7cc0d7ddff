"""A program to be looked at: it says when it is ready, and ends when nobody writes to it any more.

With the argument "busy" two of its threads compute all the time, otherwise only now and then.
Standard library only, so that every Python at hand can run it.
"""

import subprocess
import sys
import threading
import time

BUSY = sys.argv[1:] == ["busy"]


def compute() -> None:
    while True:
        sum(range(1_000))
        if not BUSY:
            time.sleep(0.05)


def hold_up(lock: threading.Lock) -> None:
    with lock:
        pass


def main() -> None:
    taken = threading.Lock()
    taken.acquire()
    computing = [threading.Thread(target=compute, name=f"computing-{k}") for k in (1, 2)]
    waiting = threading.Thread(target=hold_up, args=(taken,), name="waiting")
    for thread in (*computing, waiting):
        thread.daemon = True
        thread.start()
    command = [sys.executable, "-S", "-c", "import time; time.sleep(60)", "a child"]
    child = subprocess.Popen(command)
    try:
        print("ready", flush=True)
        for order in sys.stdin:
            if order == "start\n":
                threading.Thread(target=time.sleep, args=(60,), name="late", daemon=True).start()
            elif order == "answer\n":
                print("here", flush=True)
            elif order == "end child\n":
                child.kill()
                child.wait()
    finally:
        child.kill()


if __name__ == "__main__":
    main()
