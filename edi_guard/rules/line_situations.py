"""SIT: what a service line needs by its code or by what it says of itself."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from edi_guard.claims import Claim, ClaimKind, ServiceLine
from edi_guard.findings import Severity
from edi_guard.policy.codeset import CodeSet
from edi_guard.rules.payer_places import MEDICARE_PART_B
from edi_guard.rules.registry import rule
from edi_guard.rules.signs import procedure_code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context

SCREENING_REFERRAL = "ZZ"
MEDICAL_EQUIPMENT_FORM = "UT"
# CMS gave up certificates of medical necessity and DME information forms from this day on.
FORMS_ENDED = date(2023, 1, 1)
# Codes that CPT and HCPCS keep for what has no code of its own.
UNLISTED = CodeSet.parse(
    """
    01999 15999 17999 19499 20999 21089 21299 21499 21899 22899 22999 23929 24999 25999 26989 27299 27599
    27899 28899 29799 29999 30999 31299 31599 31899 32999 33999 36299 37501 37799 38129 38589 38999 39499
    39599 40799 40899 41599 41899 42299 42699 42999 43289 43499 43659 43999 44238 44799 44899 44979 45399
    45499 45999 46999 47379 47399 47579 47999 48999 49329 49659 49999 50549 50949 51999 53899 54699 55559
    55899 58578 58579 58679 58999 59897-59899 60659 60699 64999 66999 67299 67399 67599 67999 68399 68899
    69399 69799 69949 69979 76496-76499 76999 77299 77399 77499 77799 78099 78199 78299 78399 78499 78599
    78699 78799 78999 79999 81099 81479 81599 84999 85999 86849 86999 87999 88099 88199 88299 88399 88749
    89240 89398 90399 90749 90899 90999 91299 92499 92700 93799 93998 94799 95199 95999 96379 96549 96999
    97039 97139 97799 99199 99429 99499 99600
    A0999 A4421 A4641 A4649 A6261 A6262 A9698 A9699 A9999 B9998 B9999 C9399 E1399 E1699 J1599 J3490 J3590
    J3591 J7199 J7599 J7699 J7799 J7999 J8498 J8499 J8597 J8999 J9999 K0108 K0812 K0898 L0999 L1499 L2999
    L3649 L3999 L5999 L7499 L8039 L8499 L8699 Q0507-Q0509 Q4100 T1999 T5999 V2199 V2799 V5298 V5299
    """
)


def _is_no_screening(elements: list[str], _separator: str, _: Context) -> bool:
    return len(elements) < 12 or elements[11] != "Y"


def _is_listed(elements: list[str], separator: str, _: Context) -> bool:
    return procedure_code(elements, separator) not in UNLISTED


@rule(
    "SIT166",
    on=Claim,
    snip=4,
    severity=Severity.WARN,
    carc=("16",),
    claim_status=("A7:21",),
    kind=ClaimKind.PROFESSIONAL,
    edits=("STEDI-091",),
    segments=("SV1",),
    unless=_is_no_screening,
)
def screening_referral_missing(claim: Claim, _: Context) -> Iterator[Finding]:
    """Line of the children's screening program (EPSDT), without the referral segment.

    ## Why it is denied
    Some front ends want to read with every EPSDT line whether the child was referred on.

    ## What to do
    If the claim bills the screening itself, enter the referral (CRC with ZZ).

    ## Example
    Denied: a line with Y in SV111 on a claim without `CRC*ZZ`
    Paid: the same with `CRC*ZZ*N*NU~`

    ## Exceptions
    The guide wants the segment on claims for the screening only, and SV111 on what follows from it too,
    so that this is a warning.

    ## Source
    Published front-end edits; 005010X222A1, loop 2300, CRC with ZZ; loop 2400, SV111.
    """
    if claim.own.first("CRC", SCREENING_REFERRAL) is not None:
        return
    for line in claim.lines:
        if line.service.id == "SV1" and line.service[11] == "Y":
            yield screening_referral_missing.finding(
                line.at(line.service, 11),
                f"line {line.number} belongs to EPSDT, and the claim has no referral (CRC ZZ)",
                observed="Y",
                expected="CRC*ZZ on a claim for the screening",
                line=line.number,
            )
            return


@rule(
    "SIT168",
    on=ServiceLine,
    snip=4,
    severity=Severity.HOLD,
    carc=("16", "252"),
    rarc=("N350",),
    claim_status=("A8:306",),
    kind=ClaimKind.PROFESSIONAL,
    segments=("SV1",),
    edits=("KAREO-004",),
    unless=_is_listed,
)
def unlisted_service_undescribed(line: ServiceLine, _: Context) -> Iterator[Finding]:
    """Unlisted code without a description of what was done.

    ## Why it is denied
    The code says only that there is no code. Without words the payer can neither cover nor price it.

    ## What to do
    Enter in a few words what was done or given (SV101-7, at most 80 characters); for a drug its name and
    dose.

    ## Example
    Denied: `SV1*HC:J3490*40*UN*1***1~`
    Paid: `SV1*HC:J3490:::::SAMPLE DRUG 10 MG*40*UN*1***1~`

    ## Exceptions
    A note on the line or on the claim (NTE with ADD) counts too. Codes that are not in the rule's list.

    ## Source
    CMS, list of not-otherwise-classified codes; 005010X222A1, loop 2400, SV101-7.
    """
    if line.code not in UNLISTED or line.service.component(1, 7).strip():
        return
    noted = line.own.notes() or [note for note in line.claim.own.notes() if note.code == "ADD"]
    if not any(note.text.strip() for note in noted):
        yield unlisted_service_undescribed.finding(
            line.at(line.service, 1, 7),
            f"{line.code} is an unlisted code, and line {line.number} does not say what was done",
            observed=line.code,
            expected="a description in SV101-7",
        )


@rule(
    "SIT362",
    on=ServiceLine,
    snip=5,
    severity=Severity.REJECT,
    carc=("16",),
    claim_status=("A7:698",),
    kind=ClaimKind.PROFESSIONAL,
    segments=("LQ",),
    edits=("CMSCEDI-003",),
)
def abolished_equipment_form(line: ServiceLine, _: Context) -> Iterator[Finding]:
    """Medicare certificate or information form for equipment of 2023 or later.

    ## Why it is denied
    Medicare takes no certificates of medical necessity and no DME information forms for services from
    1 January 2023 on, and refuses claims that carry one.

    ## What to do
    Remove the form (loop 2440) from the claim.

    ## Example
    Denied: `LQ*UT*04.04B~` on a Medicare line of 2 November 2026
    Paid: the same line without loop 2440

    ## Exceptions
    Payers other than Medicare Part B, and earlier services. Which form numbers were valid then is not
    checked.

    ## Source
    CMS, elimination of certificates of medical necessity and DME information forms; 005010X222A1, loop
    2440, LQ.
    """
    day = line.date
    if line.claim.filing_indicator != MEDICARE_PART_B or day is None or day < FORMS_ENDED:
        return
    for segment in line.all("LQ", MEDICAL_EQUIPMENT_FORM):
        yield abolished_equipment_form.finding(
            line.at(segment, 2),
            f"line {line.number} carries a form that Medicare does not take since {FORMS_ENDED}",
            observed=segment[2],
            expected="no loop 2440",
        )
