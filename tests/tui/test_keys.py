"""Keys are written once: what help, README, the key bar and the palette say of them agrees."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widget import Widget

from concviz.tui import bindings, keys
from concviz.tui.app import ConcvizApp
from concviz.tui.screens.lab import LabScreen
from concviz.tui.screens.tour import TourScreen
from concviz.tui.widgets.fields import ChoiceField, NumberInput
from concviz.tui.widgets.timeline import Timeline
from tests import builders
from tests.tui.driving import opened

README = Path(__file__).parents[2] / "README.md"
OURS = (LabScreen, Timeline, NumberInput, ChoiceField, ConcvizApp, TourScreen)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("question_mark", "?"),
        ("r", "r"),
        ("f1", "F1"),
        ("ctrl+p", "Ctrl+P"),
        ("shift+left", "Shift+←"),
        ("pageup", "PgUp"),
        ("space", "Space"),
        ("left_curly_bracket", "{"),
    ],
)
def test_a_key_has_the_name_that_stands_on_it(key: str, said: str) -> None:
    assert bindings.name(key) == said


def test_bindings_with_the_same_words_share_a_line() -> None:
    shared: list[BindingType] = [
        Binding("plus,equals_sign", "zoom(1)", "In", tooltip="Zoom"),
        Binding("r", "run", "Run"),
        Binding("minus", "zoom(-1)", "Out", tooltip="Zoom"),
        *(Binding(str(n), f"go({n})", "Go", tooltip="Go somewhere") for n in range(1, 5)),
    ]
    assert keys.rows(shared) == (
        ("+ -", "Zoom"),
        ("r", "Run"),
        ("1 … 4", "Go somewhere"),
    )
    assert "| `1` … `4` | Go somewhere |" in keys.table(shared)


def test_readme_has_the_tables_of_the_bindings() -> None:
    assert keys.readme() in README.read_text(), "python -m concviz.tui.keys prints them"


@pytest.mark.parametrize("of", OURS)
def test_every_key_is_in_the_tables_and_says_what_it_does(
    of: type[Screen[None] | Widget | ConcvizApp],
) -> None:
    said = keys.readme()
    for binding in bindings.each(of.BINDINGS):
        assert binding.tooltip, binding
        assert f"`{bindings.name(binding.key)}`" in said or "1" < binding.key < "8"
        assert f"| {bindings.words(binding)} |" in said


async def test_every_action_is_in_the_palette() -> None:
    async with opened() as lab:
        await lab.show(builders.pool_of_threads())
        await lab.press("(")  # into the past, so that there is a way out of it
        commands = list(lab.app.get_system_commands(lab.app.screen))
        said = " ".join(command.help for command in commands)
        titles = [command.title for command in commands]
        assert len(set(titles)) == len(titles), "each is told from the others by its name"
        await lab.show(builders.five_scenes().run(builders.FIVE_SCENES_MS))  # which has helpers
        more = lab.app.get_system_commands(lab.app.screen)
        said = " ".join([said, *(command.help for command in more)])
        actions: set[str] = set()
        for of in (LabScreen, Timeline):
            for binding in bindings.each(of.BINDINGS):
                if binding.key in bindings.NAVIGATION or binding.action in actions:
                    continue
                actions.add(binding.action)
                if binding.action == "app.quit":
                    assert "Quit" in titles
                    continue
                assert f"({bindings.name(binding.key)})" in said, binding
        assert "Theme" in titles
