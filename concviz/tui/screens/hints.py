"""What the key bar of the lab hints at: the keys that make sense now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from textual.binding import ActiveBinding

from concviz.tui import bindings

if TYPE_CHECKING:
    from concviz.tui.run_view import RunView


class Hints(NamedTuple):
    """What that depends on."""

    live: bool = False
    anything: bool = False
    """Whether there is a run to look at."""
    in_time: bool = False
    """Whether the time cursor is somewhere."""
    playing: bool = False
    folded: bool = False
    """Whether the controls are folded away."""
    program: bool = False
    """Whether it is one that nobody planned: what is chosen has nothing to do with it."""
    attached: bool = False
    """Whether it ran before: to stop is to let go of it."""
    cluster: bool = False
    """Whether what is chosen uses a cluster, which has an address."""


def hints(view: RunView, folded: bool, cluster: bool) -> Hints:
    """Of the run that is shown, with or without the controls, which may have a ``cluster``."""
    cursor = view.cursor
    run = view.whole
    program = run.program if run is not None else None
    in_time = cursor.at is not None
    attached = program is not None and program.how in ("attached", "cluster")
    here = program is not None
    return Hints(
        view.live, run is not None, in_time, cursor.playing, folded, here, attached, cluster
    )


def hinted(active: Mapping[str, ActiveBinding], now: Hints) -> dict[str, ActiveBinding]:
    """Those of which the key bar tells; other keys work, too, or say why they do not."""
    senseless = {"run", "experiment", "tour"} if now.live else {"stop", "follow"}
    if now.live or now.anything:
        senseless |= {"try_out"}
    if now.program:
        senseless |= {"run", "experiment", "tour", "fold", "function", "cluster"}
    if not now.cluster:
        senseless |= {"cluster"}
    if now.in_time:  # whose keys need the room
        senseless |= {"run", "experiment", "runs", "follow", "tour"}
    shown = {}
    for key, found in active.items():
        action, _, arguments = found.binding.action.partition("(")
        if action in senseless:
            continue
        if action == "time":
            toggles = arguments.startswith("'toggle'")
            if not (now.in_time or (toggles and now.anything)):
                continue
            if toggles and (now.playing or (now.live and not now.in_time)):
                pause = replace(bindings.hint_of(found.binding), description="Pause")
                found = found._replace(binding=replace(found.binding, group=pause))
        if action == "fold" and now.folded:
            unfold = replace(bindings.hint_of(found.binding), description="Unfold")
            found = found._replace(binding=replace(found.binding, group=unfold))
        if action == "stop" and now.attached:
            let_go = replace(bindings.hint_of(found.binding), description="Let go")
            found = found._replace(binding=replace(found.binding, group=let_go))
        shown[key] = found
    return shown
