"""SIT and ID: the providers of a claim, their roles and how they are reached."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from edi_guard.claims import BillingProvider, Claim, ClaimKind, ServiceLine, Subscriber, Transaction
from edi_guard.findings import Severity
from edi_guard.rules.registry import rule
from edi_guard.rules.signs import Sign

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context


TELEPHONES = frozenset({"TE", "FX"})
REFERRING = "DN"
SUPERVISING, RENDERING = "DQ", "82"
ATTENDING, OPERATING = "71", "72"
PAYERS_NUMBER = ("G2", "LU")
_AMBULANCE = "054"
_TELEPHONE = re.compile(r"[2-9]\d{9}", re.ASCII)
_UPIN = re.compile(r"[A-Z]\d{5}|[A-Z]{3}\d{3}", re.ASCII)


def _has_possible_numbers(elements: list[str], _separator: str, _: Context) -> bool:
    return all(
        _TELEPHONE.fullmatch(elements[at + 1])
        for at in (3, 5, 7)
        if len(elements) > at + 1 and elements[at] in TELEPHONES and elements[at + 1]
    )


def _has_number(elements: list[str], _separator: str, _: Context) -> bool:
    return len(elements) > 9 and bool(elements[9])


def _has_possible_upin(elements: list[str], _separator: str, _: Context) -> bool:
    return len(elements) < 3 or _UPIN.fullmatch(elements[2]) is not None


@rule(
    "ID221",
    on=Transaction,
    snip=5,
    severity=Severity.REJECT,
    carc=("16",),
    claim_status=("A7:127",),
    segments=("PER",),
    unless=_has_possible_numbers,
    edits=("STEDI-023", "STEDI-024"),
)
def malformed_telephone(transaction: Transaction, _: Context) -> Iterator[Finding]:
    """Telephone or fax number that has not ten digits, or an area code that begins with 0 or 1.

    ## Why it is denied
    Nobody can be reached under it, and front ends refuse it.

    ## What to do
    Enter area code, exchange and number: ten digits.

    ## Example
    Denied: `PER*IC*OFFICE*TE*555123~`
    Paid: `PER*IC*OFFICE*TE*5552100100~`

    ## Exceptions
    Parentheses, dots, blanks and hyphens are a spelling, which is repaired (FMT107). Extensions have a
    qualifier of their own (EX).

    ## Source
    005010X222A1 and 005010X223A2, PER04, PER06 and PER08; published front-end edits.
    """
    for segment in transaction.text.segments:
        if segment.id != "PER":
            continue
        for element in (4, 6, 8):
            number = segment[element]
            if segment[element - 1] in TELEPHONES and number and not _TELEPHONE.fullmatch(number):
                yield malformed_telephone.finding(
                    segment.location(element),
                    "a telephone or fax number has not ten digits, or an impossible area code",
                    observed=number,
                    expected="ten digits",
                )


@rule(
    "ID222",
    on=Transaction,
    snip=5,
    severity=Severity.HOLD,
    carc=("16",),
    claim_status=("A7:132",),
    segments=("REF*1G",),
    unless=_has_possible_upin,
    edits=("STEDI-032",),
)
def malformed_upin(transaction: Transaction, _: Context) -> Iterator[Finding]:
    """UPIN that does not have the shape of one.

    ## Why it is denied
    A letter and five digits, or three letters and three digits; others were never given.

    ## What to do
    Leave the number out, or correct it. The NPI has replaced it.

    ## Example
    Denied: `REF*1G*12345~`
    Paid: `REF*1G*A12345~`

    ## Exceptions
    None.

    ## Source
    005010X222A1 and 005010X223A2, REF with 1G; published front-end edits.
    """
    for segment in transaction.text.segments:
        if segment.id == "REF" and segment[1] == "1G" and segment[2] and not _UPIN.fullmatch(segment[2]):
            yield malformed_upin.finding(
                segment.location(2),
                "a provider's UPIN (REF 1G) does not have the shape of one",
                observed=segment[2],
                expected="a letter and five digits, or three letters and three digits",
            )


@rule(
    "SIT232",
    on=BillingProvider,
    snip=4,
    severity=Severity.HOLD,
    carc=("16", "206"),
    rarc=("N257",),
    claim_status=("A7:562:85",),
    segments=("NM1*85",),
    unless=_has_number,
    edits=("STEDI-130", "NJMCD-001"),
)
def billing_provider_without_number(level: BillingProvider, _: Context) -> Iterator[Finding]:
    """Billing provider without an NPI and without a number of the payer's.

    ## Why it is denied
    Payers pay to a provider that they know by number. Only providers who cannot have an NPI leave it out.

    ## What to do
    Enter the billing provider's NPI.

    ## Example
    Denied: `NM1*85*2*SAMPLE CLINIC~`
    Paid: `NM1*85*2*SAMPLE CLINIC*****XX*1234567893~`

    ## Exceptions
    Providers of services that are no health care, who have a number of the payer's (REF G2 or LU in loop
    2010BB).

    ## Source
    005010X222A1 and 005010X223A2, loop 2010AA, NM109; loop 2010BB, REF with G2 or LU.
    """
    if level.party_in("85") is None or level.party.identifier:
        return
    payers = [child.payer for child in level.children if isinstance(child, Subscriber)]
    if not payers or not all(payer is not None and payer.references(*PAYERS_NUMBER) for payer in payers):
        yield billing_provider_without_number.finding(
            level.at(level.party.name_segment, 9),
            "the billing provider has neither an NPI nor a number of the payer's",
            expected="an NPI",
        )


@rule(
    "SIT225",
    on=Claim,
    snip=4,
    severity=Severity.HOLD,
    carc=("16",),
    kind=ClaimKind.PROFESSIONAL,
    segments=("NM1*DQ",),
    edits=("STEDI-033",),
)
def supervisor_is_rendering(claim: Claim, _: Context) -> Iterator[Finding]:
    """Supervising provider who is the rendering provider.

    ## Why it is denied
    Who supervises is somebody else. The payer cannot tell who did the service.

    ## What to do
    Leave the supervising provider out, or correct it.

    ## Example
    Denied: one provider as `NM1*82` and `NM1*DQ`
    Paid: `NM1*82` alone

    ## Exceptions
    None.

    ## Source
    005010X222A1, loop 2310D: required where the rendering provider is supervised; published edits.
    """
    supervising, rendering = claim.provider(SUPERVISING), claim.provider(RENDERING)
    if supervising is None or rendering is None or not supervising.npi:
        return
    if supervising.npi == rendering.npi and supervising.last_name == rendering.last_name:
        yield supervisor_is_rendering.finding(
            claim.at(supervising.name_segment),
            "the supervising provider is the rendering provider",
            expected="another provider, or none",
        )


@rule(
    "SIT226",
    on=ServiceLine,
    snip=4,
    severity=Severity.HOLD,
    carc=("16",),
    rarc=("N286",),
    segments=("NM1*DN",),
    edits=("STEDI-034",),
)
def referring_on_line_only(line: ServiceLine, _: Context) -> Iterator[Finding]:
    """Referring provider on a line, and none on the claim.

    ## Why it is denied
    The line's provider stands for another one than the claim's. Without one on the claim there is nothing
    to differ from.

    ## What to do
    Enter the referring provider on the claim; on lines only those that differ.

    ## Example
    Denied: `NM1*DN` in loop 2420 alone
    Paid: `NM1*DN` on the claim

    ## Exceptions
    None.

    ## Source
    005010X222A1, loops 2310A and 2420F; 005010X223A2, loops 2310F and 2420D; published edits.
    """
    own = next((party for party in line.parties if party.role == REFERRING), None)
    if own is not None and line.claim.provider(REFERRING) is None:
        yield referring_on_line_only.finding(
            line.at(own.name_segment),
            f"line {line.number} has a referring provider, and the claim has none",
            expected="the referring provider on the claim",
        )


@rule(
    "SIT227",
    on=Claim,
    snip=4,
    severity=Severity.HOLD,
    carc=("16",),
    rarc=("N285", "N286"),
    claim_status=("A6:132:DN",),
    kind=ClaimKind.PROFESSIONAL,
    segments=("REF*9F",),
    edits=("TRIZ-005",),
)
def referral_without_referrer(claim: Claim, _: Context) -> Iterator[Finding]:
    """Referral number without a referring provider.

    ## Why it is denied
    A referral was made by somebody. Payers match the number and the provider.

    ## What to do
    Enter the referring provider.

    ## Example
    Denied: `REF*9F*R12345~` without `NM1*DN`
    Paid: the same with `NM1*DN*1*SAMPLE*ALEX****XX*1999901014~`

    ## Exceptions
    None.

    ## Source
    005010X222A1, loop 2300, REF with 9F; loop 2310A; published edits.
    """
    segment = claim.own.first("REF", "9F")
    if segment is not None and claim.provider(REFERRING) is None and claim.provider("P3") is None:
        yield referral_without_referrer.finding(
            claim.at(segment, 2),
            "the claim has a referral number, and no referring provider",
            expected="a referring provider",
        )


@rule(
    "SIT228",
    on=Claim,
    snip=4,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("N253",),
    claim_status=("A7:562:71",),
    kind=ClaimKind.INSTITUTIONAL,
    signs=Sign.UNATTENDED,
    edits=("STEDI-094", "NJMCD-002"),
)
def attending_missing(claim: Claim, _: Context) -> Iterator[Finding]:
    """Institutional claim without an attending provider.

    ## Why it is denied
    Somebody has to answer for the patient's care. Payers refuse the claim without.

    ## What to do
    Enter the attending provider.

    ## Example
    Denied: an inpatient claim without `NM1*71`
    Paid: the same with `NM1*71*1*SAMPLE*ALEX****XX*1999901014~`

    ## Exceptions
    Claims of which all lines are transports by ambulance (revenue code 054x).

    ## Source
    005010X223A2, loop 2310A: required but for claims of non-scheduled transportation alone.
    """
    if claim.provider(ATTENDING) is not None:
        return
    if claim.lines and all(line.revenue_code.startswith(_AMBULANCE) for line in claim.lines):
        return
    yield attending_missing.finding(claim.at_claim, "the claim has no attending provider", expected="NM1*71")


@rule(
    "SIT229",
    on=Claim,
    snip=4,
    severity=Severity.INFO,
    carc=("16",),
    rarc=("N261",),
    claim_status=("A7:562:72",),
    kind=ClaimKind.INSTITUTIONAL,
    segments=("HI*BBR",),
    edits=("STEDI-095",),
)
def operating_missing(claim: Claim, _: Context) -> Iterator[Finding]:
    """Claim with a procedure of a stay and no operating physician.

    ## Why it is denied
    Where the procedure is surgery, the payer wants to know who did it.

    ## What to do
    Enter the operating physician if the procedure is surgical.

    ## Example
    Denied: `HI*BBR:…~` without `NM1*72`
    Paid: the same with `NM1*72*1*SAMPLE*ALEX****XX*1999901014~`

    ## Exceptions
    Which procedures are surgical the claim does not say, so that this is only said.

    ## Source
    005010X223A2, loop 2310B: required where a surgical procedure code is listed.
    """
    segment = claim.own.first("HI", "BBR")
    if claim.procedures and claim.provider(OPERATING) is None and segment is None:
        segment = claim.procedures[0].segment
    if claim.provider(OPERATING) is None and claim.procedures:
        yield operating_missing.finding(
            claim.at(segment or claim.procedures[0].segment),
            "the claim has a procedure, and no operating physician",
            expected="NM1*72 where the procedure is surgical",
        )
