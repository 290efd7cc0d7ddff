"""Network I/O: real requests over loopback to a real server, which runs in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from concviz.workloads import Arguments, Preparation, Workload

if TYPE_CHECKING:
    from subprocess import Popen

START_WITHIN_S = 10.0


def http(i: int, url: str) -> str:
    """Get a page over a connection of its own, never by way of a proxy."""
    from http.client import HTTPConnection
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc)
    connection.request("GET", parts.path, headers={"Connection": "close"})
    with connection.getresponse() as response:
        body = response.read()
    return f"{response.status} {response.reason}, {len(body)} bytes"


async def http_async(i: int, url: str) -> str:
    """Get a page without blocking the event loop."""
    import asyncio
    from contextlib import closing
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    request = f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n"
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    with closing(writer):
        writer.write(request.encode())
        response = await reader.read()
    head, _, body = response.partition(b"\r\n\r\n")
    _, status, reason = head.splitlines()[0].decode().split(" ", 2)
    return f"{status} {reason}, {len(body)} bytes"


@contextmanager
def prepare(preparation: Preparation) -> Iterator[Arguments]:
    """A server that takes the asked duration to answer."""
    preparation.say("Starting the HTTP server")
    with serving(preparation.duration_s) as url:
        yield (url,)


@contextmanager
def serving(seconds: float) -> Iterator[str]:
    """Run a server that takes so long to answer; the address of its page."""
    import http.client  # noqa: F401  here, so that threads need not import it in their first task
    import subprocess
    import sys
    from pathlib import Path

    from concviz.workloads.limits import many_open_files

    command = [sys.executable, "-I", str(Path(__file__).with_name("http_server.py"))]
    with (
        many_open_files(),
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server,
    ):
        try:
            yield f"http://127.0.0.1:{port_of(server)}/delay/{seconds}"
        finally:
            server.kill()  # it has nothing to save; leaving the block waits for its end


def port_of(server: Popen[bytes]) -> int:
    """The port that the server prints when it listens. Raises RuntimeError if it does not."""
    from select import select

    assert server.stdout is not None
    ready, _, _ = select([server.stdout], [], [], START_WITHIN_S)
    if not ready:
        raise RuntimeError(f"The HTTP server did not start within {START_WITHIN_S:g} s.")
    line = server.stdout.readline()
    if not line.strip().isdigit():
        raise RuntimeError("The HTTP server ended before it could listen on a port of 127.0.0.1.")
    return int(line)


WORKLOAD = Workload(
    summary="Gets a page from a real, slow HTTP server on loopback.",
    function=http,
    coroutine=http_async,
    prepare=prepare,
    cores=0.0,
)
