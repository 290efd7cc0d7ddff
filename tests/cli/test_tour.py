"""``concviz tour`` says what is wrong before it shows anything."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from concviz.cli.command_line import group
from concviz.tour.scenes import SCENES


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--scene", "13"), "there is no scene '13': choose 1 program, 2 loop"),
        (("--scene", "thred-pool"), "12 choice. Did you mean thread-pool?"),
        (("--scene", "\x1b[2J" * 99), "there is no scene '\\x1b[2J"),
        (("--pace", "slow"), "--pace is that of --autoplay: give both."),
        (("--autoplay", "--pace", "quick"), "'slow', 'normal', 'fast'"),
        (("--autoplay", "extra"), "unexpected extra argument"),
        ((), "the tour needs a terminal for its input and output."),
        (("--scene", SCENES[-1].name, "--autoplay"), "the tour needs a terminal"),
    ],
)
def test_wrong_usage(arguments: tuple[str, ...], said: str) -> None:
    done = CliRunner().invoke(group, ["tour", *arguments])
    assert done.exit_code == 2
    assert said in done.output


def test_help_says_how_it_goes() -> None:
    said = CliRunner().invoke(group, ["tour", "--help"]).output
    for words in ("--scene N", "--autoplay", "--pace [slow|normal|fast]", "Exit status"):
        assert words in said
    assert "tour" in CliRunner().invoke(group, ["--help"]).output
