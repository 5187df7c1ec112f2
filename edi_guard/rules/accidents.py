"""SIT and DATE: accidents: cause, date and state, and services before them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims import Claim, ClaimKind
from edi_guard.findings import Severity
from edi_guard.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context

AUTOMOBILE = "AA"
OTHER_ACCIDENT = "OA"
ACCIDENT_DATE = "439"


def related_causes(claim: Claim) -> list[str]:
    """Return the related causes of a claim (CLM11-1 to -3), e.g. ``AA``."""
    return [cause for cause in claim.header.components(11)[:3] if cause]


def _names_no_cause(elements: list[str], _separator: str, _: Context) -> bool:
    return len(elements) < 12 or not elements[11]


@rule(
    "SIT161",
    on=Claim,
    snip=4,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("MA122",),
    claim_status=("A7:21",),
    kind=ClaimKind.PROFESSIONAL,
    edits=("STEDI-086", "KAREO-001", "KAREO-002", "PMHELP-002"),
    segments=("CLM",),
    unless=_names_no_cause,
)
def accident_date_missing(claim: Claim, _: Context) -> Iterator[Finding]:
    """Claim for an accident without the date of the accident.

    ## Why it is denied
    Another insurance may have to pay for the accident. The date decides which one.

    ## What to do
    Enter the date of the accident, or remove the cause if there was none.

    ## Example
    Denied: `CLM*PCN1*300***11:B:1*Y*A*Y*Y**OA~` without `DTP*439`
    Paid: the same with `DTP*439*D8*20261101~`

    ## Exceptions
    Employment (EM) needs the date only where an accident is the reason, which the claim does not say.

    ## Source
    005010X222A1, loop 2300, DTP with 439, required with AA or OA in CLM11.
    """
    if {AUTOMOBILE, OTHER_ACCIDENT}.isdisjoint(related_causes(claim)):
        return
    if claim.own.first("DTP", ACCIDENT_DATE) is None:
        yield accident_date_missing.finding(
            claim.at(claim.header, 11),
            "the claim is for an accident, and the date of the accident is missing",
            expected="DTP*439",
        )


@rule(
    "SIT162",
    on=Claim,
    snip=4,
    severity=Severity.REJECT,
    carc=("16",),
    claim_status=("A7:21",),
    kind=ClaimKind.PROFESSIONAL,
    edits=("TRIZ-001", "KAREO-002", "PMHELP-002"),
    segments=("CLM",),
    unless=_names_no_cause,
)
def accident_state_missing(claim: Claim, _: Context) -> Iterator[Finding]:
    """Automobile accident without the state in which it happened.

    ## Why it is denied
    Whose insurance pays for a car accident depends on the law of the state.

    ## What to do
    Enter the state, or the country where it was abroad.

    ## Example
    Denied: `CLM*PCN1*300***11:B:1*Y*A*Y*Y**AA~`
    Paid: `CLM*PCN1*300***11:B:1*Y*A*Y*Y**AA:::IL~`

    ## Exceptions
    An accident in a country without states has the country (CLM11-5) instead.

    ## Source
    005010X222A1, loop 2300, CLM11-4 and CLM11-5.
    """
    header = claim.header
    if AUTOMOBILE not in related_causes(claim) or header.component(11, 4) or header.component(11, 5):
        return
    yield accident_state_missing.finding(
        claim.at(header, 11, 4),
        "the claim is for an automobile accident, and the state is missing",
        expected="a state in CLM11-4, or a country in CLM11-5",
    )


@rule(
    "SIT163",
    on=Claim,
    snip=4,
    severity=Severity.WARN,
    carc=("16",),
    claim_status=("A7:21",),
    kind=ClaimKind.PROFESSIONAL,
    segments=("DTP*439",),
    edits=("PMHELP-002",),
)
def accident_without_cause(claim: Claim, _: Context) -> Iterator[Finding]:
    """Date of an accident without its kind.

    ## Why it is denied
    The payer asks whether the car's insurance, the employer's or another one has to pay, before it pays.

    ## What to do
    Enter the related cause (CLM11), or remove the date if there was no accident.

    ## Example
    Denied: `DTP*439*D8*20261101~` with an empty CLM11
    Paid: the same with `OA` in CLM11

    ## Exceptions
    None.

    ## Source
    Published front-end edits; 005010X222A1, loop 2300, CLM11 and DTP with 439.
    """
    segment = claim.own.first("DTP", ACCIDENT_DATE)
    if segment is not None and not related_causes(claim):
        yield accident_without_cause.finding(
            claim.at(segment, 3),
            "the claim has the date of an accident, and does not say of which kind (CLM11)",
            expected="AA, EM or OA in CLM11",
        )


@rule(
    "DATE360",
    on=Claim,
    snip=4,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("MA122",),
    claim_status=("A7:21",),
    kind=ClaimKind.PROFESSIONAL,
    segments=("DTP*439",),
    edits=("STEDI-053",),
)
def service_before_accident(claim: Claim, _: Context) -> Iterator[Finding]:
    """Services that were done before the accident they are for.

    ## Why it is denied
    What was done before the accident cannot be due to it.

    ## What to do
    Correct the date of the accident or of the services.

    ## Example
    Denied: `DTP*439*D8*20261110~` and services on 2 November 2026
    Paid: `DTP*439*D8*20261101~` and the same services

    ## Exceptions
    The day of the accident itself. Where some lines only are earlier, the rule warns.

    ## Source
    Published front-end edits; 005010X222A1, loop 2300, DTP with 439; loop 2400, DTP with 472.
    """
    segment, accident = claim.own.first("DTP", ACCIDENT_DATE), claim.own.days(ACCIDENT_DATE)
    periods = [line.own_period for line in claim.lines if line.own_period is not None]
    if segment is None or accident is None:
        return
    earlier = [period for period in periods if max(period) < accident.first]
    if earlier:
        yield service_before_accident.finding(
            claim.at(segment, 3),
            f"{len(earlier)} of {len(periods)} lines were done before the date of the accident",
            observed=str(accident.first),
            expected=f"{min(earlier).first} or earlier",
            severity=None if len(earlier) == len(periods) else Severity.WARN,
        )
