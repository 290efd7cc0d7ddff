"""A cluster of separate commands, as somebody would start it by hand: one for all tests here.

It is ended after them: at rest its processes take an eighth of a core from other tests.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cluster.by_hand import ByHand, by_hand


@pytest.fixture(scope="package")
def cluster() -> Iterator[ByHand]:
    """A scheduler and two worker processes of one thread each, with nannies."""
    pytest.importorskip("distributed", reason="Dask is not installed: pip install 'concviz[dask]'")
    with by_hand() as cluster:
        yield cluster
