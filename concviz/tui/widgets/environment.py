"""The line at the top: which Python, whether it has a GIL, how many cores."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static

from concviz.model.environment import Environment


class EnvironmentBar(Static):
    """What a reader needs to know to judge the picture."""

    DEFAULT_CSS = "EnvironmentBar { dock: top; height: 1; }"

    def __init__(self, environment: Environment) -> None:
        text = Text(" concviz ", style="bold", no_wrap=True, overflow="ellipsis")
        text.append(
            f" {environment.python_text}  ·  {environment.cores_text}"
            f"  ·  {environment.platform.split('-')[0]}, {environment.machine}",
            style="not bold",
        )
        super().__init__(text)
