"""A spool gives back what it was given, in memory or not, also to a process that was forked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from edi_guard.spool import Spool
from edi_guard.workers import in_order


@given(st.lists(st.binary(max_size=30)), st.integers(0, 40), st.integers(1, 50))
def test_all_of_it_is_read_back_in_blocks(parts: list[bytes], most: int, block: int) -> None:
    spool = Spool(most)
    for part in parts:
        spool.append(part)

    blocks = [spool.read(place, min(block, len(spool) - place)) for place in range(0, len(spool), block)]
    assert b"".join(blocks) == b"".join(parts)


@given(st.lists(st.binary(max_size=30)), st.integers(0, 40))
def test_what_was_appended_is_read_back(parts: list[bytes], most: int) -> None:
    spool = Spool(most)
    places = [spool.append(part) for part in parts]

    assert len(spool) == sum(map(len, parts))
    assert [spool.read(place, len(part)) for place, part in zip(places, parts, strict=True)] == parts


def test_other_processes_read_at_once_what_stood_there_when_they_began() -> None:
    spool = Spool(10)
    parts = [bytes([n]) * 7 for n in range(50)]
    places = [spool.append(part) for part in parts]

    def look(number: int) -> bool:
        return all(spool.read(places[n], 7) == parts[n] for n in range(number, 50))

    assert list(in_order(look, range(40), 3)) == [True] * 40
