"""A sliding window over a source, from which segments are cut one after the other."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from edi_guard.x12.segment import Segment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.x12.delimiters import Delimiters
    from edi_guard.x12.source import Source

BLANKS = "\r\n \t"
LONGEST_SEGMENT = 1 << 22
# More than any identifier with the blanks and line ends before it.
_OVERLAP = 4096
# The body of a transaction set is held up to so many characters; a longer one is only counted.
LONGEST_HELD = 1 << 20


class Body(NamedTuple):
    """What stands between ST and its trailer, with the trailer.

    Attributes:
        text: itself; None where it is too long to be held.
        length: of the text.
        terminators: how many segment terminators there are, ST's among them.
        empty: how many of them end a segment without text; -1 where nobody counted.
        trailer: the segment that ends it, not yet numbered.
    """

    text: str | None
    length: int
    terminators: int
    empty: int
    trailer: Segment


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

    def take_body(self, delimiters: Delimiters, trailer: re.Pattern[str]) -> Body | None:
        """Take everything up to a segment that `trailer` finds, that segment with it.

        Args:
            delimiters: those of the interchange.
            trailer: matches a terminator and the identifier behind it, which is its first group.

        Returns:
            what was taken; None when the file ends first, and the window stands behind the last terminator.
        """
        begin = self.offset
        taken = _TakenText(delimiters)
        # A trailer is known by the terminator before it, also where it comes first.
        rest = delimiters.segment + self._text[self._position :]
        while True:
            match = trailer.search(rest)
            end = rest.find(delimiters.segment, match.end()) if match else -1
            if match and end >= 0:
                segment = _trailing_segment(rest[match.start() : end], begin + taken.length, delimiters)
                segment.start += match.start() - 1
                taken.add(rest[: end + 1])
                # The terminator before the body is ST's.
                length = taken.length - 1
                self._stand(begin + length, rest, end + 1)
                return taken.body(length, segment)
            keep = max(0, min(match.start() if match else len(rest), len(rest) - _OVERLAP))
            block = next(self._blocks, None)
            if block is None:
                offset, whole = taken.behind_last_terminator(rest)
                self._stand(begin - 1 + offset, whole, 0)
                return None
            taken.add(rest[:keep])
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


class _TakenText:
    """Text that is taken piece by piece: held as long as it is short, and counted from then on."""

    def __init__(self, delimiters: Delimiters) -> None:
        self.length = 0
        self._terminator = delimiters.segment
        self._empty_segments = _empty_segments(delimiters)
        self._blanks = BLANKS.replace(delimiters.segment, "")
        self._held: list[str] | None = []
        self._terminators = 0
        self._empty = 0
        # The last terminator, where nothing but blanks was taken behind it.
        self._open = ""
        # What was taken behind the last terminator.
        self._rest: list[str] = []

    def add(self, text: str) -> None:
        """Take more."""
        self.length += len(text)
        if self._held is None:
            self._count(text)
            return
        self._held.append(text)
        if self.length > LONGEST_HELD:
            held, self._held = self._held, None
            self._count("".join(held))

    def _count(self, text: str) -> None:
        self._terminators += text.count(self._terminator)
        self._empty += len(self._empty_segments.findall(self._open + text))
        last = text.rfind(self._terminator)
        if last >= 0:
            self._rest = []
            self._open = self._terminator
        rest = text[last + 1 :]
        self._rest.append(rest)
        if self._open:
            self._open = self._open + rest if not rest.strip(self._blanks) else ""

    def body(self, length: int, trailer: Segment) -> Body:
        """Return what was taken, the first character left out."""
        if self._held is None:
            return Body(None, length, self._terminators, self._empty, trailer)
        text = "".join(self._held)
        return Body(text[1:], length, text.count(self._terminator), -1, trailer)

    def behind_last_terminator(self, rest: str) -> tuple[int, str]:
        """Return the offset behind the last terminator, `rest` taken, and the text that follows it."""
        whole = "".join(self._rest if self._held is None else self._held) + rest
        cut = whole.rfind(self._terminator) + 1
        return self.length + len(rest) - (len(whole) - cut), whole[cut:]


@cache
def _empty_segments(delimiters: Delimiters) -> re.Pattern[str]:
    """Match a terminator that another one follows with nothing between them."""
    blanks = re.escape(BLANKS.replace(delimiters.segment, ""))
    terminator = re.escape(delimiters.segment)
    return re.compile(f"{terminator}(?=[{blanks}]*{terminator})")


def _trailing_segment(chunk: str, start: int, delimiters: Delimiters) -> Segment:
    """Return the segment of a chunk that begins with the terminator before it, at byte `start`."""
    body = chunk[1:].lstrip(BLANKS.replace(delimiters.segment, ""))
    lead = len(chunk) - 1 - len(body)
    return Segment(body, start + 1 + lead, lead, 0, delimiters)
