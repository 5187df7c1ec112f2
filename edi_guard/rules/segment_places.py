"""The segments of a claim with the service line that each belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.claims import Claim, ServiceLine
    from edi_guard.findings import Location
    from edi_guard.x12 import Segment


def segments_with_lines(claim: Claim) -> Iterator[tuple[Segment, ServiceLine | None]]:
    """Yield every segment of a claim in order, with its service line or None above the lines."""
    first = claim.lines[0].segments[0].number if claim.lines else claim.segments[-1].number + 1
    for segment in claim.segments:
        if segment.number >= first:
            break
        yield segment, None
    for line in claim.lines:
        for segment in line.segments:
            yield segment, line


def place(claim: Claim, line: ServiceLine | None, segment: Segment, element: int = 0) -> Location:
    """Return where an element of a claim or of one of its lines stands."""
    return line.at(segment, element) if line is not None else claim.at(segment, element)


def on_line(line: ServiceLine | None) -> str:
    """Return the words for a place at the beginning of a message."""
    return f"line {line.number}" if line is not None else "the claim"
