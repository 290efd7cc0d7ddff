"""Textual's stylesheet, of which a process parses each part once."""

from __future__ import annotations

from textual.cache import LRUCache
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.css.types import CSSLocation

_Part = tuple[str, CSSLocation, bool, int, str]
_Variables = frozenset[tuple[str, str]]

_parsed: LRUCache[tuple[_Part, _Variables], list[RuleSet]] = LRUCache(128)
"""Rules by what they were made from. There are some forty parts, and each theme has variables."""


class ParsedOnce(Stylesheet):
    """Textual parses all parts anew whenever a screen comes that has one of its own."""

    def __init__(self, *, variables: dict[str, str]) -> None:
        super().__init__(variables=variables)
        self._having = frozenset(variables.items())

    def set_variables(self, variables: dict[str, str]) -> None:
        """Those of another theme."""
        super().set_variables(variables)
        self._having = frozenset(variables.items())

    def _parse_rules(
        self,
        css: str,
        read_from: CSSLocation,
        is_default_rules: bool = False,
        tie_breaker: int = 0,
        scope: str = "",
    ) -> list[RuleSet]:
        """The rules of a part, which nobody changes."""
        part = (css, read_from, is_default_rules, tie_breaker, scope)
        key = part, self._having
        if key not in _parsed:
            _parsed[key] = super()._parse_rules(*part)
        return _parsed[key]

    def reparse(self) -> None:
        """All parts, since one was added or variables are others."""
        self.parse()
