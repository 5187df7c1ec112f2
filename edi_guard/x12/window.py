"""A sliding window over a source, from which segments are cut one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.x12.segment import Segment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.x12.delimiters import Delimiters
    from edi_guard.x12.source import Source

BLANKS = "\r\n \t"
LONGEST_SEGMENT = 1 << 22


class Window:
    """Cuts segments off the front of a stream of text."""

    def __init__(self, source: Source, start: int = 0, end: int | None = None) -> None:
        """Start at byte `start` of `source` and read no further than `end`."""
        self._blocks: Iterator[bytes] = source.blocks(start, end)
        self._text = ""
        self._position = 0
        self._base = start
        self._empty: list[int] = []

    @property
    def offset(self) -> int:
        """The byte of the file at which the window stands."""
        return self._base + self._position

    def peek(self, length: int) -> str:
        """Return up to `length` characters without taking them."""
        while len(self._text) - self._position < length and self._more():
            pass
        return self._text[self._position : self._position + length]

    def skip(self, characters: str) -> int:
        """Take all leading characters that are among `characters`; return how many."""
        taken = 0
        while True:
            rest = self._text[self._position :]
            run = len(rest) - len(rest.lstrip(characters))
            self._position += run
            taken += run
            if run < len(rest) or not self._more():
                return taken

    def take(self, length: int) -> str:
        """Take `length` characters."""
        text = self.peek(length)
        self._position += len(text)
        return text

    def rest_is_long(self) -> bool:
        """Whether more text waits than any segment may have."""
        return len(self._text) - self._position > LONGEST_SEGMENT

    def next_segment(self, delimiters: Delimiters, number: int) -> Segment | None:
        """Take the next segment; None when no terminator follows.

        Empty segments are passed over, remembered, and count to the lead of the next one.
        """
        blanks = BLANKS.replace(delimiters.segment, "")
        begin = self.offset
        while (cut := self._find(delimiters.segment)) >= 0:
            text = self._text[self._position : cut].lstrip(blanks)
            self._position = cut + 1
            if text:
                start = self._base + cut - len(text)
                return Segment(text, start, start - begin, number, delimiters)
            self._empty.append(self._base + cut)
        return None

    def take_empty_segments(self) -> list[int]:
        """Return and forget where empty segments stood."""
        found, self._empty = self._empty, []
        return found

    def _find(self, terminator: str) -> int:
        searched = 0
        while True:
            cut = self._text.find(terminator, self._position + searched)
            if cut >= 0 or self.rest_is_long():
                return cut
            searched = len(self._text) - self._position
            if not self._more():
                return -1

    def _more(self) -> bool:
        block = next(self._blocks, None)
        if block is None:
            return False
        self._text = self._text[self._position :] + block.decode("latin-1")
        self._base += self._position
        self._position = 0
        return True
