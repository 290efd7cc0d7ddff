"""Names for tasks, made without calling what the program has defined."""

from __future__ import annotations

import functools
import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concviz.hooks.labels import LONGEST, error_of, label_of, name_of_function, value_of
from concviz.hooks.tell import quoted


def refuse(*_: object, **__: object) -> Any:
    raise AssertionError("the program's code was called")


class Jobs:
    def fetch(self) -> None: ...


def fetch(*_: object, **__: object) -> None: ...


@pytest.mark.parametrize(
    ("function", "args", "kwargs", "label"),
    [
        (fetch, (), {}, "fetch()"),
        (fetch, (3, "a"), {}, "fetch(3, 'a')"),
        (fetch, (1.5, None, True), {}, "fetch(1.5, None, True)"),
        (fetch, ((1, 2), [3], (4,)), {}, "fetch((1, 2), [3], (4,))"),
        (fetch, (1,), {"wait": False}, "fetch(1, wait=False)"),
        (fetch, (1, 2, 3, 4), {}, "fetch(1, 2, 3, …)"),
        (fetch, (list(range(9)),), {}, "fetch([0, 1, 2, …])"),
        (fetch, (10**30, b"x"), {}, "fetch(int, b'x')"),
        (fetch, ({"a": 1}, [fetch]), {}, "fetch(dict, list)"),
        (Jobs().fetch, (), {}, "Jobs.fetch()"),
        (Jobs, (), {}, "Jobs()"),
        (functools.partial(fetch, 1), (2,), {}, "fetch(2)"),
        (len, ("abc",), {}, "len('abc')"),
        (fetch, iter((1, 2)), None, "fetch()"),
    ],
)
def test_a_call_in_a_few_words(function: object, args: Any, kwargs: Any, label: str) -> None:
    assert label_of(function, args, kwargs) == label


def test_nothing_of_the_program_is_called() -> None:
    class Meta(type):
        __getattribute__ = __repr__ = __hash__ = __eq__ = refuse

    class Hostile(metaclass=Meta):
        __repr__ = __str__ = __getattribute__ = __len__ = __bool__ = __call__ = refuse
        __hash__ = __eq__ = refuse

    class HostileError(Exception):
        __str__ = __repr__ = __getattribute__ = refuse

    class Text(str):
        __slots__ = ()
        __str__ = __repr__ = __len__ = __getitem__ = refuse

    assert label_of(fetch, (Hostile(), Hostile, Text("x"))) == "fetch(Hostile, Meta, Text)"
    assert label_of(fetch, ([1, Hostile()], (Hostile,))) == "fetch(list, tuple)"
    assert label_of(fetch, (), {Text("key"): 1}) == "fetch(?=1)"
    assert label_of(Hostile()) == "Hostile()"
    assert label_of(Hostile) == "Hostile()"
    assert error_of(HostileError("why")) == "HostileError: why"
    assert error_of(ValueError(Hostile(), Text("x"))) == "ValueError: Hostile, Text"


def test_a_function_inside_another_has_its_own_name() -> None:
    def inner() -> None: ...

    assert name_of_function(inner) == "inner"


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple),
    max_leaves=5,
)


@settings(max_examples=30)
@given(st.lists(values).map(tuple), st.dictionaries(st.text(), values))
def test_labels_are_short_and_can_be_told(
    args: tuple[object, ...], kwargs: dict[str, object]
) -> None:
    label = label_of(fetch, args, kwargs)
    assert len(label) <= LONGEST
    assert json.loads(quoted(label)) == label.encode("utf-8", "backslashreplace").decode()
    assert quoted(label).isascii()
    assert "\n" not in label


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_can_be_quoted(text: str) -> None:
    json.loads(quoted(text)).encode()


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ValueError(), "ValueError"),
        (ValueError("no such value"), "ValueError: no such value"),
        (ValueError("two\nlines"), "ValueError: two"),
        (KeyError("key"), "KeyError: 'key'"),
        (OSError(2, "No such file"), "FileNotFoundError: 2, 'No such file'"),
        (ValueError("x" * 9999), "ValueError: " + "x" * 179 + "…"),
    ],
)
def test_an_error_in_one_line(error: BaseException, text: str) -> None:
    assert error_of(error) == text


def test_what_is_large_is_not_copied() -> None:
    large = [0] * 1_000_000
    tracemalloc.start()
    label = label_of(fetch, (large, "x" * 1_000_000), {"values": tuple(large)})
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert label == "fetch([0, 0, 0, …], 'xxxxxxxxxxxxxxxxxxxx'…, values=(0, 0, …"
    assert most < 10_000_000, "the tuple is 8 MB"


def test_a_long_text_is_cut() -> None:
    assert value_of("a" * 99) == "'aaaaaaaaaaaaaaaaaaaa'…"
