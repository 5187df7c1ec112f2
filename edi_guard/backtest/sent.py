"""What was sent, as far as an answer can be matched with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from edi_guard.sharing import Sharing

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from edi_guard.claims import Claim, Period, ServiceLine
    from edi_guard.x12 import TransactionText


class Batch(NamedTuple):
    """The transaction set that a claim was sent in, as acknowledgments name it.

    Attributes:
        number: BHT03.
        day: BHT04; None when it cannot be read.
        sender, receiver: ISA06 and ISA08.
        group: GS06.
        transaction: ST02.
    """

    number: str
    day: date | None
    sender: str
    receiver: str
    group: str
    transaction: str


@dataclass(frozen=True, slots=True)
class SentLine:
    """A service line as it was sent.

    Attributes:
        number: counted from 1 within the claim.
        code: SV101-2 or SV202-2.
        modifiers: SV101-3 to -6 or SV202-3 to -6.
        revenue_code: SV201.
        charge: in dollars; None when it is no amount.
        period: the days of service; None when they cannot be read.
        control_number: REF 6R, ``""`` where none was sent.
        units: SV104 or SV205; None when it is no number.
        place: the place of service of a professional claim; type of bill without frequency of another.
    """

    number: int
    code: str
    modifiers: tuple[str, ...]
    revenue_code: str
    charge: Decimal | None
    period: Period | None
    control_number: str
    units: Decimal | None = None
    place: str = ""

    @property
    def service(self) -> str:
        """What it is for: the procedure code, else the revenue code."""
        return self.code or self.revenue_code


@dataclass(frozen=True, slots=True)
class SentClaim:
    """A claim as it was sent.

    Attributes:
        key: where it stands: file and ordinal.
        id: CLM01.
        kind: ``837P`` or ``837I``.
        payer: 2010BB NM109.
        billing: the billing provider's NPI.
        member: the subscriber's identifier.
        charge: CLM02 in dollars; None when it is no amount.
        frequency: CLM05-3.
        original: REF F8, the payer's control number of the claim that this one replaces or voids.
        batch: the transaction set that it was sent in.
        lines: the service lines.
    """

    key: tuple[str, int]
    id: str
    kind: str
    payer: str
    billing: str
    member: str
    charge: Decimal | None
    frequency: str
    original: str
    batch: Batch
    lines: tuple[SentLine, ...]

    @property
    def sent(self) -> date | None:
        """The day of the batch; None when it cannot be read."""
        return self.batch.day

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day of service; None when no line has one."""
        periods = [line.period for line in self.lines if line.period is not None]
        if not periods:
            return None
        return min(one.first for one in periods), max(one.last for one in periods)


def batch_of(text: TransactionText) -> Batch:
    """Return what acknowledgments call a transaction set."""
    from edi_guard.claims import read_day

    beginning = next((segment for segment in text.segments[:3] if segment.id == "BHT"), None)
    group = text.span.group
    return Batch(
        number=beginning[3].strip() if beginning else "",
        day=read_day(beginning[4].strip()) if beginning else None,
        sender=group.interchange.isa[6].strip(),
        receiver=group.interchange.isa[8].strip(),
        group=group.gs[6].strip(),
        transaction=text.segments[0][2].strip(),
    )


def sent_claim(claim: Claim, file: str, batch: Batch, sharing: Sharing | None = None) -> SentClaim:
    """Return what is kept of a claim.

    Args:
        claim: the claim.
        file: the name of the file it was sent in.
        batch: the transaction set that it was sent in.
        sharing: keeps one of each value of a file.
    """
    one = sharing or Sharing()
    return SentClaim(
        key=(file, claim.ordinal),
        id=claim.id,
        kind=one(str(claim.kind)),
        payer=one(claim.payer_identifier),
        billing=one(claim.billing.npi),
        member=one(claim.patient.member_identifier),
        charge=one(claim.charge),
        frequency=one(claim.frequency),
        original=claim.reference("F8"),
        batch=batch,
        lines=tuple(_sent_line(line, claim, one) for line in claim.lines),
    )


def _sent_line(line: ServiceLine, claim: Claim, one: Sharing) -> SentLine:
    return SentLine(
        number=line.number,
        code=one(line.code),
        modifiers=one(line.modifiers),
        revenue_code=one(line.revenue_code),
        charge=one(line.charge),
        period=one(line.period),
        control_number=line.control_number,
        units=one(line.units),
        place=one(line.place_of_service or claim.facility_code),
    )
