"""A cast as one page with asciinema's player in it, which needs no network."""

from __future__ import annotations

import json
from html import escape
from importlib.resources import files

from concviz.trace.sanitize import sanitize

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; {allowed}">
<title>{title}</title>
<!--
asciinema-player, https://asciinema.org, (c) 2011 Marcin Kulik

{licence}
-->
<style>
{style}
</style>
<style>
html, body {{ height: 100%; margin: 0; background: #0f1115; }}
#cast {{ height: 100%; }}
</style>
</head>
<body>
<div id="cast"></div>
<noscript>JavaScript plays this terminal session.</noscript>
<script>
{script}
</script>
<script>
AsciinemaPlayer.create({{data: {cast}}}, document.getElementById("cast"), {options});
</script>
</body>
</html>
"""
_ALLOWED = (
    "script-src 'unsafe-inline' 'wasm-unsafe-eval'; style-src 'unsafe-inline'; "
    "img-src data:; font-src data:; connect-src data:; media-src data:"
)
_OPTIONS = {
    "autoPlay": True,
    "fit": "both",
    "controls": True,
    "terminalFontFamily": '"DejaVu Sans Mono", "Cascadia Mono", Menlo, Consolas, monospace',
}


def page(cast: str, title: str) -> str:
    """The page; a cast is what is in its file."""
    player = files("concviz.casts") / "player"
    return _PAGE.format(
        allowed=_ALLOWED,
        title=escape(sanitize(title)),
        licence=(player / "LICENSE").read_text(),
        style=(player / "asciinema-player.css").read_text(),
        script=(player / "asciinema-player.min.js").read_text(),
        cast=_literal(cast),
        options=_literal(_OPTIONS),
    )


def _literal(value: object) -> str:
    """As JavaScript; nothing in it ends the script that it stands in."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
