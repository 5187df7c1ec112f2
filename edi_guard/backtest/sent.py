"""What was sent, as far as an answer can be matched with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from edi_guard.claims import Claim, Period


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
    """

    number: int
    code: str
    modifiers: tuple[str, ...]
    revenue_code: str
    charge: Decimal | None
    period: Period | None
    control_number: str


@dataclass(frozen=True, slots=True)
class SentClaim:
    """A claim as it was sent.

    Attributes:
        key: where it stands: file and ordinal.
        id: CLM01.
        payer: 2010BB NM109.
        billing: the billing provider's NPI.
        member: the subscriber's identifier.
        charge: CLM02 in dollars; None when it is no amount.
        frequency: CLM05-3.
        original: REF F8, the payer's control number of the claim that this one replaces or voids.
        sent: the day of the batch (BHT04); None when it cannot be read.
        lines: the service lines.
    """

    key: tuple[str, int]
    id: str
    payer: str
    billing: str
    member: str
    charge: Decimal | None
    frequency: str
    original: str
    sent: date | None
    lines: tuple[SentLine, ...]

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day of service; None when no line has one."""
        periods = [line.period for line in self.lines if line.period is not None]
        if not periods:
            return None
        return min(one.first for one in periods), max(one.last for one in periods)


def sent_claim(claim: Claim, file: str, sent: date | None) -> SentClaim:
    """Return what is kept of a claim.

    Args:
        claim: the claim.
        file: the name of the file it was sent in.
        sent: the day of the batch.
    """
    return SentClaim(
        key=(file, claim.ordinal),
        id=claim.id,
        payer=claim.payer_identifier,
        billing=claim.billing.npi,
        member=claim.patient.member_identifier,
        charge=claim.charge,
        frequency=claim.frequency,
        original=claim.reference("F8"),
        sent=sent,
        lines=tuple(
            SentLine(
                number=line.number,
                code=line.code,
                modifiers=line.modifiers,
                revenue_code=line.revenue_code,
                charge=line.charge,
                period=line.period,
                control_number=line.control_number,
            )
            for line in claim.lines
        ),
    )
