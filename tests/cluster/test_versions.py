"""Processes of a cluster that have not what we have."""

from __future__ import annotations

from concviz.cluster.versions import differing, versions

OURS = {"Python": "3.11", "Dask's distributed": "2026.8.0"}


def test_the_same_everywhere_is_not_worth_a_word() -> None:
    assert differing(OURS, {"scheduler": OURS, "tcp://10.0.0.7:1": OURS}) is None
    assert differing(OURS, {"tcp://10.0.0.7:1": OSError("gone")}) is None
    assert differing(versions(), {"scheduler": versions()}) is None


def test_what_differs_is_a_sentence_of_the_first_place_where_it_does() -> None:
    older = OURS | {"Python": "3.10\n[red]"}
    said = differing(OURS, {"scheduler": OURS, "tcp://h:1": older, "tcp://i:1": older})
    assert said is not None
    assert said.startswith("There is Python 3.10")
    assert "in a worker on h and 3.11 here: what fails" in said
    assert "\n" not in said
    both = differing(OURS, {"scheduler": {"Python": "3.14"}})
    assert both is not None
    assert "Dask's distributed None in the scheduler" in both
