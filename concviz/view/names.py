"""Names of tasks and lanes in little room. They are data: made safe here, a cell for a character.

A name on a bar must not look like a sign of the picture: its glyphs are read off the cells.
"""

from __future__ import annotations

from functools import lru_cache

from rich.cells import cell_len, set_cell_size

from concviz.model.run import Run
from concviz.trace.sanitize import sanitize
from concviz.view.glyphs import WORDS
from concviz.view.signs import SIGNS

ELLIPSIS = "…"
LEAST = 6
"""Cells in which the beginning of a name still says something."""
MOST = 200
"""Characters of a label that are ever looked at for a picture."""
_GLYPHS = "".join(sign.glyph for sign in SIGNS)


def task_name(run: Run, task: int) -> str:
    """For people: its label where it has one, or its number; sanitised."""
    label = label_of(run, task)
    if label[:1].isdecimal() and task in run.tasks.attempts:
        return f"task {label}"
    return label or f"task {task}"


def label_of(run: Run, task: int) -> str:
    """What it is called, with how many it does where it does several; "" where nobody said."""
    told = run.tasks.named.get(task)
    if told is None:
        return ""
    if told.again is not None and (first := run.tasks.first_of(task)) != task:
        return f"{label_of(run, first) or first} again"
    label = sanitize(told.label)
    return f"{label} ×{told.items:,}".strip() if told.items > 1 else label


@lru_cache(maxsize=4_096)
def on_bar(label: str, room: int) -> str:
    """A label in so many cells of a picture; its arguments where all of it has no room."""
    label = _celled(label[:MOST])
    if len(label) <= room:
        return label
    arguments = label[label.find("(") :] if label.endswith(")") else ""
    if 2 < len(arguments) <= room:
        return arguments
    return f"{label[: room - 1]}{ELLIPSIS}" if room >= LEAST else ""


def _celled(label: str) -> str:
    return "".join(map(_cell, label))


@lru_cache(maxsize=1_024)
def _cell(character: str) -> str:
    if cell_len(character) == 1 and character not in _GLYPHS:
        return character
    return WORDS[character][0] if character in WORDS else "?"


def beginning(name: str, room: int) -> str:
    """As much of the beginning of a name as stands in so many cells."""
    name = sanitize(name)
    if cell_len(name) <= room:
        return name
    return f"{set_cell_size(name, max(0, room - 1)).rstrip()}{ELLIPSIS}"


def lane_name(name: str, room: int) -> str:
    """A name at the left of a row, in so many cells: cut in the middle, where it says least."""
    name = sanitize(name)
    if cell_len(name) <= room:
        return name
    shorter, _, rest = name.rpartition(" (")  # as Python names threads: "Thread-1 (fetch)"
    if shorter and rest.endswith(")"):
        return lane_name(shorter, room)
    if room <= LEAST:
        return set_cell_size(name, room).rstrip()
    tail = (room - 1) // 2
    end = name[-tail:]
    while cell_len(end) > tail:
        end = end[1:]
    return f"{set_cell_size(name, room - 1 - cell_len(end)).rstrip()}{ELLIPSIS}{end}"
