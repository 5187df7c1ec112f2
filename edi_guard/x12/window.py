"""A sliding window over a source, from which segments are cut one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.x12.segment import Segment

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from edi_guard.x12.delimiters import Delimiters
    from edi_guard.x12.source import Source

BLANKS = "\r\n \t"
LONGEST_SEGMENT = 1 << 22
# More than any identifier with the blanks and line ends before it.
_OVERLAP = 4096


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

    def take_body(self, delimiters: Delimiters, trailer: re.Pattern[str]) -> tuple[str, Segment] | None:
        """Take everything up to a segment that `trailer` finds, that segment with it.

        Args:
            delimiters: those of the interchange.
            trailer: matches a terminator and the identifier behind it, which is its first group.

        Returns:
            what was taken, with the terminator, and the segment, not yet numbered; None when the
            file ends first, and the window stands behind the last terminator.
        """
        begin = self.offset
        taken: list[str] = []
        # A trailer is known by the terminator before it, also where it comes first.
        rest = delimiters.segment + self._text[self._position :]
        while True:
            match = trailer.search(rest)
            end = rest.find(delimiters.segment, match.end()) if match else -1
            if match and end >= 0:
                taken.append(rest[: end + 1])
                text = "".join(taken)[1:]
                self._stand(begin + len(text), rest, end + 1)
                return text, _last_segment(text, begin, delimiters)
            keep = max(0, min(match.start() if match else len(rest), len(rest) - _OVERLAP))
            block = next(self._blocks, None)
            if block is None:
                whole = ("".join(taken) + rest)[1:]
                position = whole.rfind(delimiters.segment) + 1
                self._stand(begin + position, whole, position)
                return None
            taken.append(rest[:keep])
            rest = rest[keep:] + block.decode("latin-1")

    def _stand(self, offset: int, text: str, position: int) -> None:
        """Stand at byte `offset`, which is `position` of `text`."""
        self._base = offset - position
        self._text = text
        self._position = position

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


def _last_segment(text: str, begin: int, delimiters: Delimiters) -> Segment:
    """Return the last segment of a text that ends in its terminator and begins at byte `begin`."""
    cut = text.rfind(delimiters.segment, 0, len(text) - 1) + 1
    body = text[cut:-1].lstrip(BLANKS.replace(delimiters.segment, ""))
    start = len(text) - 1 - len(body)
    return Segment(body, begin + start, start - cut, 0, delimiters)
