"""The line at the top: which Python, whether it has a GIL, how many cores."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static

from concviz.trace.environment import Environment
from concviz.trace.sanitize import sanitize

BETWEEN = "  ·  "
LEAST = 12
"""Cells that say enough of a fact that does not fit wholly."""


class EnvironmentBar(Static):
    """What a reader needs to know to judge the picture."""

    DEFAULT_CSS = """
    EnvironmentBar { dock: top; height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def __init__(self, environment: Environment) -> None:
        super().__init__()
        self._environment = environment
        self._badge = ""

    def show(self, environment: Environment, badge: str = "") -> None:
        """Show this one; the badge comes first, and says what it is that is shown."""
        self._environment, self._badge = environment, badge
        self._draw()

    def on_resize(self) -> None:
        """As much as there is room for."""
        self._draw()

    def _draw(self) -> None:
        self.update(words(self._environment, self.size.width, self._badge), layout=False)


def words(environment: Environment, width: int, badge: str = "") -> Text:
    """The line; what cannot be observed first, because it limits what the picture can say."""
    text = Text(" concviz ", style="bold")
    if badge:
        text.append(f" {sanitize(badge)} ", style="reverse bold").append(" ")
    first, *others = _facts(environment)
    text.append(f" {first}", style="not bold")
    for fact in others:
        if width - len(text) - len(BETWEEN) < min(len(fact), LEAST):
            break
        text.append(f"{BETWEEN}{fact}", style="not bold")
    return text


def _facts(environment: Environment) -> list[str]:
    platform = f"{environment.platform.split('-')[0]}, {environment.machine}"
    facts = [environment.python_text, environment.cores_text, platform]
    if (observer := environment.observer) is not None:
        facts.insert(len(facts) if observer.complete else 2, observer.text)
    return [sanitize(fact) for fact in facts]
