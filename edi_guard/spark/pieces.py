"""A file of which an executor has some ranges only, read as if it were whole."""

from __future__ import annotations

import io
from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Pieces(io.RawIOBase):
    """A stream of a file's size that holds some ranges of it."""

    def __init__(self, pieces: Iterable[tuple[int, bytes]]) -> None:
        """Take ranges, each with the place where it begins."""
        super().__init__()
        self._pieces = sorted(pieces)
        self._starts = [start for start, _ in self._pieces]
        self._position = 0

    def readable(self) -> bool:
        """Whether it can be read: it can."""
        return True

    def seekable(self) -> bool:
        """Whether it can be read at a place: it can."""
        return True

    def tell(self) -> int:
        """Return where it stands."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Stand at a place, counted from the file's start or from behind the last range."""
        end = self._pieces[-1][0] + len(self._pieces[-1][1]) if self._pieces else 0
        self._position = offset + (end if whence == io.SEEK_END else 0)
        return self._position

    def read(self, size: int = -1) -> bytes:
        """Return bytes from where it stands on.

        Raises:
            LookupError: they are not among the ranges.
        """
        number = bisect_right(self._starts, self._position) - 1
        if number < 0:
            raise LookupError(self._position)
        start, data = self._pieces[number]
        begin = self._position - start
        end = len(data) if size < 0 else begin + size
        if end > len(data):
            raise LookupError(self._position + size)
        self._position = start + end
        return data[begin:end]
