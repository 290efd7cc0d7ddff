"""What a function is called with, from what was written on a command line."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.experiments.called import specs_of
from concviz.runner.inputs import LONGEST, InputsError, first, loaded, trouble, written
from tests.functions import folder_of_functions

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.lists(JSON, max_size=5))
def test_values_from_python_come_back_as_they_were(values: list[object]) -> None:
    specs, problems = specs_of(values)
    assert problems == []
    back = first(specs)
    assert back == values
    assert list(map(repr, back)) == list(map(repr, values)), "1 and 1.0 and True are told apart"


@given(st.integers(-50, 50), st.integers(-50, 50), st.integers(-5, 5).filter(bool))
def test_ranges_are_those_of_python(begin: int, end: int, step: int) -> None:
    assert first([f"range:{end}"]) == list(range(end))
    assert first([f"range:{begin},{end}"]) == list(range(begin, end))
    wanted = range(begin, end, step)
    assert first([f"range:{begin},{end},{step}"]) == list(wanted)
    if wanted:
        assert first(specs_of(wanted)[0]) == list(wanted)


@given(st.text())
def test_any_text_is_a_value_or_refused(text: str) -> None:
    with suppress(InputsError):
        assert len(first([text], most=3)) <= 3


@pytest.mark.parametrize(
    ("spec", "value"),
    [
        ("3", 3),
        ("3.5", 3.5),
        ("-2", -2),
        ("1e3", 1000.0),
        ("true", True),
        ("null", None),
        ("abc", "abc"),
        ('"3"', "3"),
        ("[1, 2]", [1, 2]),
        ("NaN", "NaN"),
        ("3 apples", "3 apples"),
        ("http://localhost:8080/a", "http://localhost:8080/a"),
        ("localhost:8080", "localhost:8080"),
        ("C:\\temp", "C:\\temp"),
        ('"jobs:ITEMS"', "jobs:ITEMS"),
        ("", ""),
    ],
)
def test_a_value_is_what_json_makes_of_it_or_else_the_text(spec: str, value: object) -> None:
    (found,) = first([spec])
    assert found == value
    assert type(found) is type(value)


def test_where_values_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder_of_functions(tmp_path, monkeypatch)
    assert first(["json:numbers.json"]) == [1, 2, "ab"]
    assert first(["lines:lines.txt"]) == ["one", "two", "", "three"]
    assert first(["jobs:ITEMS"]) == first(["jobs.py:items"]) == [1, 2, 3]
    assert first(["jobs:ITEMS", "range:2", "x"]) == [1, 2, 3, 0, 1, "x"]
    assert first(["range:1000000000"], most=2) == [0, 1], "no more than are asked for are made"
    assert loaded(["range:10"], 3) == [0, 1, 2]
    with pytest.raises(InputsError, match="only 2 inputs, and 3 were asked for"):
        loaded(["range:2"], 3)


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("range:x", "write it as range:20, range:5,25 or range:0,100,5"),
        ("range:1,2,0", "write it as range:20"),
        ("json:nowhere.json", r"the file cannot be read \(No such file or directory\)"),
        ("json:lines.txt", r"that is no JSON \(JSONDecodeError: Expecting value"),
        ("json:object.json", "there must be a list in it, not an object"),
        ("lines:.", "the file cannot be read"),
        ("lines:bytes", "the file is no text in UTF-8"),
        ("jobs:NOTHING", "module 'jobs' has no attribute 'NOTHING'"),
        ("jobs:breaks", "KeyError: 'no more'"),
        ("jobs:doubled", "doubled\\(\\) missing 1 required positional argument"),
        ("jobs:math", "'module' object is not iterable"),
        ("nothing:there", "No module named 'nothing'; if it is a text, write '\"nothing:there\"'"),
    ],
)
def test_what_is_wrong_is_a_sentence(
    spec: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder_of_functions(tmp_path, monkeypatch)
    (tmp_path / "object.json").write_text("{}")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    (tmp_path / "jobs.py").write_text(f"import math\n{(tmp_path / 'jobs.py').read_text()}")
    with pytest.raises(InputsError, match=f"^inputs is {spec.replace('.', '[.]')}: .*{says}"):
        first([spec])


def test_there_must_be_some_and_not_too_many() -> None:
    assert "range:20" in (trouble([]) or "")
    assert "lines:FILE" in (trouble(["x" * LONGEST, "y"]) or "")
    assert trouble(["range:20"]) is None
    assert "lines:FILE" in specs_of("x" * 20 for _ in range(LONGEST))[1][0].sentence


@pytest.mark.parametrize("value", [(1, 2), b"x", {1: 2}, {1}, float("nan"), object(), [(1,)]])
def test_what_json_would_change_is_not_written(value: object) -> None:
    with pytest.raises(TypeError):
        written(value)
    ((), (problem,)) = specs_of([1, value])
    assert problem.sentence.startswith(f"input 1 is of type {type(value).__name__}, ")
    assert json.dumps(None) == written(None)
