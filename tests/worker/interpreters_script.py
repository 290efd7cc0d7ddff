"""Runs tasks in real sub-interpreters, in threads, as the strategy does from Python 3.14 on.

Prints the events, one JSON line each. Where a module does not load in a sub-interpreter its words
are written to the file that is the argument. A script of its own, because a sub-interpreter that
goes wrong takes its process with it.
"""

import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TASKS = ((0, 2), (1, 3))
"""For each thread, the tasks that it does."""
CODE = """
import sys
sys.path[:] = {path!r}
try:
    from concviz.worker import interpreter
except ImportError as error:
    with open({refused!r}, "a") as file:
        file.write(str(error))
else:
    for task in {tasks!r}:
        interpreter.call(task)
"""


def interpreters() -> Any:
    """The low-level module, by the name that this Python gives it."""
    try:
        import _interpreters  # type: ignore[import-not-found, unused-ignore]

        return _interpreters
    except ImportError:
        import _xxsubinterpreters  # type: ignore[import-not-found, unused-ignore]

        return _xxsubinterpreters


def main(refused: str) -> None:
    sys.path.insert(0, str(ROOT))
    from concviz.runner.channels import interpreter_channel
    from concviz.worker import tracing as worker
    from concviz.worker.traced import InterpreterThread, traced_threads

    low = interpreters()
    events: list[worker.Wire] = []
    worker.attach(events.append, lambda task: None, ())

    def work(tasks: tuple[int, ...]) -> None:
        interpreter = low.create()
        code = CODE.format(path=sys.path, refused=refused, tasks=tasks)
        low.run_string(interpreter, code)
        low.destroy(interpreter)

    with interpreter_channel("tests.worker.talks:WORKLOAD", events.append) as attach:
        attach((0.01,))
        with traced_threads(InterpreterThread):
            threads = [
                threading.Thread(target=work, args=(tasks,), name=f"thread-{n}")
                for n, tasks in enumerate(TASKS)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    for event in events:
        print(json.dumps(event))
    sys.stdout.flush()
    os._exit(0)  # CPython 3.12 may crash in its own clean-up of sub-interpreters


if __name__ == "__main__":
    main(sys.argv[1])
