"""Brings places of repaired text back to where they stand in the input as it came."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING

from edi_guard.x12 import parse_transaction

if TYPE_CHECKING:
    from edi_guard.findings import Finding, Location
    from edi_guard.x12 import TransactionSpan
    from edi_guard.x12.edits import EditedText


class Relocator:
    """Maps offsets and segment numbers of a repaired transaction set to those of the file."""

    def __init__(self, text: EditedText, span: TransactionSpan) -> None:
        self._text = text
        segments = parse_transaction(text.original, span, span.start).segments
        self._starts = [segment.start for segment in segments]

    def location(self, location: Location) -> Location:
        """Return the same place in the file's offsets."""
        start = self._text.original_offset(location.byte_start)
        end = max(start, self._text.original_offset(location.byte_end))
        return location.moved(start, end, self.number_at(start))

    def number_at(self, offset: int) -> int:
        """Return the number of the segment that stands at a byte of the file."""
        return max(1, bisect_right(self._starts, offset))

    def finding(self, finding: Finding) -> Finding:
        """Return the finding at its place in the file."""
        if finding.location is None:
            return finding
        return replace(finding, location=self.location(finding.location))
