"""Putting the hooks in place, once in a process and before the program's own code."""

from __future__ import annotations

import os
import sys

from . import processes, threads
from . import tell as telling
from .imports import still_finding, when_imported
from .labels import error_of, shortened
from .tell import lost, now, quoted, tell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FrameType, ModuleType

# options of Python that take the word after them
_WITH_A_WORD = ("-W", "-X", "--check-hash-based-pycs")

_is_fork_server = False

_AT_ONCE: tuple[Callable[[], None], ...] = (threads.install, processes.install)

_WITH: dict[str, tuple[str, ...]] = {
    "calls": ("functools",),
    "futures": ("concurrent.futures._base",),
    "thread_pools": ("concurrent.futures.thread",),
    "process_pools": (
        "concurrent.futures.process",
        "loky.process_executor",
        "joblib.externals.loky.process_executor",
    ),
    "mp_pools": ("multiprocessing.pool",),
    "loops": ("asyncio",),
    "marks": ("concviz.marking",),
}
"""Files beside this one, each with the modules of which the first that is imported brings it in.

A program pays only for hooks of what it uses.
"""


def install_at_start(folder: str) -> None:
    """Install the hooks in a Python that has just begun, unless it does nothing of the program.

    The tracker of multiprocessing's resources outlives the program and runs none of its code. A
    sub-interpreter has its thread, and often its tasks, from the interpreter that made it, where
    they are seen; it shares its process number with that, so it stays silent.
    """
    global _is_fork_server
    argv = sys.orig_argv
    if _imports(argv, "resource_tracker") or not _is_main_interpreter():
        return
    if _imports(argv, "forkserver"):
        _is_fork_server = True
        install(folder, "subprocess", "forkserver")
    elif "--multiprocessing-fork" in argv:
        install(folder, "spawn", "")
    elif "--process-name" in argv:  # loky
        install(folder, "spawn", argv[argv.index("--process-name") + 1])
    else:
        install(folder, "program" if _is_first(folder) else "subprocess", program_name(argv))


def install(folder: str, made: str, name: str) -> None:
    """Tell into the folder from now on what this process does, which was made so."""
    telling.begin(folder)
    _announce(made, name)
    for put_in_place in _AT_ONCE:
        try:
            put_in_place()
        except Exception as error:
            lost(f"A part of what happens cannot be seen here ({error_of(error)}).")
    for name, modules in _WITH.items():
        _install_with(folder, name, modules)
    os.register_at_fork(after_in_child=_in_child)
    threads.at_exit.append(_tell_what_was_replaced)


def install_meanwhile(folder: str) -> None:
    """Tell into the folder from now on what this process does, which has run for a while.

    What is in place already only tells elsewhere.
    """
    name = program_name(sys.orig_argv)
    if telling.begin_meanwhile(folder):
        _announce("program", name)
    else:
        install(folder, "program", name)


def _install_with(folder: str, name: str, modules: tuple[str, ...]) -> None:
    """Install those hooks when the first of these modules is imported."""
    done = False

    def once(_: ModuleType) -> None:
        nonlocal done
        if not done:
            done = True
            _load(folder, name).install()

    for module in modules:
        when_imported(module, once)


def _load(folder: str, name: str) -> ModuleType:
    """A file beside this one; its bytecode may be kept elsewhere, as in ``site/sitecustomize``."""
    before = sys.pycache_prefix, sys.dont_write_bytecode
    kept = f"{folder}/bytecode"
    if before == (None, True) and os.path.isdir(kept):  # noqa: PTH112
        sys.pycache_prefix, sys.dont_write_bytecode = kept, False
    try:
        return __import__(f"{__package__}.{name}", fromlist=("install",))
    finally:
        if sys.pycache_prefix is kept:
            sys.pycache_prefix, sys.dont_write_bytecode = before


def program_name(argv: Sequence[str]) -> str:
    """What people call the program that Python was started with these arguments to run."""
    words = iter(argv[1:])
    for word in words:
        if word == "-m":
            return next(words, "-m")
        if word == "-c":
            return "-c"
        if word in _WITH_A_WORD:
            next(words, None)
        elif not word.startswith("-"):
            return word.rpartition("/")[2] or word
    return "python"


def _tell_what_was_replaced(_: FrameType) -> None:
    if not still_finding():
        lost("The program has replaced sys.meta_path: what it imported later is not seen.")


def _imports(argv: Sequence[str], module: str) -> bool:
    """Whether Python was started to run that part of multiprocessing, or of loky."""
    return any(f"{module} import main" in word for word in argv[:8])


def _is_main_interpreter() -> bool:
    import _thread

    if hasattr(_thread, "_is_main_interpreter"):
        return bool(_thread._is_main_interpreter())
    import _xxsubinterpreters as interpreters  # type: ignore[import-not-found]

    # ``faulthandler`` would name it among the program's extension modules
    del sys.modules["_xxsubinterpreters"]
    return bool(interpreters.get_current() == interpreters.get_main())


def _is_first(folder: str) -> bool:
    """Whether this is the process of the program itself, of all that are watched together."""
    mark = f"{folder}/program"
    pid = str(os.getpid()).encode()
    try:
        descriptor = os.open(mark, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        # a program that is replaced by another (exec) keeps its number
        descriptor = os.open(mark, os.O_RDONLY | os.O_CLOEXEC)
        first = os.read(descriptor, 32) == pid
    else:
        first = os.write(descriptor, pid) > 0
    os.close(descriptor)
    return first


def _in_child() -> None:
    global _is_fork_server
    telling.forget_parent()
    made, _is_fork_server = ("forkserver" if _is_fork_server else "fork"), False
    try:
        name = processes.forked_from(sys._getframe(1))
    except Exception:
        name = ""
    _announce(made, name or (program_name(sys.orig_argv) if made == "fork" else ""))


def _announce(made: str, name: str) -> None:
    """Tell of this process and its main thread."""
    version = sys.version.partition(" ")[0]
    tell(
        f'["process",{now()},{os.getpid()},{os.getppid()},"{made}",'
        f"{quoted(shortened(name))},{quoted(version)}]"
    )
    threads.tell_thread("MainThread", daemon=False, helper=_is_fork_server)
