"""COB: how other payers adjudicated: dates, liabilities, identifiers, each once and at one level."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims import Claim, ServiceLine
from edi_guard.findings import Severity
from edi_guard.rules.payer_places import adjudications, identifier
from edi_guard.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.claims import OtherPayer
    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context

ADJUDICATION_DATE = "573"
PATIENT_LIABILITY = "EAF"


@rule(
    "COB161",
    on=Claim,
    snip=4,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("N4",),
    claim_status=("A7:286",),
    segments=("SBR",),
    edits=("STEDI-072",),
)
def adjudication_date_missing(claim: Claim, _: Context) -> Iterator[Finding]:
    """Payment or adjustment of another payer without its date.

    ## Why it is denied
    The next payer matches the claim with the earlier payer's remittance by its date.

    ## What to do
    Enter the date of the earlier payer's remittance (DTP with 573), once for the claim or on each line.

    ## Example
    Denied: `AMT*D*240~` in loop 2320 and no `DTP*573`
    Paid: `DTP*573*D8*20261115~` in loop 2330B, or on each line in loop 2430

    ## Exceptions
    Payers that have not adjudicated yet. Where the payer stands on lines, the guide wants the date there
    (IG).

    ## Source
    005010X222A1 and 005010X223A2, loops 2330B and 2430, DTP with 573.
    """
    for other in claim.other_payers:
        payer = other.payer
        if payer is None or not _has_adjudicated(other) or payer.first("DTP", ADJUDICATION_DATE):
            continue
        if not any(adjudications(claim, payer.identifier)):
            yield adjudication_date_missing.finding(
                claim.at(payer.name_segment),
                "another payer has adjudicated the claim, and the date is missing",
                expected="DTP*573 in loop 2330B, or in loop 2430 of each line",
            )


def _has_adjudicated(other: OtherPayer) -> bool:
    return other.own.first("AMT", "D") is not None or other.own.first("CAS") is not None


@rule(
    "COB362",
    on=Claim,
    snip=4,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("N4",),
    claim_status=("A7:286",),
    segments=("SVD",),
    edits=("STEDI-073",),
)
def adjudication_date_twice(claim: Claim, _: Context) -> Iterator[Finding]:
    """Date of another payer's adjudication on the claim and on its lines.

    ## Why it is denied
    The guides want the date at one level. Front ends refuse a claim that has it at both.

    ## What to do
    Where lines are adjudicated, keep the date on the lines only.

    ## Example
    Denied: `DTP*573*D8*20261115~` in loop 2330B and in loop 2430 of the same payer
    Paid: the date in loop 2430 only

    ## Exceptions
    Different payers may have their dates at different levels.

    ## Source
    Published front-end edits; 005010X222A1 and 005010X223A2, loops 2330B and 2430, DTP with 573.
    """
    for other in claim.other_payers:
        segment = other.payer.first("DTP", ADJUDICATION_DATE) if other.payer is not None else None
        on_lines = (found for _, found in adjudications(claim, identifier(other)))
        if segment is not None and any(found.first("DTP", ADJUDICATION_DATE) for found in on_lines):
            yield adjudication_date_twice.finding(
                claim.at(segment, 3),
                "the date of another payer's adjudication stands on the claim and on its lines",
                expected="the date at one level",
            )


@rule(
    "COB363",
    on=Claim,
    snip=4,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("N4",),
    claim_status=("A7:286",),
    segments=("SVD",),
    edits=("STEDI-074",),
)
def patient_liability_twice(claim: Claim, _: Context) -> Iterator[Finding]:
    """Remaining patient liability on the claim and on its lines.

    ## Why it is denied
    The same debt is named twice, so that the next payer cannot tell how much it is.

    ## What to do
    Keep the amount on the lines, or on the claim where the lines are not known.

    ## Example
    Denied: `AMT*EAF*60~` in loop 2320 and `AMT*EAF*36~` in loop 2430 of the same payer
    Paid: the amounts in loop 2430 only

    ## Exceptions
    Different payers may have their amounts at different levels.

    ## Source
    005010X222A1 and 005010X223A2, loops 2320 and 2430, AMT with EAF.
    """
    for other in claim.other_payers:
        segment = other.own.first("AMT", PATIENT_LIABILITY)
        on_lines = (found for _, found in adjudications(claim, identifier(other)))
        if segment is not None and any(found.first("AMT", PATIENT_LIABILITY) for found in on_lines):
            yield patient_liability_twice.finding(
                claim.at(segment, 2),
                "what the patient still owes stands on the claim and on its lines",
                observed=segment[2],
                expected="the amount at one level",
            )


@rule(
    "COB364",
    on=ServiceLine,
    snip=4,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("N4",),
    claim_status=("A7:286",),
    segments=("SVD",),
    edits=("STEDI-101",),
)
def adjudication_by_unknown_payer(line: ServiceLine, _: Context) -> Iterator[Finding]:
    """Line adjudicated by a payer that the claim does not name.

    ## Why it is denied
    Nobody can tell who paid: the identifier on the line is none of the claim's other payers'.

    ## What to do
    Enter the same identifier on the line (SVD01) and for the other payer (loop 2330B, NM109).

    ## Example
    Denied: `SVD*99999*144*HC:20610**1~` and `NM1*PR*2*FIRST HEALTH PLAN*****PI*60055~`
    Paid: `SVD*60055*144*HC:20610**1~`

    ## Exceptions
    None.

    ## Source
    005010X222A1 and 005010X223A2, loop 2430, SVD01; loop 2330B, NM109.
    """
    known = {identifier(other) for other in line.claim.other_payers}
    for adjudication in line.adjudications:
        payer = adjudication.payer_identifier
        if payer and payer not in known:
            yield adjudication_by_unknown_payer.finding(
                line.at(adjudication.segments[0], 1),
                f"line {line.number} was adjudicated by a payer that is not among the claim's other payers",
                observed=payer,
                expected="the identifier of one of the other payers",
            )


@rule(
    "COB260",
    on=ServiceLine,
    snip=1,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("N4",),
    claim_status=("A7:286",),
    segments=("SVD",),
    edits=("STEDI-075",),
)
def negative_payment(line: ServiceLine, _: Context) -> Iterator[Finding]:
    """Negative payment of another payer for a line.

    ## Why it is denied
    A payer pays something or nothing. A payment that was taken back is not a payment below zero.

    ## What to do
    Enter what the payer paid in the end, with its adjustments.

    ## Example
    Denied: `SVD*60055*-150*HC:20610**1~`
    Paid: `SVD*60055*150*HC:20610**1~`

    ## Exceptions
    Zero is right for a denied line.

    ## Source
    Published front-end edits; 005010X222A1 and 005010X223A2, loop 2430, SVD02.
    """
    for adjudication in line.adjudications:
        paid = adjudication.paid
        if paid is not None and paid < 0:
            yield negative_payment.finding(
                line.at(adjudication.segments[0], 2),
                f"another payer's payment for line {line.number} is negative: {paid:.2f}",
                observed=f"{paid:.2f}",
                expected="zero or more",
            )
