"""A client of a cluster whose scheduler answers, or in a sentence why there is none."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import warnings
from collections.abc import Coroutine
from typing import Any, TypeVar
from urllib.parse import urlsplit

import dask
import distributed

from concviz.cluster.presence import presence, refusal
from concviz.cluster.trouble import UnreachableError
from concviz.trace.scheduler_address import wrong_with
from concviz.version import __version__

T = TypeVar("T")

ANSWER_S = 10.0
"""Longer than that no scheduler takes that anybody can use."""
SOON_S = 1.0
"""Who has answered by then need not be asked whether anybody is there."""
NAME = "concviz"
"""Of the client, as others see it."""


async def connect(address: str, answer_s: float = ANSWER_S) -> distributed.Client:
    """In this event loop. Raises UnreachableError."""
    client = await reached(address, _client(address, answer_s), answer_s)
    try:
        await check(client)
    except BaseException:
        await client.close()
        raise
    return client


async def reached(address: str, connecting: Coroutine[Any, Any, T], answer_s: float) -> T:
    """What comes of connecting to a scheduler. Raises UnreachableError."""
    if (wrong := wrong_with(address)) is not None:
        connecting.close()
        raise UnreachableError(wrong)
    place = urlsplit(address)
    where = f"{place.hostname}:{place.port}"
    if place.scheme == "tls" and not dask.config.get("distributed.comm.tls.ca-file"):
        connecting.close()
        raise UnreachableError(
            f"{address} needs the keys of its cluster: set distributed.comm.tls in Dask's "
            "configuration (ca-file, client.cert and client.key), as its own clients have it."
        )
    under_way = asyncio.ensure_future(connecting)
    try:
        await asyncio.wait([under_way], timeout=SOON_S)
        if not under_way.done():  # Dask's own client asks again and again where nobody listens
            await _knock(str(place.hostname), int(place.port or 0), where, answer_s)
        return await asyncio.wait_for(under_way, answer_s + SOON_S)
    except UnreachableError:
        under_way.cancel()
        await asyncio.wait([under_way], timeout=answer_s)
        raise
    except TimeoutError:
        raise UnreachableError(
            f"something listens at {where}, but has not answered within {answer_s:g} s as a Dask "
            "scheduler does."
        ) from None
    except ImportError as error:
        raise UnreachableError(f"the scheduler at {where} refuses: {_line(error)}.") from None
    except Exception:
        raise UnreachableError(
            f"something listens at {where}, but does not answer as a Dask scheduler does: is that "
            "its port, and not a worker's or the dashboard's?"
        ) from None


async def _client(address: str, answer_s: float) -> distributed.Client:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of versions that differ: what matters is asked later
        client = distributed.Client(
            address, asynchronous=True, timeout=answer_s, set_as_default=False, name=NAME
        )
        try:
            await client
        except BaseException:
            with contextlib.suppress(Exception):
                await client.close()
            raise
    return client


async def _knock(host: str, port: int, where: str, answer_s: float) -> None:
    """Whether anybody listens there."""
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(host, port), answer_s)
    except TimeoutError:
        raise UnreachableError(
            f"nobody has answered at {where} within {answer_s:g} s: is the host up, and the port "
            "open from here?"
        ) from None
    except socket.gaierror:
        raise UnreachableError(f"there is no host {host}, as far as this machine knows.") from None
    except OSError as error:
        reason = "" if isinstance(error, ConnectionRefusedError) else f" ({error.strerror})"
        raise UnreachableError(
            f"nobody listens at {where}{reason}: is the scheduler running, and is that its port?"
        ) from None
    writer.close()


async def check(client: distributed.Client) -> None:
    """Whether concviz is where it has to be. Raises UnreachableError."""
    found: dict[str, Any] = {}
    try:
        found["scheduler"] = await client.run_on_scheduler(presence)
        found |= await client.run(presence, on_error="return")
    except Exception as error:
        found["scheduler"] = error
    if (sentence := refusal(__version__, found)) is not None:
        raise UnreachableError(sentence)


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200].rstrip(".")
