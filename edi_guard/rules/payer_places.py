"""The payers of a claim: the destination (2000B) and the others (2320), and what they adjudicated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.claims import Adjudication, Claim, OtherPayer, ServiceLine, Subscriber
    from edi_guard.findings import Location
    from edi_guard.x12 import Segment

PRIMARY = "P"
UNKNOWN = "U"
# SBR01 in the order in which payers pay.
ORDER = "PSTABCDEFGH"
MEDICARE_PART_B = "MB"
MEDICARE = frozenset({"MA", MEDICARE_PART_B})


@dataclass(frozen=True, slots=True)
class PayerPlace:
    """One SBR segment: a payer's place among the payers of a claim."""

    segment: Segment
    holder: Claim | Subscriber

    @property
    def sequence(self) -> str:
        """SBR01."""
        return self.segment[1]

    @property
    def insurance_type(self) -> str:
        """SBR05."""
        return self.segment[5]

    @property
    def filing_indicator(self) -> str:
        """SBR09."""
        return self.segment[9]

    def at(self, element: int) -> Location:
        """Return where an element of the segment stands."""
        return self.holder.at(self.segment, element)


def payer_places(claim: Claim) -> list[PayerPlace]:
    """Return the destination payer's place first, then the other payers' in file order."""
    places = [PayerPlace(segment, claim.subscriber) for segment in claim.subscriber.own.all("SBR")][:1]
    return places + [PayerPlace(other.segments[0], claim) for other in claim.other_payers]


def identifier(other: OtherPayer) -> str:
    """Return another payer's identifier (2330B NM109), or ``""``."""
    return other.payer.identifier if other.payer is not None else ""


def adjudications(claim: Claim, payer: str) -> Iterator[tuple[ServiceLine, Adjudication]]:
    """Yield the lines that a payer adjudicated, with how it did."""
    if not payer:
        return
    for line in claim.lines:
        for adjudication in line.adjudications:
            if adjudication.payer_identifier == payer:
                yield line, adjudication
