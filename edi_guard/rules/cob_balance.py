"""BAL: what other payers paid and adjusted has to add up to the charges."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from edi_guard.claims import Claim, ServiceLine
from edi_guard.findings import Severity
from edi_guard.rules.payer_places import adjudications, identifier
from edi_guard.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from edi_guard.claims import Adjudication, Adjustment, OtherPayer
    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context
    from edi_guard.x12 import Segment


class _Balance(NamedTuple):
    """What one payer did with one line."""

    paid: Decimal
    adjusted: Decimal
    bundled: bool
    segment: Segment


def _sum(adjustments: Iterable[Adjustment]) -> Decimal:
    return sum((adjustment.amount for adjustment in adjustments), Decimal(0))


def _balance(adjudicated: list[Adjudication]) -> _Balance | None:
    """Add up one payer's adjudications of a line; None where an amount is unreadable or negative."""
    paid = [adjudication.paid for adjudication in adjudicated]
    if any(amount is None or amount < 0 for amount in paid):
        return None
    return _Balance(
        paid=sum((amount for amount in paid if amount is not None), Decimal(0)),
        adjusted=sum((_sum(adjudication.adjustments) for adjudication in adjudicated), Decimal(0)),
        bundled=any(adjudication.segments[0][6] for adjudication in adjudicated),
        segment=adjudicated[0].segments[0],
    )


def _balances(line: ServiceLine) -> Iterator[tuple[str, _Balance | None]]:
    by_payer: dict[str, list[Adjudication]] = {}
    for adjudication in line.adjudications:
        by_payer.setdefault(adjudication.payer_identifier, []).append(adjudication)
    for payer, adjudicated in by_payer.items():
        yield payer, _balance(adjudicated)


@rule(
    "BAL360",
    on=ServiceLine,
    snip=3,
    severity=Severity.REJECT,
    carc=("16", "129"),
    rarc=("N4",),
    claim_status=("A7:400", "A7:286"),
    segments=("SVD",),
    edits=("STEDI-076",),
)
def line_differs_from_adjudication(line: ServiceLine, _: Context) -> Iterator[Finding]:
    """Line charge that is not what another payer paid and adjusted.

    ## Why it is denied
    What the earlier payer paid, and the reasons why it did not pay the rest, have to explain the whole
    charge. The next payer cannot tell what is left for it otherwise.

    ## What to do
    Enter payment and every adjustment of the line as the remittance says.

    ## Example
    Denied: a line of 180.00 with `SVD*60055*144*…~` and `CAS*PR*2*30~`
    Paid: the same with `CAS*PR*2*36~`

    ## Exceptions
    Several adjudications of one line by one payer are added up. Where lines were bundled (SVD06) the
    rule only warns. Unreadable amounts are a matter of the guide (IG).

    ## Source
    005010X222A1 and 005010X223A2, section 1.4 on balancing; loop 2430, SVD02 and CAS.
    """
    if line.charge is None:
        return
    for _payer, balance in _balances(line):
        if balance is None or balance.paid + balance.adjusted == line.charge:
            continue
        yield line_differs_from_adjudication.finding(
            line.at(balance.segment, 2),
            f"another payer paid {balance.paid:.2f} and adjusted {balance.adjusted:.2f} on line"
            f" {line.number}, whose charge is {line.charge:.2f}",
            observed=f"{balance.paid + balance.adjusted:.2f}",
            expected=f"{line.charge:.2f}",
            severity=Severity.WARN if balance.bundled else None,
        )


@rule(
    "BAL361",
    on=Claim,
    snip=3,
    severity=Severity.REJECT,
    carc=("16", "129"),
    rarc=("N4",),
    claim_status=("A7:400", "A7:286"),
    segments=("AMT",),
)
def claim_differs_from_adjudication(claim: Claim, _: Context) -> Iterator[Finding]:
    """Claim charge that is not what another payer paid and adjusted in all.

    ## Why it is denied
    Payment and adjustments of the earlier payer, of the claim and of its lines, have to add up to the
    claim's charge.

    ## What to do
    Enter payment and adjustments as the remittance says, each at one level only.

    ## Example
    Denied: a claim of 300.00 with `AMT*D*200~` and adjustments of 60.00
    Paid: the same claim with `AMT*D*240~`

    ## Exceptions
    Payers without a payment amount (AMT with D) have not adjudicated. Where a line does not add up, or
    names an unknown payer, only that is said. Held, not rejected, where no adjustment is given at all.

    ## Source
    005010X222A1 and 005010X223A2, section 1.4 on balancing; loop 2320, AMT with D and CAS.
    """
    if not claim.other_payers or claim.charge is None or not _lines_are_sound(claim):
        return
    for other in claim.other_payers:
        segment = other.own.first("AMT", "D")
        if segment is None or other.paid is None or other.paid < 0:
            continue
        adjusted = _adjusted(claim, other)
        if other.paid + adjusted != claim.charge:
            yield claim_differs_from_adjudication.finding(
                claim.at(segment, 2),
                f"another payer paid {other.paid:.2f} and adjusted {adjusted:.2f}, the claim's charge is"
                f" {claim.charge:.2f}",
                observed=f"{other.paid + adjusted:.2f}",
                expected=f"{claim.charge:.2f}",
                severity=None if adjusted else Severity.HOLD,
            )


def _adjusted(claim: Claim, other: OtherPayer) -> Decimal:
    of_lines = (_sum(found.adjustments) for _, found in adjudications(claim, identifier(other)))
    return _sum(other.adjustments) + sum(of_lines, Decimal(0))


def _lines_are_sound(claim: Claim) -> bool:
    """Whether every adjudication of a line adds up and names one payer of the claim."""
    payers = [identifier(other) for other in claim.other_payers]
    for line in claim.lines:
        for payer, balance in _balances(line):
            if payers.count(payer) != 1 or balance is None:
                return False
            if balance.paid + balance.adjusted != line.charge:
                return False
    return True


@rule(
    "BAL362",
    on=Claim,
    snip=3,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("N4",),
    claim_status=("A7:286",),
    segments=("AMT",),
    edits=("STEDI-100",),
)
def non_covered_differs_from_charge(claim: Claim, _: Context) -> Iterator[Finding]:
    """Non-covered amount of another payer that is not the claim's total charge.

    ## Why it is denied
    The amount says that the earlier payer was not asked because it covers none of the claim. Then it has
    to be the whole charge.

    ## What to do
    Enter the total charge, or bill the earlier payer first and enter what it paid.

    ## Example
    Denied: `AMT*A8*90~` on a claim of 300.00
    Paid: `AMT*A8*300~`

    ## Exceptions
    None.

    ## Source
    005010X222A1 and 005010X223A2, loop 2320, AMT with A8.
    """
    if claim.charge is None:
        return
    for other in claim.other_payers:
        segment = other.own.first("AMT", "A8")
        found = other.non_covered
        if segment is not None and found is not None and found != claim.charge:
            yield non_covered_differs_from_charge.finding(
                claim.at(segment, 2),
                f"the amount that another payer does not cover is {found:.2f}, the claim's charge is"
                f" {claim.charge:.2f}",
                observed=f"{found:.2f}",
                expected=f"{claim.charge:.2f}",
            )
