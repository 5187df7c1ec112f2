"""BAL: charges and amounts by themselves: zero, negative, with too many decimals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from edi_guard.claims import Claim, ClaimKind, Transaction
from edi_guard.findings import Severity
from edi_guard.rules.format_scan import AMOUNTS
from edi_guard.rules.registry import rule
from edi_guard.rules.segment_places import on_line, place, segments_with_lines
from edi_guard.x12.segment import element_reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context

CHARGEABLE = "CH"
NON_PAYMENT = "0"
_BEYOND_CENTS = re.compile(r"-?\d*\.\d{2}\d*[1-9]\d*", re.ASCII)


def _asks_for_something(elements: list[str], _separator: str, _: Context) -> bool:
    return len(elements) > 2 and elements[2].strip("0.") != ""


def _has_no_negative_charge(elements: list[str], _separator: str, _: Context) -> bool:
    at = 3 if elements[0] == "SV2" else 2
    return len(elements) <= at or not elements[at].startswith("-")


def _is_in_whole_cents(elements: list[str], _separator: str, _: Context) -> bool:
    amounts = (elements[at] for at in AMOUNTS[elements[0]] if at < len(elements))
    return not any(_BEYOND_CENTS.fullmatch(amount) for amount in amounts)


@rule(
    "BAL260",
    on=Transaction,
    snip=4,
    severity=Severity.HOLD,
    carc=("16",),
    rarc=("M54",),
    claim_status=("A7:178",),
    edits=("STEDI-002",),
    segments=("CLM",),
    unless=_asks_for_something,
)
def chargeable_claim_without_charge(transaction: Transaction, _: Context) -> Iterator[Finding]:
    """Claim for payment whose total charge is zero.

    ## Why it is denied
    The header says that the claims are to be paid, and this one asks for nothing. Front ends refuse it.

    ## What to do
    Enter the charges, or send the claim as an encounter (BHT06 = RP) where the payer wants a report only.

    ## Example
    Denied: `CLM*PCN1*0*…~` below `BHT*0019*00*BATCH1*20261123*1200*CH~`
    Paid: `CLM*PCN1*180*…~`

    ## Exceptions
    Encounters (BHT06 = RP), voided claims, institutional claims for no payment (frequency 0).

    ## Source
    Published front-end edits; 005010X222A1 and 005010X223A2, BHT06 and loop 2300, CLM02.
    """
    header = next((segment for segment in transaction.header if segment.id == "BHT"), None)
    if header is None or header[6] != CHARGEABLE:
        return
    for claim in transaction.claims:
        if claim.charge == 0 and not _is_unpaid(claim):
            yield chargeable_claim_without_charge.finding(
                claim.at_charge,
                "the claim asks for payment (BHT06 = CH), and its total charge is zero",
                observed=claim.header[2],
                expected="more than zero",
            )


def _is_unpaid(claim: Claim) -> bool:
    no_payment = claim.kind is ClaimKind.INSTITUTIONAL and claim.frequency == NON_PAYMENT
    return claim.is_void or no_payment


@rule(
    "BAL261",
    on=Claim,
    snip=1,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("M54", "M79"),
    claim_status=("A7:178",),
    edits=("STEDI-004",),
    segments=("CLM", "SV1", "SV2"),
    unless=_has_no_negative_charge,
)
def negative_charge(claim: Claim, _: Context) -> Iterator[Finding]:
    """Charge below zero, on a line or in total.

    ## Why it is denied
    A claim asks for money. Credits are not sent as negative lines; front ends refuse them.

    ## What to do
    Enter the charge of the service; to take a service back, replace or void the earlier claim.

    ## Example
    Denied: `SV1*HC:20610*-50*UN*1***1~`
    Paid: `SV1*HC:20610*180*UN*1***1~`

    ## Exceptions
    A line charge of zero is allowed.

    ## Source
    Published front-end edits; 005010X222A1 and 005010X223A2, CLM02, SV102 and SV203.
    """
    if claim.charge is not None and claim.charge < 0:
        yield negative_charge.finding(
            claim.at_charge,
            f"the claim's total charge is negative: {claim.charge:.2f}",
            observed=f"{claim.charge:.2f}",
            expected="zero or more",
        )
    for line in claim.lines:
        if line.charge is not None and line.charge < 0:
            yield negative_charge.finding(
                line.at_charge,
                f"the charge of line {line.number} is negative: {line.charge:.2f}",
                observed=f"{line.charge:.2f}",
                expected="zero or more",
                line=line.number,
            )


@rule(
    "BAL262",
    on=Claim,
    snip=1,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("M54",),
    claim_status=("A7:178",),
    edits=("STEDI-005",),
    segments=tuple(AMOUNTS),
    unless=_is_in_whole_cents,
)
def fraction_of_a_cent(claim: Claim, _: Context) -> Iterator[Finding]:
    """Amount of money with a fraction of a cent.

    ## Why it is denied
    Amounts have two decimals at most. Receivers refuse or cut a third one, and then the sums differ.

    ## What to do
    Round the amount in the practice system, so that lines and total still agree.

    ## Example
    Denied: `SV1*HC:20610*150.555*UN*1***1~`
    Paid: `SV1*HC:20610*150.56*UN*1***1~`

    ## Exceptions
    Zeros behind the second decimal change nothing and are removed (FMT160). Rates and units may have
    more decimals.

    ## Source
    005010X222A1 and 005010X223A2, appendix A, decimal amounts; CLM02, SV102, SV203, AMT02, SVD02, CAS.
    """
    for segment, line in segments_with_lines(claim):
        elements = AMOUNTS.get(segment.elements[0])
        if elements is None or "." not in segment.text:
            continue
        for element in sorted(elements):
            if _BEYOND_CENTS.fullmatch(segment[element]):
                yield fraction_of_a_cent.finding(
                    place(claim, line, segment, element),
                    f"{on_line(line)} has an amount with more than two decimals"
                    f" ({element_reference(segment.id, element)})",
                    observed=segment[element],
                    expected="two decimals at most",
                    line=line.number if line is not None else None,
                )
