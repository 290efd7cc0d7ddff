"""The page of a cast: the cast as it is, a player, its licence, and nothing from elsewhere."""

from __future__ import annotations

import json
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from concviz.casts.html import page

BEGIN = "AsciinemaPlayer.create({data: "


@settings(max_examples=20)
@given(st.text(st.characters(exclude_categories=["Cs"])), st.text("<>&\"'a\x1b\udcff"))
def test_the_cast_and_the_title_are_data(cast: str, title: str) -> None:
    text = page(f"{cast}</script><!--", title)
    found = json.JSONDecoder().raw_decode(text[text.index(BEGIN) + len(BEGIN) :])[0]
    assert found == f"{cast}</script><!--"
    assert text.count("<script>") == text.count("</script>") == 2
    assert text.count("<!--") == text.count("-->") == 1
    shown = text[text.index("<title>") + 7 : text.index("</title>")]
    assert not {"<", "\x1b", "\udcff"} & set(shown)


def test_it_needs_no_network_and_says_whose_the_player_is() -> None:
    text = page("", "demo")
    assert not re.search(r"""(src|href)\s*=\s*["']?(http|//)|url\(\s*["']?http|@import""", text)
    assert "default-src 'none'" in text
    assert "Apache License" in text
    assert "Marcin Kulik" in text
    assert len(text) < 300_000
