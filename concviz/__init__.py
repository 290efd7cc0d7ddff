"""concviz: see concurrency, on a live timeline in your terminal.

``concviz.run``, ``concviz.compare`` and ``concviz.sweep`` do what the commands of these names do.
"""

from __future__ import annotations

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
            if name in ("__all__", *api.__all__):
                return getattr(api, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        return [*globals(), "__version__", *__getattr__("__all__")]
