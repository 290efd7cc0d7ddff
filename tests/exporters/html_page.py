"""A page of ours, read as a browser reads it."""

from __future__ import annotations

import base64
import hashlib
import json
from html.parser import HTMLParser
from itertools import accumulate
from typing import Any

from concviz.analysis.comparison import Comparison
from concviz.analysis.sweep import Sweep
from concviz.exporters.registry import EXPORTERS
from concviz.model.run import Run


class Page(HTMLParser):
    """Its elements, its words, and what is in its scripts and style sheets."""

    def __init__(self, found: Run | Comparison | Sweep) -> None:
        super().__init__()
        self.written = EXPORTERS.load("html").write(found).decode()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.inside: dict[str, list[str]] = {"script": [], "style": []}
        self._open = ""
        self.feed(self.written)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open = tag
        if tag in self.inside:
            self.inside[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open in self.inside:
            self.inside[self._open][-1] += data
        else:
            self.words.append(data)

    @property
    def data(self) -> Any:
        """What the script draws."""
        return json.loads(self.inside["script"][0])

    @property
    def text(self) -> str:
        """All words."""
        return " ".join(self.words)

    @property
    def policy(self) -> str:
        """What it may load."""
        return next(
            attributes["content"] or ""
            for tag, attributes in self.tags
            if attributes.get("http-equiv") == "Content-Security-Policy"
        )


def hashed(text: str) -> str:
    """As a policy names a script."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def times(steps: list[int | None]) -> list[int | None]:
    """From steps to times, as the script does it."""
    known = iter(list(accumulate(step for step in steps if step is not None)))
    return [None if step is None else next(known) for step in steps]
