"""The address of a cluster's scheduler, as it is written: ``tcp://host:8786``."""

from __future__ import annotations

import re
from collections.abc import Mapping

from concviz.trace.sanitize import sanitize

USUAL_PORT = 8786
"""Where a Dask scheduler listens if nobody says otherwise."""
VARIABLE = "DASK_SCHEDULER_ADDRESS"
"""Of the environment: Dask itself looks there, too."""
LOCAL = "local"
"""In place of an address: a cluster of its own, on this machine."""
LONGEST = 300
"""Characters; no name of a host has more than 253."""
SCHEMES = ("tcp", "tls")
MOST_PORT = 65_535
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*)://(.*)", re.DOTALL)
_PLACE = re.compile(r"(\[[0-9a-fA-F:.%a-zA-Z]+\]|[^\s:/@\[\]]+)(?::(.*))?", re.DOTALL)
_LIKE = re.compile(r"(\[[0-9a-fA-F:.]+\]|[\w.-]+):[0-9]{1,5}", re.ASCII)


def is_address(text: str) -> bool:
    """Whether somebody means an address with it, right or wrong: it says how to reach it."""
    return _SCHEME.fullmatch(text) is not None


def meant(text: str) -> str | None:
    """The address that a text without ``tcp://`` may stand for, for example "localhost:8786"."""
    return f"tcp://{text}" if _LIKE.fullmatch(text) else None


def address_of(said: str) -> str:
    """As a plan has it: "" for "local"; over TCP, if nobody says how."""
    said = said.strip()
    if said in ("", LOCAL):
        return ""
    return said if "://" in said else f"tcp://{said}"


def told(environment: Mapping[str, str]) -> str:
    """The address that the environment names, as a plan has it; "" where it names none."""
    return address_of(environment.get(VARIABLE, ""))


def wrong_with(address: str) -> str | None:
    """What is wrong with it, what is expected and what to do, in a sentence; None: nothing."""
    said = sanitize(address[:80]) + ("…" if len(address) > 80 else "")
    expected = f"a scheduler's is like tcp://host:{USUAL_PORT}"
    if len(address) > LONGEST:
        return f"{said} is too long for an address: {expected}."
    found = _SCHEME.fullmatch(address)
    if found is None:
        known = meant(address)
        hint = f"write {known}" if known is not None else expected
        return f"{said} is no scheduler's address, as it does not begin with tcp://: {hint}."
    scheme, rest = found[1].lower(), found[2].removesuffix("/")
    if scheme in ("http", "https"):
        return f"{said} is where a browser looks, such as at Dask's dashboard: {expected}."
    if scheme not in SCHEMES:
        return f"{said} cannot be reached: {scheme}:// is not understood, tcp:// and tls:// are."
    place = _PLACE.fullmatch(rest)
    if place is None:
        return f"{said} names no host: {expected}."
    port = place[2]
    if not port:
        host = sanitize(place[1])
        return f"{said} names no port: write {scheme}://{host}:{USUAL_PORT}, if that is the one."
    if not (port.isascii() and port.isdigit() and 1 <= int(port[:9]) <= MOST_PORT):
        return (
            f"{said} has no port: {sanitize(port[:20])} is no number from 1 to {MOST_PORT:,}; "
            f"{expected}."
        )
    return None
