"""Where the scheduler of a cluster is: how that is written, and what is wrong with an address."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

VARIABLE = "DASK_SCHEDULER_ADDRESS"
"""Of the environment: Dask itself looks there, too."""
LOCAL = "local"
"""In place of an address: a cluster of its own, on this machine."""
WAYS = ("tcp", "tls", "ws", "wss", "ucx")
"""In which processes of a cluster talk to each other, as Dask writes them before an address."""
LONGEST = 300
"""Characters: a host's name has 253 at most."""


def address_of(said: str) -> str:
    """As a plan has it: "" for "local"; over TCP, if nobody says how."""
    said = said.strip()
    if said in ("", LOCAL):
        return ""
    return said if "://" in said else f"tcp://{said}"


def told(environment: Mapping[str, str]) -> str:
    """The address that the environment names, as a plan has it; "" where it names none."""
    return address_of(environment.get(VARIABLE, ""))


def trouble(address: str) -> str | None:
    """What is wrong with an address of a plan, in a sentence without a full stop."""
    if len(address) > LONGEST:
        return f"scheduler has {len(address):,} characters: an address has {LONGEST} at most"
    expected = "it must be an address such as tcp://host:8786, or local"
    said = f"scheduler is {address!r}"
    if any(character.isspace() or not character.isprintable() for character in address):
        return f"{said}: {expected}"
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:  # a port that is no number, or brackets that do not close
        return f"{said}: {expected}"
    if parts.scheme not in WAYS:
        return f"{said}: {expected} (also {', '.join(f'{way}://' for way in WAYS[1:])})"
    if not host:
        return f"{said}, which has no host: {expected}"
    if not port:
        return f"{said}, which has no port: {expected} (8786 is the usual one)"
    if parts.username is not None or parts.query or parts.fragment or parts.path not in ("", "/"):
        return f"{said}: {expected}"
    return None
