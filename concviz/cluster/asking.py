"""What is there to be used of a cluster: asked of its scheduler, of which nothing is changed.

It takes the time that it takes to import Dask, so it is done in a process of its own.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any
from urllib.parse import urlsplit

from concviz.trace import scheduler_address

PATIENCE_S = 5.0
"""How long a scheduler may take to answer."""
MISSING = "a cluster needs Dask, which is not installed here: pip install 'concviz[dask]'"


class AskingError(Exception):
    """Why nothing is known of the cluster: a sentence without a full stop."""


def workers_of(address: str) -> int:
    """How many worker processes the cluster has. Raises AskingError."""
    wrong = scheduler_address.wrong_with(address)
    if wrong is not None:
        raise AskingError(wrong.removesuffix("."))
    try:
        from distributed.core import rpc
        from distributed.security import Security
    except ImportError:
        raise AskingError(MISSING) from None
    _must_listen(address)

    make: Any = rpc  # neither says its types
    security: Any = Security

    async def asked() -> Any:
        how = security().get_connection_args("client")
        scheduler = make(address, timeout=PATIENCE_S, connection_args=how)
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await scheduler.identity()
        finally:
            await scheduler.close_rpc()

    try:
        told = asyncio.run(asked())
    except Exception as error:  # whatever something else gives that listens there
        raise AskingError(_no_scheduler(address, error)) from None
    if not isinstance(told, dict) or told.get("type") != "Scheduler":
        raise AskingError(f"at {address} is no scheduler: a worker has an address of its own")
    workers = told.get("n_workers")
    if not isinstance(workers, int) or workers < 1:
        raise AskingError(
            f"the cluster at {address} has no workers: dask worker {address} starts one"
        )
    return workers


def _must_listen(address: str) -> None:
    """Whether anything does: Dask itself tries again and again, in case it is only starting."""
    parts = urlsplit(address)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 0), PATIENCE_S).close()
    except TimeoutError:
        why = f"none within {PATIENCE_S:g} s"
    except socket.gaierror:
        why = f"there is no host {parts.hostname}"
    except ConnectionRefusedError:
        why = "nothing listens there"
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
    else:
        return
    raise AskingError(f"no answer of a scheduler at {address}: {why}")


def _no_scheduler(address: str, error: Exception) -> str:
    if isinstance(error, TypeError) and address.startswith(("tls", "wss")):
        return f"for {address} Dask must be told of certificates: see distributed.comm.tls"
    if isinstance(error, OSError):
        return f"no answer of a scheduler at {address}: what listens there speaks otherwise"
    return f"at {address} is no scheduler that this Dask understands ({type(error).__name__})"
