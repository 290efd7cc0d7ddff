"""The worker processes of a Dask cluster, on this machine or on others."""

from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec

from concviz.strategies import Strategy


def dask(
    call: Callable[[int], object], items: Iterable[int], workers: int, scheduler: str
) -> Iterator[int]:
    """Let the workers of a cluster take the tasks; results come in the order of the items."""
    from distributed import Client

    if scheduler:
        client = Client(scheduler)
    else:
        free = "127.0.0.1:0"  # any port: another cluster may have the usual one
        client = Client(n_workers=workers, threads_per_worker=1, dashboard_address=free)
    with client:
        there = list(client.scheduler_info(n_workers=-1)["workers"])
        some = there[:workers] if workers < len(there) else None
        with client.get_executor(workers=some, pure=False) as executor:
            for item, _ in zip(items, executor.map(call, items), strict=True):
                yield item


def unavailable() -> str | None:
    """Dask is an extra: a large package, which nobody else needs."""
    if find_spec("distributed") is not None:
        return None
    return "it needs Dask: install it with pip install 'concviz[dask]'"


STRATEGY = Strategy(
    summary="Dask: worker processes of a cluster share the tasks.",
    kind="cluster",
    run=dask,
    unavailable=unavailable,
)
