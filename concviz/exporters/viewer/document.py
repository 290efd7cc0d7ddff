"""A page that needs nothing but itself: what it may load or run is said in its policy, by hash."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from typing import Any

import msgspec

from concviz.exporters.drawing.elements import data, element
from concviz.exporters.drawing.fills import colours, key, style_sheet
from concviz.exporters.drawing.palette import palette
from concviz.exporters.drawing.sheet import Picture
from concviz.model.run import Run
from concviz.model.tasks import Outcome
from concviz.trace.sanitize import sanitize
from concviz.trace.states import State
from concviz.version import __version__
from concviz.view.faces import is_bar, is_solid
from concviz.view.roles import Role
from concviz.view.signs import Kind, role_of
from concviz.view.words import state_word

SCRIPTS = ("words.js", "times.js", "paint.js", "card.js", "viewer.js")
TOOLS = (
    ("earlier", "◀", "Look earlier"),
    ("later", "▶", "Look later"),
    ("in", "+", "Zoom in"),
    ("out", "−", "Zoom out"),
    ("all", "All", "Show all of the time"),
)
KEYS = "Wheel or + − to zoom, drag or ← → to move, 0 for all, N and P from task to task."


def document(
    title: str, place: str, parts: Sequence[str], runs: Sequence[dict[str, Any]], picture: str
) -> Iterator[bytes]:
    """The page, piece after piece: its head, the timeline, further parts, and the data."""
    style, script = _style(), _script()
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}';"
        " base-uri 'none'; form-action 'none'"
    )
    head = [
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="generator", content=f"concviz {__version__}"),
        element("title", data(f"{title} – concviz")),
        element("style", style),
    ]
    switch = element("button", "", id="theme", type="button", hidden="")
    heading = element("div", element("h1", data(title)), element("p", data(place), class_="faint"))
    body = [
        element("header", heading, switch),
        element("main", *parts[:1], _timeline(picture, bool(runs)), *parts[1:]),
    ]
    yield (
        f'<!doctype html>\n<html lang="en"><head>{"".join(head)}</head><body>{"".join(body)}'
        '<script type="application/json" id="concviz-data">'
    ).encode()
    yield inert(_page(runs))
    yield f"</script><script>{script}</script></body></html>\n".encode()


def inert(told: object) -> bytes:
    """As JSON in which nothing ends a script element or begins a comment."""
    text = msgspec.json.encode(told).decode()
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text.encode()


def inline(picture: Picture, hidden_text: str, id_: str | None = None) -> str:
    """A picture within a page, whose style sheet it uses."""
    drawn = element(
        "svg",
        element("title", data(hidden_text)),
        picture.body,
        viewBox=f"0 0 {picture.width:.0f} {picture.height:.0f}",
        width=round(picture.width),
        height=round(picture.height),
        role="img",
    )
    return element("figure", drawn, id=id_)


def words_of(run: Run) -> list[str]:
    """Of each state, as it is called in that run."""
    return [sanitize(state_word(run, state)) for state in State]


def _timeline(picture: str, live: bool) -> str:
    """Still for whoever runs no script, which puts one in its place that can be zoomed."""
    if not live:
        return picture
    tools = [
        element("button", label, id=name, type="button", aria_label=said, title=said)
        for name, label, said in TOOLS
    ]
    rows = element(
        "div",
        element("div", "", class_="spacer"),
        element("canvas", "", aria_hidden="true"),
        id="rows",
        tabindex="0",
        role="application",
        aria_label=f"Timeline. {KEYS}",
    )
    hint = element("span", data(KEYS), class_="faint")
    viewer = element(
        "div", element("div", *tools, hint, class_="tools"), rows, id="viewer", hidden=""
    )
    card = element("div", "", id="card", hidden="")
    live_region = element("div", "", id="live", class_="unseen", aria_live="polite")
    return picture + viewer + card + live_region


def _page(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What the script needs to know besides the runs: signs, words, and how states are numbered."""
    signs = {
        key(sign): {
            "glyph": sign.glyph,
            "word": sign.word,
            "role": key(role_of(sign)),
            "bar": is_bar(sign),
            "solid": is_solid(sign),
        }
        for sign in (*Kind, *State)
    }
    return {
        "signs": signs,
        "states": [key(state) for state in State],
        "unknown": int(State.UNKNOWN),
        "outcomes": [outcome.word for outcome in Outcome],
        "runs": list(runs),
    }


@cache
def _style() -> str:
    light, dark = (_variables(colours(palette(dark))) for dark in (False, True))
    signs = "".join(map(_sign, map(key, Role)))
    return "".join(
        [
            f":root{{{light}}}",
            f"@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}",
            f":root[data-theme=dark]{{{dark}}}",
            _file("page.css").replace("\n", ""),
            style_sheet(lambda name: f"var(--{name})"),
            signs,
        ]
    )


def _sign(role: str) -> str:
    """Of text: in a colour, on its shade, and on itself."""
    shade, solid = f"background:var(--{role}-shade)", f"background:var(--{role})"
    colour = f"color:var(--{role})"
    return f".t-{role}{{{colour}}}.b-{role}{{{shade}}}.n-{role}{{{colour};{solid}}}"


def _variables(named: dict[str, str]) -> str:
    return "".join(f"--{name}:{colour};" for name, colour in named.items())


@cache
def _script() -> str:
    return f"(() => {{\n'use strict';\n{''.join(map(_file, SCRIPTS))}}})();\n"


def _file(name: str) -> str:
    return resources.files("concviz.exporters.viewer").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
