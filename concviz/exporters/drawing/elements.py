"""Elements of XML as text. Whatever comes from outside is data: escaped, and made visible."""

from __future__ import annotations

from html import escape

from concviz.trace.sanitize import sanitize


def element(name: str, /, *inside: str, **attributes: str | float | None) -> str:
    """An element around others. An attribute of None is left out; ``class_`` is ``class``.

    What is inside is taken as it is: make it with ``element`` or ``data``.
    """
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{said}>{''.join(inside)}</{name}>" if inside else f"<{name}{said}/>"


def data(text: str) -> str:
    """A text as it may stand inside of an element or an attribute."""
    return escape(sanitize(text))


def _value(value: str | float) -> str:
    return data(value) if isinstance(value, str) else number(value)


def number(value: float) -> str:
    """A coordinate: to a thousandth of a pixel, which nobody sees."""
    return f"{value:.3f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"
