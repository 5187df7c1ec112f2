"""DX: which revision of the ICD a claim uses, against its dates."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from edi_guard.claims import Claim, ClaimKind, Period
from edi_guard.findings import Severity
from edi_guard.policy import PayerClass
from edi_guard.rules.registry import rule
from edi_guard.rules.signs import Sign

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context

FIRST_DAY: Final = date(2015, 10, 1)
_NINTH = ("BK", "BF", "BJ", "PR", "BN", "BR", "BQ")
_TENTH = ("ABK", "ABF", "ABJ", "APR", "ABN", "BBR", "BBQ")


def _has_no_ninth_revision(elements: list[str], separator: str, _: Context) -> bool:
    return not any(element.partition(separator)[0] in _NINTH for element in elements[1:])


@rule(
    "DX340",
    on=Claim,
    snip=5,
    severity=Severity.REJECT,
    carc=("16", "146"),
    rarc=("M76",),
    claim_status=("A7:255",),
    segments=("HI",),
    edits=("STEDI-040",),
    unless=_has_no_ninth_revision,
)
def ninth_revision_too_late(claim: Claim, context: Context) -> Iterator[Finding]:
    """ICD-9 qualifier for services from October 2015 on.

    ## Why it is denied
    ICD-9 was replaced by ICD-10 on 1 October 2015, for every payer under HIPAA.

    ## What to do
    Code the diagnoses and procedures in ICD-10, with its qualifiers (ABK, ABF, BBR ...).

    ## Example
    Denied: `HI*BK:71941~` with a service of 2026
    Paid: `HI*ABK:M25511~`

    ## Exceptions
    Casualty payers (workers' compensation, automobile), which HIPAA does not cover. Claims that span the
    day. For stays the last day decides, for other claims the first.

    ## Source
    45 CFR 162.1002; 005010X222A1 and 005010X223A2, loop 2300, HI qualifiers.
    """
    days = _deciding_days(claim)
    if days is None or days.first < FIRST_DAY:
        return
    if context.payer_class(claim) is PayerClass.CASUALTY:
        return
    for value in claim.coded(*_NINTH)[:1]:
        yield ninth_revision_too_late.finding(
            claim.at(value.segment, value.element, 1),
            f"the claim has ICD-9 codes for services from {days.first}",
            observed=value.qualifier,
            expected="ICD-10 codes with their qualifiers",
        )


@rule(
    "DX341",
    on=Claim,
    snip=5,
    severity=Severity.REJECT,
    carc=("16", "146"),
    rarc=("M76",),
    claim_status=("A7:255",),
    segments=("HI",),
    edits=("STEDI-039",),
    signs=Sign.BEFORE_ICD_10,
)
def tenth_revision_too_early(claim: Claim, _: Context) -> Iterator[Finding]:
    """ICD-10 qualifier for services before October 2015.

    ## Why it is denied
    Services before 1 October 2015 are coded in ICD-9.

    ## What to do
    Correct the dates of service; they are mostly mistyped.

    ## Example
    Denied: `HI*ABK:M25511~` with `DTP*472*D8*20150930~`
    Paid: `HI*ABK:M25511~` with `DTP*472*D8*20151001~`

    ## Exceptions
    Claims that span the day. For stays the last day decides.

    ## Source
    45 CFR 162.1002; 005010X222A1 and 005010X223A2, loop 2300, HI qualifiers.
    """
    days = _deciding_days(claim)
    if days is None or days.last >= FIRST_DAY:
        return
    for value in claim.coded(*_TENTH)[:1]:
        yield tenth_revision_too_early.finding(
            claim.at(value.segment, value.element, 1),
            f"the claim has ICD-10 codes for services up to {days.last}",
            observed=value.qualifier,
            expected=f"services from {FIRST_DAY}",
        )


def _deciding_days(claim: Claim) -> Period | None:
    if claim.kind is ClaimKind.INSTITUTIONAL:
        period = claim.statement_period
        return Period(period.last, period.last) if period and claim.is_inpatient else period
    days = [day for line in claim.lines if line.own_period for day in line.own_period]
    return Period(min(days), max(days)) if days else None
