"""A small HTTP server for the http workload, in a process of its own.

It listens on the loopback interface, prints the port as the first line and answers
``GET /delay/0.5`` after half a second. It ends when its standard input does: whoever started it
cannot die and leave it behind. Standard library only, and run as a file (not with ``-m``), so that
it starts the same whatever the current folder and ``sys.path`` hold.
"""

import asyncio
import contextlib
import os
import signal
import sys

BODY = b"Hello, world!"


def asked_delay(request: bytes) -> float | None:
    """The seconds that a request asks for, None if it is not a GET of /delay/<seconds>."""
    method, _, rest = request.partition(b" ")
    path, _, _ = rest.partition(b" ")
    if method != b"GET" or not path.startswith(b"/delay/"):
        return None
    try:
        return float(path.removeprefix(b"/delay/"))
    except ValueError:
        return None


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read one request, wait as it asks, answer and close the connection."""
    # A client that goes away, as when its run is stopped, is nothing to report.
    gone = (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError)
    with contextlib.closing(writer), contextlib.suppress(*gone):
        seconds = asked_delay(await reader.readuntil(b"\r\n\r\n"))
        if seconds is None:
            status, body = b"404 Not Found", b""
        else:
            await asyncio.sleep(seconds)
            status, body = b"200 OK", BODY
        writer.write(
            b"HTTP/1.1 %b\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n"
            b"Connection: close\r\n\r\n%b" % (status, len(body), body)
        )
        await writer.drain()


async def main() -> None:
    """Serve until the end of standard input."""
    server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.buffer.read)
    os._exit(0)  # at once: Python 3.11 would report each answer under way as an error


if __name__ == "__main__":
    # Ctrl-C reaches every process of the terminal's group; this one ends with its starter.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asyncio.run(main())
