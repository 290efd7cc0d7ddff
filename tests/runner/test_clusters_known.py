"""What is asked of a cluster before it is used, and what is said where none answers."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from concviz.cluster import asking
from concviz.runner import clusters_known, inspection
from concviz.runner.facts import Facts
from concviz.trace.plan import Plan


@pytest.fixture
def closed() -> Iterator[str]:
    """An address at which nothing listens: the port is taken, and nobody hears there."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"tcp://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture
def stranger() -> Iterator[str]:
    """One at which something else listens, which hangs up on everybody after a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            while True:
                try:
                    there, _ = server.accept()
                except OSError:
                    return
                there.sendall(b"SSH-2.0-nothing of the kind\r\n")
                there.close()

        thread = threading.Thread(target=answer)
        thread.start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.fixture(autouse=True)
def nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters_known, "_known", {})
    monkeypatch.setattr(asking, "PATIENCE_S", 1.0)


def test_where_nothing_listens_that_is_said(closed: str) -> None:
    pytest.importorskip("distributed", reason="the extra concviz[dask] is not installed")
    there, (problem,) = clusters_known.workers(closed)
    assert there is None
    assert problem.field == "scheduler"
    assert problem.sentence == f"no answer of a scheduler at {closed}: nothing listens there."


def test_what_is_no_scheduler_is_not_taken_for_one(stranger: str) -> None:
    pytest.importorskip("distributed", reason="the extra concviz[dask] is not installed")
    with pytest.raises(asking.AskingError, match=r"no (answer of a )?scheduler"):
        asking.workers_of(stranger)


def test_an_answer_is_remembered_for_a_while_and_trouble_until_it_is_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = [Facts(cluster=3), Facts(cluster=0, reason="it sleeps"), Facts(reason="was killed")]
    now = [0.0]
    monkeypatch.setattr(clusters_known, "monotonic", lambda: 100.0 + now[0])
    monkeypatch.setattr(clusters_known, "inspect", lambda _, __: answers.pop(0))
    assert clusters_known.workers("tcp://a:1", ask=False) == (None, [])
    assert clusters_known.workers("tcp://a:1") == clusters_known.workers("tcp://a:1") == (3, [])
    assert clusters_known.workers("tcp://a:1", ask=False) == (3, [])
    now[0] += clusters_known.FRESH_S
    assert [p.sentence for p in clusters_known.workers("tcp://a:1")[1]] == ["it sleeps."]
    assert answers
    clusters_known.forget_troubles()
    _, (problem,) = clusters_known.workers("tcp://a:1")
    assert problem.sentence == "tcp://a:1 could not be asked: was killed."


def test_who_leaves_is_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters_known, "inspect", lambda _, __: None)
    assert clusters_known.workers("tcp://a:1") == (None, [])


def test_only_an_address_that_makes_sense_is_asked() -> None:
    assert clusters_known.can_be_asked(Plan(scheduler="tcp://a:1"))
    assert not clusters_known.can_be_asked(Plan(scheduler="a"))
    assert not clusters_known.can_be_asked(Plan())


def test_without_dask_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "distributed.core", None)
    with pytest.raises(asking.AskingError, match=r"pip install 'concviz\[dask\]'"):
        asking.workers_of("tcp://127.0.0.1:1")
    assert not inspection.under_way()
