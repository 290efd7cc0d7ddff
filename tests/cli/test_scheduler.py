"""``--scheduler`` as a person types it; nothing is run."""

from __future__ import annotations

import pytest

from concviz.trace.scheduler_address import VARIABLE
from tests.cli.command_line import here

pytest.importorskip("distributed", reason="the extra concviz[dask] is not installed")


@pytest.mark.parametrize("command", ["run", "compare", "sweep"])
def test_an_address_that_is_none_is_refused_in_one_sentence_by_every_command(command: str) -> None:
    done = here(command, "--scheduler", "http://localhost:8787")
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("Error: http://localhost:8787 is where a browser looks")


def test_where_no_scheduler_answers_nothing_is_started() -> None:
    done = here("run", "--scheduler", "127.0.0.1:1")
    assert done.returncode == 2
    note, error = done.stderr.splitlines()
    assert note == "Note: it runs under dask: --scheduler names a cluster."
    assert error == "Error: no answer of a scheduler at tcp://127.0.0.1:1: nothing listens there."


def test_who_has_no_use_for_an_address_is_told() -> None:
    few = ("--tasks", "1", "--duration", "0", "--workload", "sleep")
    done = here("run", "--scheduler", "local", *few)
    assert "Note: --scheduler has no effect: the strategy thread-pool does not use it." in (
        done.stderr
    )


def test_whose_cluster_it_is_is_said_where_the_environment_names_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(VARIABLE, "127.0.0.1:1")
    for command in ("run", "compare"):
        done = here(command, "--strategy", "dask")
        assert done.returncode == 2
        note, *errors = done.stderr.splitlines()
        assert note == f"Note: the cluster is tcp://127.0.0.1:1, as {VARIABLE} says."
        assert any("nothing listens there" in error for error in errors)
