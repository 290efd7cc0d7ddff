"""What a process has mapped, looked up by address."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from concviz.observer.locks import RECENT_NS, Mapped

MAPS = """\
1000-3000 rw-p 00000000 00:00 0
5000-6000 rw-s 00002000 00:01 77 /dev/shm/sem (deleted)
6000-9000 rw-s 00000000 08:01 78 /tmp/a b
"""


def test_places_in_shared_memory_are_told_by_file_and_offset() -> None:
    mapped = Mapped(MAPS, 0)
    assert mapped.shared(0x5010) == "00:01/77:2010"
    assert mapped.shared(0x6000) == "08:01/78:0"
    assert [mapped.shared(address) for address in (0x1000, 0x2FFF, 0x4000, 0x9000, 0)] == [None] * 5


def test_it_holds_for_a_while_where_something_was() -> None:
    mapped = Mapped(MAPS, 10)
    assert mapped.holds(0x1000, 10 + RECENT_NS - 1)
    assert not mapped.holds(0x1000, 10 + RECENT_NS)
    assert not mapped.holds(0x4000, 10), "it may have been mapped since"
    assert not Mapped("", 0).holds(0, 0)


@given(st.integers(0, 0xFFFF))
def test_each_address_is_in_the_mapping_that_contains_it(address: int) -> None:
    shared = 0x5000 <= address < 0x9000
    assert (Mapped(MAPS, 0).shared(address) is not None) == shared
