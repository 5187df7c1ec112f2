"""A file of which only some ranges are there."""

from __future__ import annotations

from typing import BinaryIO, cast

import pytest

from edi_guard.spark.pieces import Pieces
from edi_guard.x12 import Source


def _source() -> Source:
    return Source(cast("BinaryIO", Pieces([(10, b"defgh"), (2, b"abc")])), "x")


def test_ranges_are_read_where_they_stand() -> None:
    source = _source()

    assert source.size == 15
    assert source.read(10, 15) == "defgh"
    assert source.read(2, 5) == "abc"
    assert source.read(11, 13) == "ef"
    assert b"".join(source.blocks(12, 15)) == b"fgh"


@pytest.mark.parametrize(("start", "end"), [(0, 1), (4, 6), (5, 9), (14, 16)])
def test_nothing_is_made_up(start: int, end: int) -> None:
    with pytest.raises(LookupError):
        _source().read(start, end)
