"""The published schemas: valid, complete, and true of what is printed."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import given
from jsonschema import Draft202012Validator, ValidationError

from concviz.cli.command_line import group
from concviz.exporters.exporter import KINDS
from concviz.exporters.reports.of_run import run_report
from concviz.exporters.schema import REPORTS, published
from concviz.model.run import Run
from concviz.trace.states import State
from tests import builders
from tests.builders import History, histories
from tests.exporters.objects import read, text_of, to_object
from tests.exporters.test_tables import comparison, sweep


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_a_schema_and_says_which_one(kind: str) -> None:
    schema = published(kind)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"urn:concviz:{kind}:2"
    assert schema["title"] == f"concviz {kind} --json, schema 2"
    assert REPORTS.keys() == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_is_described_in_the_words_of_json(kind: str) -> None:
    for name, part in published(kind)["$defs"].items():
        assert part["description"], name
        for key, field in part.get("properties", {}).items():
            words = field["description"]
            assert words.endswith((".", ".)")), f"{name}.{key}: {words}"
            assert "None" not in words
            assert "``" not in words


@pytest.mark.parametrize("kind", KINDS)
def test_keys_say_their_units(kind: str) -> None:
    """Nobody has to look up what a number is: seconds and bytes are so by their names."""
    for part in published(kind)["$defs"].values():
        for key in part.get("properties", {}):
            assert not key.endswith(("_ns", "_ms", "_us", "_kb", "_mb"))


@pytest.mark.parametrize("kind", KINDS)
def test_the_command_prints_it(kind: str) -> None:
    done = CliRunner().invoke(group, ["schema", kind])
    assert done.exit_code == 0
    assert json.loads(done.output) == published(kind)


@given(histories())
def test_any_run_is_valid(history: History) -> None:
    found = to_object(history.run)
    assert found["schema"] == 2
    assert list(found) == list(run_report(history.run).__struct_fields__)


def test_what_was_printed_can_be_read_back() -> None:
    for kind, found in ("run", builders.observed()), ("compare", comparison()), ("sweep", sweep()):
        line = text_of("json", found)
        back = msgspec.json.decode(line, type=REPORTS[kind])
        assert json.loads(msgspec.json.encode(back)) == json.loads(line)


def wrong(found: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        read("run", json.dumps(found))


def test_it_refuses_what_is_wrong() -> None:
    wrong(to_object(builders.pool()) | {"schema": 1})
    wrong(to_object(builders.pool()) | {"new": 1})
    wrong({key: value for key, value in to_object(builders.pool()).items() if key != "states"})
    wrong(to_object(builders.pool()) | {"exit_status": "0"})
    found = to_object(builders.pool())
    found["tasks"][0]["outcome"] = "vanished"
    wrong(found)


def test_readers_may_meet_keys_that_they_do_not_know() -> None:
    later = to_object(builders.pool()) | {"new": 1}
    Draft202012Validator(published("run")).validate(later)


def test_all_states_and_outcomes_are_keys() -> None:
    properties = published("run")["$defs"]["RunReport"]["properties"]
    assert list(properties["states"]["properties"]) == [state.key for state in State]
    assert list(properties["counts"]["properties"]) == list(to_object(builders.pool())["counts"])


def test_a_run_that_nothing_is_known_of_is_valid() -> None:
    assert to_object(Run(builders.pool().plan))["summary"]["makespan_s"] is None
