"""What the person chose last time, kept between launches."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import msgspec
import platformdirs
from msgspec.structs import replace

from concviz.trace.plan import Limits, Plan, Traits, check


class Choices(msgspec.Struct, kw_only=True):
    """The plan, the theme, and whether the controls are folded away."""

    plan: Plan = Plan()
    function: str = ""
    """The function of somebody's own that was called last; "": none was."""
    inputs: tuple[str, ...] = ()
    """What with."""
    theme: str | None = None
    folded: bool = False


def file() -> Path:
    """Where choices are kept: a state file of this user."""
    return platformdirs.user_state_path("concviz", appauthor=False) / "choices.json"


def load() -> Choices:
    """The choices of last time; the first ones where there are none that can be read."""
    try:
        return msgspec.json.decode(file().read_bytes(), type=Choices)
    except (OSError, ValueError):  # msgspec's errors are ValueErrors
        return Choices()


def save(choices: Choices) -> None:
    """Keep the choices; where they cannot be kept, the next launch starts afresh.

    Numbers that make no sense anywhere are not kept: they would spoil the rest.
    """
    path = file()
    content = msgspec.json.encode(replace(choices, plan=_sensible(choices.plan)))
    new = path.with_suffix(f".{os.getpid()}.new")
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            new.write_bytes(content)
            new.replace(path)  # in one step: two labs may end at once
        except OSError:  # the disk is full
            new.unlink(missing_ok=True)


def _sensible(plan: Plan) -> Plan:
    anything = Traits(kind="main", options=frozenset(("workers", "chunksize", "scheduler")))
    wrong = {problem.field for problem in check(plan, anything, Limits())}
    return replace(plan, **{field: getattr(Plan(), field) for field in wrong})
