"""Brings places of repaired text, or of a section's, back to where they stand in the input as it came."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING

from edi_guard.x12 import FILLER, parse_transaction

if TYPE_CHECKING:
    from edi_guard.findings import Finding, Location
    from edi_guard.x12 import Section, TransactionSpan
    from edi_guard.x12.edits import EditedText


class Relocator:
    """Maps offsets and segment numbers of a repaired transaction set, or section, to those of the file."""

    def __init__(self, text: EditedText, span: TransactionSpan) -> None:
        self._text = text
        if text.section is None:
            segments = parse_transaction(text.original, span, span.start).segments
            starts = [segment.start for segment in segments]
            self._numbers: _Numbers | _SectionNumbers = _Numbers(starts)
        else:
            self._numbers = _SectionNumbers(
                text.original, text.section, span.group.interchange.delimiters.segment
            )

    def location(self, location: Location) -> Location:
        """Return the same place in the file's offsets."""
        start = self._text.original_offset(location.byte_start)
        end = max(start, self._text.original_offset(location.byte_end))
        return location.moved(start, end, self.number_at(start))

    def number_at(self, offset: int) -> int:
        """Return the number of the segment that stands at a byte of the file."""
        return self._numbers.at(offset)

    def finding(self, finding: Finding) -> Finding:
        """Return the finding at its place in the file."""
        if finding.location is None:
            return finding
        return replace(finding, location=self.location(finding.location))


class _Numbers:
    """The segment numbers of a whole transaction set."""

    def __init__(self, starts: list[int]) -> None:
        self._starts = starts

    def at(self, offset: int) -> int:
        """Return the number of the segment that stands at a byte of the file."""
        return max(1, bisect_right(self._starts, offset))


class _SectionNumbers:
    """The segment numbers of a section, counted in the whole; its segments are not empty."""

    def __init__(self, text: str, section: Section, terminator: str) -> None:
        self._section = section
        self._blanks = FILLER.replace(terminator, "")
        find = re.compile(re.escape(terminator)).finditer
        # For each piece: its text, and where its terminators stand in the file.
        self._texts: list[str] = []
        self._ends: list[list[int]] = []
        position = 0
        for piece in section.pieces:
            own = text[position : position + piece.end - piece.start]
            self._texts.append(own)
            self._ends.append([piece.start + match.start() for match in find(own)])
            position += len(own)

    def at(self, offset: int) -> int:
        """Return the number of the segment that stands at a byte of the file."""
        for piece, text, ends in zip(self._section.pieces, self._texts, self._ends, strict=True):
            if piece.start <= offset < piece.end:
                index = bisect_left(ends, offset)
                begin = ends[index - 1] + 1 - piece.start if index else 0
                body = text[begin : ends[index] - piece.start]
                is_lead = offset - piece.start < begin + len(body) - len(body.lstrip(self._blanks))
                return max(1, piece.number + index - is_lead)
        for piece, ends in zip(self._section.pieces, self._ends, strict=True):
            if offset == piece.end:
                return piece.number + len(ends) - bool(piece.lead)
        return max(1, self._section.trailer.number)
