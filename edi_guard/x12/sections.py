"""Sections of a transaction set that is too long to be held: runs of its claims, read as if they were all.

A section is made of whole segments of the file: the header, the levels that its first claims stand under
(carried along), a run of levels and claims, and SE. No byte is changed, so that whatever is found at a place
of the section's text stands at exactly one place of the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from edi_guard.x12.source import Source


class Piece(NamedTuple):
    """A run of whole segments.

    Attributes:
        start: the byte of the file at which the first segment's lead begins.
        end: the byte after the last segment's terminator.
        number: the first segment's, counted from 1 at ST.
        lead: how many bytes stand between `end` and the text of the segment that follows in the file.
    """

    start: int
    end: int
    number: int
    lead: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """A run of the claims of a transaction set, with what stands above them.

    Offsets in a section's text count from the header's first byte, without a gap.

    Attributes:
        header: ST to the last segment before the first HL.
        levels: the levels carried along, the billing provider's first.
        body: the section's own levels and claims.
        trailer: SE.
        is_first, is_last: whether the body follows the header, and whether SE follows the body.
        claims_before: claims of the last level carried along that stand in sections before.
        joined: which of the levels carried along, and of the body as the one behind them, begin elsewhere in
            the file than behind the piece before; what the guide says there was said of another place.
        providers: for each billing provider that begins in the body, the section's claims before it.
    """

    header: Piece
    levels: tuple[Piece, ...]
    body: Piece
    trailer: Piece
    is_first: bool
    is_last: bool
    claims_before: int
    joined: frozenset[int]
    providers: tuple[int, ...]

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """All pieces in order."""
        return (self.header, *self.levels, self.body, self.trailer)

    @property
    def home(self) -> range:
        """The bytes of the file that stand in this section and were carried along from nowhere."""
        start = self.header.start if self.is_first else self.body.start
        return range(start, self.trailer.end if self.is_last else self.body.end)

    def is_home(self, start: int, *, is_insertion: bool) -> bool:
        """Whether a change at a byte of the file is this section's own, and not that of another one."""
        home = self.home
        return home.start < start <= home.stop if is_insertion else start in home

    def read(self, source: Source) -> str:
        """Return the section's text."""
        return "".join(source.read(piece.start, piece.end) for piece in self.pieces)

    def place_of(self, offset: int, *, behind: bool = False) -> int:
        """Return where the character at an offset of the section's text stands in the file.

        Args:
            offset: in the text as it was read.
            behind: of two pieces that meet there, the end of the first is meant.
        """
        left = offset - self.header.start
        for piece in self.pieces:
            length = piece.end - piece.start
            if left < length or (behind and left == length):
                return piece.start + left
            left -= length
        return self.trailer.end + left

    def offset_of(self, place: int, *, behind: bool = False) -> int:
        """Return where a byte of the file stands in the section's text.

        Args:
            place: of a byte of one of the pieces.
            behind: the place behind a piece counts to it.

        Raises:
            ValueError: the section does not hold it.
        """
        offset = self.header.start
        for piece in self.pieces:
            if piece.start <= place < piece.end or (behind and place == piece.end):
                return offset + place - piece.start
            offset += piece.end - piece.start
        message = f"byte {place} does not stand in the section"
        raise ValueError(message)
