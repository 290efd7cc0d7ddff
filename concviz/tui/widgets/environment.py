"""The line at the top: what is shown, and on which Python with how many cores that is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.style import StyleType
from rich.text import Text
from textual.widgets import Static

from concviz.trace.environment import Environment
from concviz.trace.sanitize import sanitize

BETWEEN = " · "
APART = 2
"""Cells between what is shown and where."""
LEAST = 12
"""Cells that say enough of a fact that does not fit wholly."""


class EnvironmentBar(Static):
    """What a reader needs to know to judge the picture."""

    DEFAULT_CSS = """
    EnvironmentBar { dock: top; height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    EnvironmentBar > .environment--name { color: $text-accent; text-style: bold; }
    EnvironmentBar > .environment--facts { color: $text-muted; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"environment--name", "environment--facts"}

    def __init__(self, environment: Environment) -> None:
        super().__init__()
        self._environment = environment
        self._badge = ""
        self._shown: Sequence[str] = ()

    def show(self, environment: Environment, badge: str = "", shown: Sequence[str] = ()) -> None:
        """Show this one; the badge says where what is shown comes from.

        ``shown`` is that in words, the longest form first.
        """
        self._environment, self._badge, self._shown = environment, badge, shown
        self._draw()

    def on_resize(self) -> None:
        """As much as there is room for."""
        self._draw()

    def notify_style_update(self) -> None:
        """The theme changed."""
        super().notify_style_update()
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        name, facts = map(self._style, ("name", "facts"))
        line = words(self._environment, self.size.width, self._badge, self._shown, name, facts)
        self.update(line, layout=False)

    def _style(self, part: str) -> StyleType:
        return self.get_component_rich_style(f"environment--{part}")


def words(
    environment: Environment,
    width: int,
    badge: str = "",
    shown: Sequence[str] = (),
    name: StyleType = "bold",
    facts: StyleType = "dim",
) -> Text:
    """The line: what is shown at the left, in a form that leaves room for the least of the rest."""
    text = Text().append(" concviz ", name)
    if badge:
        text.append(f" {sanitize(badge)} ", style="reverse bold")
    least = f"Python {sanitize(environment.python)} "
    room = width - text.cell_len - APART - len(least) - 1
    fitting = [form for form in shown if len(form) <= room]
    for form in [*fitting[:1], *shown[-1:]][:1]:
        text.append(f" {form}", style="bold")
    where = _where(environment, width - text.cell_len - APART, least)
    text.append(" " * max(APART, width - text.cell_len - len(where)))
    return text.append(where, facts)


def _where(environment: Environment, room: int, least: str) -> str:
    """As many facts as fit, in cells; what cannot be observed first: it limits what is shown."""
    first, *others = _facts(environment)
    said = f"{first} "
    if len(said) > room:
        return least
    for fact in others:
        left = room - len(said) - len(BETWEEN)
        if left < min(len(fact), LEAST):
            break
        said = f"{said[:-1]}{BETWEEN}{fact if len(fact) <= left else f'{fact[: left - 1]}…'} "
    return said


def _facts(environment: Environment) -> list[str]:
    platform = f"{environment.platform.split('-')[0]}, {environment.machine}"
    facts = [environment.python_text, environment.cores_text, platform]
    if (observer := environment.observer) is not None:
        facts.insert(len(facts) if observer.complete else 1, observer.text)
    return [sanitize(fact) for fact in facts]
