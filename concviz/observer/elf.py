"""Where a section of a program's file lies once it is mapped: as much of ELF as that takes.

The layout is that of the System V ABI's generic part, for 64-bit little-endian files (``elf(5)``).
The standard library only.
"""

from __future__ import annotations

import struct

_IDENTITY = b"\x7fELF\x02\x01"
"""An ELF file of the 64-bit class whose numbers are little-endian."""
_HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
_SEGMENT = struct.Struct("<IIQQQQQQ")
_SECTION = struct.Struct("<IIQQQQIIQQ")
_LOADED = 1
_PAGE = 4096


def section(path: str, name: str) -> range | None:
    """Where a section begins and ends, in bytes from where the file's first mapping begins.

    None where the file is of another kind or has no such section. Raises OSError.
    """
    with open(path, "rb") as file:  # noqa: PTH123
        try:
            header = _HEADER.unpack(file.read(_HEADER.size))
            if not header[0].startswith(_IDENTITY):
                return None
            segments_at, sections_at = header[5], header[6]
            segments, sections, names = header[10], header[12], header[13]
            file.seek(segments_at)
            loaded = [
                address
                for kind, _, _, address, *_ in _SEGMENT.iter_unpack(
                    file.read(segments * _SEGMENT.size)
                )
                if kind == _LOADED
            ]
            file.seek(sections_at)
            table = list(_SECTION.iter_unpack(file.read(sections * _SECTION.size)))
            file.seek(table[names][4])
            words = file.read(table[names][5])
            wanted = name.encode() + b"\0"
            for at, _, _, address, _, size, *_ in table:
                if words[at : at + len(wanted)] == wanted:
                    begin = address - min(loaded) // _PAGE * _PAGE
                    return range(begin, begin + size)
        except (struct.error, IndexError, ValueError):  # cut short, or no such file after all
            return None
    return None
