"""What tasks of a cluster are called for people, from the keys that they have there. Pure."""

from __future__ import annotations

import re
from typing import Any

from concviz.worker.describe import cut, printable

LONGEST = 60
"""Characters of a name."""
_MADE_UP = re.compile(r"-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{8,})(?:-(.+))?")
"""What Dask adds to a function's name so that a key is unique, and which of many calls it is."""
_UNIQUE = re.compile(r"-([0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$")
"""The same of a client's."""
USUAL_CLIENT = "Client"


def bounded(text: str, most: int = LONGEST) -> str:
    """As much of it as a name may have, as valid text."""
    return cut(printable(text), most)


def task_name(key: Any, prefix: str) -> str:
    """What a task is called: its function, and what tells it from others if that says anything.

    ``prefix``: what Dask takes for its function's name.
    """
    if isinstance(key, tuple):
        return bounded(f"{prefix} ({', '.join(map(str, key[1:]))})")
    text = str(key)
    if not text.startswith(prefix):
        return bounded(prefix)
    made_up = _MADE_UP.fullmatch(text, len(prefix))
    if made_up is None:
        return bounded(text)
    return bounded(prefix if made_up[2] is None else f"{prefix} ({made_up[2]})")


class Clients:
    """Who has tasks on a cluster, as people call them."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def name(self, client: str) -> str:
        """Of the client that the scheduler calls that: the name it was given, or a number."""
        if (found := self._names.get(client)) is None:
            given = _UNIQUE.sub("", client).removeprefix(f"{USUAL_CLIENT}-")
            plain = given in (USUAL_CLIENT, "worker", client)
            number = f"client {len(self._names) + 1}"
            found = number if plain else bounded(given)
            if found in self._names.values():
                found = bounded(f"{found} {number}")
            self._names[client] = found
        return found
