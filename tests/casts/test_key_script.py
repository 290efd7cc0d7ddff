"""Scripts of keys: what is read of them, what is wrong with them, and when keys are typed."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.casts.key_script import KEYS, Press, ScriptError, Until, Wait, parse
from concviz.casts.typist import BETWEEN_S, NeverCameError, Typist

EXAMPLE = """\
# what everybody sees first
r
wait 2s

press 4 right Right ctrl+p   # to the second task
type 8
type "a b"
until "5 finished" 20s
until finished
wait 250ms
press "#" "'"
"""


def test_an_example() -> None:
    assert parse(EXAMPLE) == [
        Press(2, "r"),
        Wait(3, 2.0),
        *(Press(5, sent) for sent in ("4", "\x1b[C", "\x1b[C", "\x10")),
        Press(6, "8"),
        *(Press(7, sent) for sent in "a b"),
        Until(8, "5 finished", 20.0),
        Until(9, "finished", 30.0),
        Wait(10, 0.25),
        *(Press(11, sent) for sent in "#'"),
    ]


@pytest.mark.parametrize(
    ("script", "why"),
    [
        (
            "r\njump",
            'line 2: "jump" is no key and no command; commands are press, type, wait, until',
        ),
        ("press f99", "keys are characters and enter, tab, escape"),
        ("press", "line 1: press what"),
        ("type", "line 1: type what"),
        ("until", "line 1: until what"),
        ('until ""', "line 1: until what"),
        ("wait", "line 1: wait takes seconds, from 0 to 3600, as in: wait 2s"),
        ("wait soon", "takes seconds"),
        ("wait -1s", "takes seconds"),
        ("wait 3601", "takes seconds"),
        ("wait 1s 2s", "takes seconds"),
        ("until x 5m", "until takes seconds"),
        ('\n\ntype "', "line 3: no closing quotation; a quotation mark, \\\\ or # as a key"),
        ("\x1b", "is no key"),
    ],
)
def test_what_is_wrong_with_a_line(script: str, why: str) -> None:
    with pytest.raises(ScriptError, match=why):
        parse(script)


@given(st.text(max_size=60))
def test_whatever_is_in_it_it_is_a_script_or_a_line_is_wrong(script: str) -> None:
    with contextlib.suppress(ScriptError):
        assert all(1 <= step.line <= len(script.splitlines()) for step in parse(script))


@given(st.lists(st.sampled_from(sorted(KEYS)), min_size=1))
def test_keys_by_name(names: list[str]) -> None:
    pressed = parse(f"press {' '.join(names)}")
    assert pressed == [Press(1, KEYS[name]) for name in names]


def test_keys_are_typed_in_their_time() -> None:
    typist = Typist(parse('press a b\nwait 2s\nc\nuntil "done" 5s\nd'))
    screen = "not yet"

    def typed(now_s: float) -> str:
        return typist.keys(now_s, lambda text: text in screen)

    assert typist.wait_s(10.0) == 0.0
    assert typed(10.0) == "a"
    assert typist.wait_s(10.0) == pytest.approx(BETWEEN_S)
    assert typed(10.1) == ""
    assert typed(10.2) == "b"
    assert typist.wait_s(10.2) == pytest.approx(2.0)
    assert typed(12.1) == ""
    assert typed(12.3) == "c"
    assert typist.wait_s(12.3) == pytest.approx(5.0)
    assert typed(17.0) == ""
    screen = "it is done"
    assert not typist.finished
    assert typed(17.1) == "d"
    assert typist.finished
    assert typist.wait_s(17.1) is None


def test_what_never_comes_is_not_waited_for_any_longer() -> None:
    typist = Typist(parse('a\n\nuntil "done" 5s'))
    assert typist.keys(0.0, lambda _: False) == "a"
    with pytest.raises(NeverCameError, match='line 3: "done" was not on the screen within 5 s'):
        typist.keys(5.0, lambda _: False)
