"""Parts of the stylesheet are parsed once, and anew where variables are others."""

from __future__ import annotations

from textual.color import Color

from concviz.tui.stylesheet import ParsedOnce

HERE = ("here", "")


def sheet(colour: str, css: str = "Label { color: $x; }") -> ParsedOnce:
    made = ParsedOnce(variables={"x": colour})
    made.add_source(css, HERE)
    return made


def test_what_was_parsed_with_the_same_variables_is_not_parsed_again() -> None:
    (one,), (other,) = sheet("red").rules, sheet("red").rules
    assert one is other
    assert one.styles.color == Color.parse("red")


def test_other_variables_and_other_parts_make_other_rules() -> None:
    made = sheet("red")
    assert made.rules[0].styles.color == Color.parse("red")
    made.set_variables({"x": "blue"})
    made.reparse()
    assert made.rules[0].styles.color == Color.parse("blue")
    assert sheet("red").rules[0].styles.color == Color.parse("red")
    assert sheet("red", "Label { color: green; }").rules[0].styles.color == Color.parse("green")
    made.add_source("Input { color: $x; }", ("there", ""))
    made.reparse()
    assert [rule.styles.color for rule in made.rules] == [Color.parse("blue")] * 2
