"""Keys of a cluster's tasks as people read them."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.cluster.task_names import LONGEST, Clients, task_name

HASH = "3640732e130340f8a6a04ba725826a20"


@pytest.mark.parametrize(
    ("key", "prefix", "name"),
    [
        (f"inc-{HASH}", "inc", "inc"),
        ("inc-3640732e-1303-40f8-a6a0-4ba725826a20", "inc", "inc"),
        ("inc-3640732e-1303-40f8-a6a0-4ba725826a20-17", "inc", "inc (17)"),
        ((f"sum-{HASH}", 0, 12), "sum", "sum (0, 12)"),
        ("load-2024", "load", "load-2024"),
        ("report", "report", "report"),
        (b"odd", "odd", "odd"),
        (("x",), "x", "x ()"),
    ],
)
def test_a_name_says_what_tells_a_task_from_others(key: object, prefix: str, name: str) -> None:
    assert task_name(key, prefix) == name


@given(st.text(max_size=200) | st.tuples(st.text(), st.integers()), st.text(max_size=80))
def test_any_key_has_a_name_that_is_short_and_can_be_sent(key: object, prefix: str) -> None:
    found = task_name(key, prefix)
    found.encode()
    assert len(found) <= LONGEST + 30


def test_clients_have_the_names_they_were_given_or_numbers() -> None:
    clients = Clients()
    first, second = f"Client-{uuid4()}", f"Client-worker-{uuid4()}"
    assert clients.name(first) == "client 1"
    assert clients.name(second) == "client 2"
    assert clients.name(first) == "client 1"
    assert clients.name(f"Client-etl-{uuid4()}") == "etl"
    assert clients.name(f"Client-etl-{uuid4()}") == "etl client 4"
    assert clients.name("\ud800 no id") == "client 5"
