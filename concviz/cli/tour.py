"""``concviz tour``: concurrency in short scenes, each really run."""

from __future__ import annotations

import gc
import shutil
from typing import TYPE_CHECKING

import click

from concviz.cli.options import HELP, Refused, checked_fps, need_terminal, screen_options

if TYPE_CHECKING:
    from concviz.tui.screens.lab import LabScreen


@click.command(context_settings=HELP)
@click.option(
    "--scene", default="1", metavar="N", help="Begin at that scene: its number, or its name."
)
@click.option("--autoplay", is_flag=True, help="Go on by itself, to the end.")
@click.option(
    "--pace",
    type=click.Choice(["slow", "normal", "fast"]),
    help="How long --autoplay shows what there is to read (default: normal).",
)
@screen_options
@click.pass_context
def tour(
    ctx: click.Context,
    /,
    scene: str,
    autoplay: bool,
    pace: str | None,
    fps: int | None,
    ascii_only: bool,
) -> None:
    """Walk through threads, processes and coroutines, scene by scene.

    Each scene is really run: read, guess what will happen, watch it, and see what there is to
    notice. Enter goes on, b goes back, Escape leads to the lab, where t goes on with the tour.

    With --autoplay nobody has to type: the tour ends by itself and then prints what happened.

    \b
    Examples:
      concviz tour
      concviz tour --scene 5
      concviz tour --scene thread-pool
      concviz tour --autoplay --pace slow

    \b
    Exit status:
      0  the tour was left; or, with --autoplay, every scene was run
      1  with --autoplay: a scene could not be run
      2  wrong usage
      130, 129, 143  stopped by Ctrl-C, a hang-up or a termination signal
    """
    from concviz.tour.pace import PACES
    from concviz.tour.scenes import SCENES
    from concviz.tour.walk import find

    if pace is not None and not autoplay:
        raise Refused("--pace is that of --autoplay: give both.")
    try:
        at = find(SCENES, scene)
    except ValueError as error:
        raise Refused(str(error)) from error
    pictures = checked_fps(fps)
    need_terminal("the tour", instead="")
    gc.disable()  # until the lab is there
    from concviz.tui.app import launch

    labs: list[LabScreen] = []

    def begin(lab: LabScreen) -> None:
        labs.append(lab)
        lab.open_tour(at, PACES[pace or "normal"] if autoplay else None)

    status = launch({}, first=begin, fps=pictures, ascii=ascii_only)
    if autoplay and labs:
        _say(labs[0])
    ctx.exit(status)


def _say(lab: LabScreen) -> None:
    """What happened."""
    from concviz.tour.telling import account
    from concviz.view.prose import wrapped

    if lab.tour is None:
        return
    width = shutil.get_terminal_size().columns - 1
    for mark, text in account(lab.tour.walk):
        first, *rest = wrapped(text, max(1, width - len(mark)))
        click.echo(f"{mark}{first}")
        for line in rest:
            click.echo(f"{' ' * len(mark)}{line}")
    for trouble in lab.tour.troubles:
        click.echo(trouble, err=True)
