"""The segment around a place in a file, with what may not be shown taken out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from edi_guard.findings import Location
from edi_guard.masking import Phi, is_shown

if TYPE_CHECKING:
    from edi_guard.x12 import Delimiters, Envelope, Source

# Longer segments than any guide allows are not read whole for a message.
_LONGEST: Final = 2000
_HIDDEN: Final = "…"


class Excerpt(msgspec.Struct, frozen=True):
    """A segment, and which part of it is meant.

    Attributes:
        text: the segment without its terminator; what is not shown is an ellipsis.
        start, end: the characters concerned.
    """

    text: str
    start: int
    end: int


class Excerpts:
    """Reads excerpts from one input."""

    def __init__(self, source: Source, envelope: Envelope, phi: Phi) -> None:
        """Take the input, which must still be open, and how much of it may be shown."""
        self._source = source
        self._phi = phi
        self._interchanges = [(i.start, i.delimiters) for i in envelope.interchanges]

    def at(self, location: Location | None) -> Excerpt | None:
        """Return the segment at a place, None where there is none to show."""
        if location is None or self._phi is Phi.NONE:
            return None
        delimiters = self._delimiters(location.byte_start)
        if delimiters is None:
            return None
        start, text = self._segment(location.byte_start, delimiters.segment)
        if not text.startswith(location.segment):
            return None
        return self._masked(text, start, location, delimiters)

    def _delimiters(self, offset: int) -> Delimiters | None:
        found = [delimiters for start, delimiters in self._interchanges if start <= offset]
        return found[-1] if found else None

    def _segment(self, offset: int, terminator: str) -> tuple[int, str]:
        """Return where the segment around an offset begins, and its text."""
        begin = max(0, offset - _LONGEST)
        before = self._source.read(begin, offset)
        start = before.rfind(terminator) + 1
        lead = before[start:]
        first = len(lead) - len(lead.lstrip())
        after = self._source.read(offset, offset + _LONGEST)
        body, _, _ = after.partition(terminator)
        if first == len(lead):
            # The place is the segment's own beginning, after line ends.
            skipped = len(body) - len(body.lstrip())
            return offset + skipped, body.lstrip()
        return begin + start + first, lead[first:] + body

    def _masked(self, text: str, start: int, location: Location, delimiters: Delimiters) -> Excerpt:
        parts: list[str] = []
        first, last, offset, length = -1, 0, start, 0
        for number, element in enumerate(text.split(delimiters.element)):
            shown = element if number == 0 else self._shown(element, number, location, delimiters)
            end = offset + len(element)
            if (offset < location.byte_end and end > location.byte_start) or offset == location.byte_start:
                inside = shown == element
                at = max(0, location.byte_start - offset) if inside else 0
                until = min(len(element), location.byte_end - offset) if inside else len(shown)
                first = length + at if first < 0 else first
                last = max(last, length + until)
            parts.append(shown)
            offset = end + 1
            length += len(shown) + 1
        whole = delimiters.element.join(parts)
        if first < 0 or not location.element:
            first, last = 0, len(whole)
        return Excerpt(whole, first, max(last, first + 1))

    def _shown(self, element: str, number: int, location: Location, delimiters: Delimiters) -> str:
        reference = f"{location.segment}{number:02d}"
        if not element or self._may_show(element, reference, location):
            parts = element.split(delimiters.component)
            if len(parts) == 1:
                return element
            return delimiters.component.join(
                part if self._may_show(part, f"{reference}-{index}", location) or not part else _HIDDEN
                for index, part in enumerate(parts, 1)
            )
        return _HIDDEN

    def _may_show(self, value: str, reference: str, location: Location) -> bool:
        place = Location(location.loop, location.segment, reference, location.segment_number, 0, 0)
        return is_shown(value, place, self._phi)
