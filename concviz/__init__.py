"""concviz: see concurrency, on a live timeline in your terminal.

``concviz.run``, ``concviz.compare`` and ``concviz.sweep`` do what the commands of these names do.
``concviz.task`` and ``concviz.mark`` mark a program's own work for whoever watches it.
"""

from __future__ import annotations

# Now, and not when somebody marks: if another thread forked meanwhile, its child would wait for
# ever for the end of that import.
from concviz.marking import mark as mark
from concviz.marking import task as task

TYPE_CHECKING = False  # and not from typing, which takes longer than a worker needs for the rest
if TYPE_CHECKING:
    from concviz.api import *  # noqa: F403
    from concviz.api import __all__ as __all__
    from concviz.version import __version__ as __version__
else:

    def __getattr__(name: str) -> object:
        """What ``concviz.api`` offers, once it is asked for: every worker imports this package."""
        from importlib import import_module

        if name == "__version__":
            return import_module("concviz.version").__version__
        if name == "__all__" or not name.startswith("_"):
            api = import_module("concviz.api")
            if name == "__all__":
                return [*api.__all__, "mark", "task"]
            if name in api.__all__:
                return getattr(api, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        return [*globals(), "__version__", *__getattr__("__all__")]
