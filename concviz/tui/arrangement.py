"""Where the panes of the lab stand, by how much room there is and what can use it."""

from __future__ import annotations

from collections.abc import Callable

from textual.geometry import Region, clamp

PANELS = ("summary", "output", "code", "task")
"""The panes that share a place by tabs where there is no room for all of them."""
SMALLEST = (60, 16)
CONTROLS = 32
"""Columns of the controls where all panes are shown at once."""
BARS = 2
"""Lines at the top and at the bottom."""
ROOMY = (78, 32)
"""From this size on all panes are shown at once; below, four of them share a place by tabs."""
WIDE = 126
"""Cells from which they stand in three columns."""
FRAME = 2
"""Rows of a pane's frame."""
TABS = 1
LEAST = 5
"""Rows of a pane that still say something."""
RESULTS = 6
"""Rows of the output: its heading and the results of five tasks."""
LEAST_PANELS = 18
"""Rows that all panels together need."""
FEWER = 14
"""The same where many lanes come first: those of a program."""


def is_roomy(width: int, height: int) -> bool:
    """Whether all panes are seen at once."""
    return width >= ROOMY[0] and height >= ROOMY[1]


def layout_classes(width: int, height: int, folded: bool = False) -> dict[str, bool]:
    """Classes of the styles for a terminal of that size, and which of them hold.

    ``folded``: without the controls.
    """
    return {
        "-tiny": width < SMALLEST[0] or height < SMALLEST[1],
        "-folded": folded,
        "-full": is_roomy(width if folded else width - CONTROLS, height - BARS),
        "-short": height < 30,
        "-tall": height >= 30,
        "-wide": width >= 150,
    }


def most_for_timeline(height: int, roomy: bool, many: bool = False) -> int:
    """Rows that the timeline may have at most: the rest is for the other panes."""
    if roomy:
        least = FEWER if many else LEAST_PANELS
    else:
        least = TABS + clamp(height // 4 if many else height * 2 // 5, LEAST, FEWER)
    return max(0, height - least)


def timeline_height(
    height: int, roomy: bool, wanted: Callable[[int], int], many: bool = False
) -> int:
    """Rows of the timeline: all of its lanes come first, then the other panes, then high lanes.

    ``wanted``: of so many rows, how many it can use; ``many``: there are many lanes, of a program.
    """
    most = most_for_timeline(height, roomy, many)
    room = min(most, height - height * 3 // 5) if roomy else most
    while room < most and wanted(room) == room and wanted(room + 1) > room:
        room += 1  # there are lanes out of sight
    return wanted(room)


def columns(width: int) -> list[int]:
    """Where the columns of the panels begin."""
    return [0, width // 3, 2 * width // 3] if width >= WIDE else [0, (width + 1) // 2]


def tabbed(
    width: int, height: int, timeline: int, shown: str, many: bool = False
) -> dict[str, Region]:
    """Where the timeline, the tabs and the panel that is shown stand, below each other."""
    top = min(timeline, most_for_timeline(height, False, many))
    tabs = min(TABS, height - top)
    return {
        "timeline": Region(0, 0, width, top),
        "tabs": Region(0, top, width, tabs),
        shown: Region(0, top + tabs, width, height - top - tabs),
    }


def side_by_side(
    width: int, height: int, timeline: int, code: int, many: bool = False, printed: int = RESULTS
) -> dict[str, Region]:
    """Where the timeline and all panels stand.

    ``code`` is how many rows that one can use, with its frame; ``printed``: the output, without.
    """
    top = min(timeline, most_for_timeline(height, True, many))
    rest = height - top
    code = clamp(code, LEAST, rest - LEAST)
    *_, last = starts = columns(width)
    few = clamp(printed, 1, RESULTS) + FRAME
    output = rest if len(starts) > 2 else few if printed < RESULTS else max(few, rest // 3)
    summary = rest if len(starts) > 2 else rest - output
    second = starts[1]
    return {
        "timeline": Region(0, 0, width, top),
        "summary": Region(0, top, second, summary),
        "output": Region(
            *((second, top, last - second) if len(starts) > 2 else (0, top + summary, second)),
            output,
        ),
        "code": Region(last, top, width - last, code),
        "task": Region(last, top + code, width - last, rest - code),
    }
