"""Why a cluster cannot be joined is said in a sentence, and nobody waits long for it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from concviz.cluster.presence import refusal

pytest.importorskip("distributed", reason="needs the extra: pip install 'concviz[dask]'")

from concviz.cluster import connecting
from concviz.cluster.trouble import UnreachableError


def why(address: str) -> str:
    with pytest.raises(UnreachableError) as error:
        asyncio.run(connecting.connect(address, 0.4))
    return str(error.value)


@contextmanager
def listening() -> Iterator[str]:
    """One who listens, and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def test_who_is_not_there_or_is_somebody_else_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connecting, "SOON_S", 0.1)
    with listening() as place:
        said = why(f"tcp://{place}")
        assert place in said
        assert "as a Dask scheduler" in said
    said = why(f"tcp://{place}")
    assert said == f"nobody listens at {place}: is the scheduler running, and is that its port?"
    assert why("tcp://no-such-host.invalid:8786").startswith(
        "there is no host no-such-host.invalid"
    )
    assert "set distributed.comm.tls in Dask's configuration" in why(f"tls://{place}")


OLDER = ModuleNotFoundError("No module named 'concviz.cluster'", name="concviz.cluster")
MISSING = ModuleNotFoundError("No module named 'concviz'", name="concviz")
WORKER = "tcp://10.0.0.7:4711"


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"scheduler": MISSING}, "not installed where the scheduler runs: install it there, too"),
        ({"scheduler": "1.2", WORKER: MISSING}, "not installed on 10.0.0.7, where a worker runs"),
        ({"scheduler": "1.2", WORKER: OLDER}, "an older concviz on 10.0.0.7"),
        ({"scheduler": "1.1"}, "there is concviz 1.1 where the scheduler runs, and 1.2 here"),
        ({WORKER: OSError("disk\nfull")}, "cannot be loaded on 10.0.0.7, where a worker runs"),
    ],
)
def test_concviz_has_to_be_everywhere_and_the_same(found: dict[str, object], words: str) -> None:
    said = refusal("1.2", found)
    assert said is not None
    assert words in said
    assert "\n" not in said
    assert said.endswith(".")


def test_nothing_is_wrong_where_all_have_it() -> None:
    assert refusal("1.2", {"scheduler": "1.2", WORKER: "1.2"}) is None
