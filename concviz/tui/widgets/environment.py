"""The line at the top: which Python, whether it has a GIL, how many cores."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static

from concviz.model.environment import Environment


class EnvironmentBar(Static):
    """What a reader needs to know to judge the picture."""

    DEFAULT_CSS = "EnvironmentBar { dock: top; height: 1; }"

    def __init__(self, environment: Environment) -> None:
        super().__init__(words(environment))

    def show(self, environment: Environment) -> None:
        """Show this one."""
        self.update(words(environment), layout=False)


def words(environment: Environment) -> Text:
    """The line; what cannot be observed first, because it limits what the picture can say."""
    text = Text(" concviz ", style="bold", no_wrap=True, overflow="ellipsis")
    parts = [environment.python_text, environment.cores_text]
    observer = environment.observer
    if observer is not None and not observer.complete:
        parts.append(observer.text)
    parts.append(f"{environment.platform.split('-')[0]}, {environment.machine}")
    if observer is not None and observer.complete:
        parts.append(observer.text)
    return text.append(f" {'  ·  '.join(parts)}", style="not bold")
