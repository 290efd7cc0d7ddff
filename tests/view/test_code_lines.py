"""What the Code pane leaves out of a source, and how it breaks lines."""

from __future__ import annotations

import ast
import inspect
import string
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.runner import catalogue
from concviz.strategies import STRATEGIES
from concviz.view import code_lines
from concviz.view.code_lines import brief, pieces
from concviz.workloads.registry import WORKLOADS

SOURCES = [
    source
    for entry in [
        *(catalogue.strategy(name) for name in STRATEGIES.references()),
        *(catalogue.workload(name) for name in WORKLOADS.references()),
    ]
    if entry.facts is not None
    for source in (entry.facts.source, entry.facts.coroutine)
    if source
]


def test_hints_and_docstrings_go_the_rest_stays() -> None:
    source = '''\
def pool(
    call: Callable[[int], object], items: Iterable[int], *rest: "a: b", workers: int = 3
) -> dict[str, int]:
    """Let a pool take them.

    All of them.
    """

    with Pool(workers) as executor:  # type: ignore[attr-defined]
        yield from executor.map(lambda x: x, items)  # in order
'''
    assert brief(source) == (
        "def pool(call, items, *rest, workers=3):\n"
        "    with Pool(workers) as executor:\n"
        "        yield from executor.map(lambda x: x, items)  # in order\n",
        ("type hints", "docstrings"),
    )


@pytest.mark.parametrize(
    "source",
    [
        "def f(:",
        "lambda x: x",
        "# the source is not available: no file",
        'def f():\n    """All that it has."""\n',
        "def f(a, b=lambda c: c):\n    return a[1:2]\n",
        "class A:\n    x: int\n",
        'x = "def f(a: int): pass"\n',
        "",
        "\x00",
        "(" * 5_000,
    ],
)
def test_where_there_is_nothing_to_hide_it_stays_as_it_is(source: str) -> None:
    assert brief(source) == (source, ())


def test_there_are_sources_to_try() -> None:
    assert len(SOURCES) > 20


@pytest.mark.parametrize("source", SOURCES)
def test_of_every_strategy_and_workload_all_fits_and_nothing_is_lost(source: str) -> None:
    found = brief(source)
    assert "type hints" in found.hidden
    assert '"""' not in found.text
    assert "->" not in found.text
    assert found.text.startswith(("def ", "async def "))
    assert len(found.text.splitlines()) < len(source.splitlines())
    names = {node.id for node in ast.walk(ast.parse(found.text)) if isinstance(node, ast.Name)}
    body = textwrap.dedent(source).split(":\n", 1)[1]
    assert names >= {"call"} if "call" in body else names


MODULES = [code_lines, textwrap, inspect, string]


@pytest.mark.parametrize("module", MODULES)
def test_any_function_keeps_its_meaning(module: object) -> None:
    for _, function in inspect.getmembers(module, inspect.isfunction):
        source = textwrap.dedent(inspect.getsource(function))
        found = brief(source)
        assert "-> " not in found.text.split("\n", 1)[0]
        before, after = ast.parse(source), ast.parse(found.text)
        assert [type(node) for node in _bodies(before)] == [type(node) for node in _bodies(after)]


def _bodies(tree: ast.AST) -> list[ast.AST]:
    """Statements but docstrings."""
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt)
        and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    ]


@given(st.text(st.sampled_from("def f(x:int)->a=,\n\t #\"'[]lambda"), max_size=40))
def test_no_text_breaks_it(source: str) -> None:
    found = brief(source)
    assert found.hidden or "".join(found.text.split()) == "".join(source.split())


@given(st.text(st.sampled_from("ab (,[{.=) "), max_size=90), st.integers(1, 40))
def test_pieces_fit_and_make_up_the_line(line: str, width: int) -> None:
    found = pieces(line, width)
    assert all(piece.indent + piece.end - piece.begin <= max(width, 1) for piece in found)
    said = "".join(line[piece.begin : piece.end] for piece in found)
    assert said.replace(" ", "") == line.replace(" ", "")
    assert [piece.begin for piece in found] == sorted(piece.begin for piece in found)


def test_a_long_line_is_broken_where_a_reader_would() -> None:
    line = "    threads = {item: Thread(target=call, args=(item,)) for item in items}"
    shown = [" " * p.indent + line[p.begin : p.end].rstrip() for p in pieces(line, 40)]
    assert shown == [
        "    threads = {item: Thread(target=call,",
        "        args=(item,)) for item in items}",
    ]


def test_a_name_with_dots_is_broken_before_one() -> None:
    line = "with concurrent.futures.Pool() as pool:"
    shown = [" " * p.indent + line[p.begin : p.end].rstrip() for p in pieces(line, 22)]
    assert shown == ["with", "    concurrent.futures", "    .Pool() as pool:"]
