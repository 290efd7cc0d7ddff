"""Plugins that do no harm where concviz is missing.

A cluster gives its plugins to every worker that joins it, and one that cannot be unpacked keeps
the worker from starting. So what travels is what unpacks it, as text for any Python: where that
fails, the worker has a plugin of Dask's own instead, which does nothing.
"""

from __future__ import annotations

import pickle
from typing import Any

from distributed.diagnostics.plugin import NannyPlugin

_SOURCE = """
def unpack(packed, kind):
    import pickle
    try:
        made, state = pickle.loads(packed)
        plugin = made.__new__(made)
        plugin.__dict__.update(state)
    except Exception:
        from distributed.diagnostics import plugin as plugins
        plugin = getattr(plugins, kind)()
    return plugin
"""
_CALL = "(exec(source, space), space['unpack'](packed, kind))[1]"


class Guarded:
    """Comes first among the bases of such a plugin."""

    def __reduce__(self) -> tuple[Any, ...]:
        packed = pickle.dumps((type(self), self.__dict__))
        kind = "NannyPlugin" if isinstance(self, NannyPlugin) else "WorkerPlugin"
        names = {"source": _SOURCE, "space": {}, "packed": packed, "kind": kind}
        return eval, (_CALL, names)
