"""Where a part of a program's file lies once it is mapped: as much of ELF as that takes.

The layout is that of the System V ABI's generic part, for 64-bit little-endian files (``elf(5)``).
The standard library only.
"""

from __future__ import annotations

import struct
from typing import BinaryIO, NamedTuple

_IDENTITY = b"\x7fELF\x02\x01"
"""An ELF file of the 64-bit class whose numbers are little-endian."""
_HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
_SEGMENT = struct.Struct("<IIQQQQQQ")
_SECTION = struct.Struct("<IIQQQQIIQQ")
_SYMBOL = struct.Struct("<IBBHQQ")
_LOADED = 1
_PAGE = 4096


def section(path: str, name: str) -> range | None:
    """Where a section begins and ends, in bytes from where the file's first mapping begins.

    None where the file is of another kind or has no such section. Raises OSError.
    """
    with open(path, "rb") as file:  # noqa: PTH123
        try:
            base, sections = _read(file)
            found = sections.get(name.encode())
            return None if found is None else _span(found.address, found.size, base)
        except _BROKEN:  # cut short, or no such file after all
            return None


def symbol(path: str, name: str) -> range | None:
    """The same of something that the file has for others to link to. Raises OSError."""
    wanted = name.encode() + b"\0"
    with open(path, "rb") as file:  # noqa: PTH123
        try:
            base, sections = _read(file)
            words = _content(file, sections[b".dynstr"])
            for at, _, _, _, address, size in _SYMBOL.iter_unpack(
                _content(file, sections[b".dynsym"])
            ):
                if words[at : at + len(wanted)] == wanted and address:
                    return _span(address, size, base)
        except (*_BROKEN, KeyError):
            return None
    return None


_BROKEN = struct.error, IndexError, ValueError


class _Section(NamedTuple):
    address: int
    offset: int
    size: int


def _read(file: BinaryIO) -> tuple[int, dict[bytes, _Section]]:
    """Where its first mapping begins, and its sections. Raises OSError, _BROKEN."""
    header = _HEADER.unpack(file.read(_HEADER.size))
    if not header[0].startswith(_IDENTITY):
        raise ValueError("another kind of file")
    segments_at, sections_at = header[5], header[6]
    segments, sections, names = header[10], header[12], header[13]
    file.seek(segments_at)
    loaded = [
        address
        for kind, _, _, address, *_ in _SEGMENT.iter_unpack(file.read(segments * _SEGMENT.size))
        if kind == _LOADED
    ]
    file.seek(sections_at)
    table = list(_SECTION.iter_unpack(file.read(sections * _SECTION.size)))
    file.seek(table[names][4])
    words = file.read(table[names][5])
    found: dict[bytes, _Section] = {}
    for at, _, _, address, offset, size, *_ in table:
        name = words[at : words.index(b"\0", at)]
        found.setdefault(name, _Section(address, offset, size))
    return min(loaded) // _PAGE * _PAGE, found


def _content(file: BinaryIO, section: _Section) -> bytes:
    file.seek(section.offset)
    return file.read(section.size)


def _span(address: int, size: int, base: int) -> range:
    return range(address - base, address - base + size)
