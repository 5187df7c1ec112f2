"""CODE: the shape of codes. Membership in code sets is checked where a table is loaded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from edi_guard.claims import Claim, ClaimKind, ServiceLine
from edi_guard.findings import Edit, Repair, Severity, Tier
from edi_guard.rules.registry import rule
from edi_guard.rules.signs import procedure_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context

_PROCEDURE = re.compile(r"\d{5}|[A-Z]\d{4}|\d{4}[A-Z]", re.ASCII)
_DIAGNOSIS = re.compile(r"[A-Z]\d[0-9A-Z](?:[0-9A-Z]{1,4})?", re.ASCII)
_DIAGNOSIS_QUALIFIERS = frozenset({"ABK", "ABF", "ABJ", "APR", "ABN"})
_REVENUE = re.compile(r"\d{4}", re.ASCII)
_PLACE = re.compile(r"\d{2}", re.ASCII)
_FACILITY = re.compile(r"[1-9][1-9]", re.ASCII)
_SEPARATORS = re.compile(r"[ .\-]")
HCPCS = "HC"


def _has_well_formed_procedure(elements: list[str], separator: str, _: Context) -> bool:
    parts = procedure_parts(elements, separator)
    return len(parts) < 2 or parts[0] != HCPCS or _PROCEDURE.fullmatch(parts[1].upper()) is not None


def _has_well_formed_diagnoses(elements: list[str], separator: str, _: Context) -> bool:
    for element in elements[1:]:
        qualifier, code, *_rest = (element + separator).split(separator, 2)
        if qualifier in _DIAGNOSIS_QUALIFIERS and not _DIAGNOSIS.fullmatch(code):
            return False
    return True


def _has_well_formed_revenue_code(elements: list[str], _separator: str, _: Context) -> bool:
    return len(elements) > 1 and _REVENUE.fullmatch(elements[1]) is not None and elements[1][0] in "0123"


def _has_well_formed_place(elements: list[str], separator: str, _: Context) -> bool:
    if len(elements) < 6 or not elements[5]:
        return True
    return _PLACE.fullmatch(elements[5].partition(separator)[0]) is not None


def _has_well_formed_type_of_bill(elements: list[str], separator: str, _: Context) -> bool:
    return len(elements) > 5 and _FACILITY.fullmatch(elements[5].partition(separator)[0]) is not None


@rule(
    "CODE201",
    on=ServiceLine,
    snip=5,
    severity=Severity.REJECT,
    carc=("181", "16"),
    rarc=("M51",),
    claim_status=("A7:507",),
    segments=("SV1", "SV2"),
    repairs=Tier.LOSSLESS,
    edits=("STEDI-041", "STEDI-042"),
    unless=_has_well_formed_procedure,
)
def malformed_procedure_code(line: ServiceLine, _: Context) -> Iterator[Finding]:
    """Procedure code that has no procedure code's shape.

    ## Why it is denied
    HCPCS and CPT codes have five characters: five digits, a letter and four digits, or four digits and a
    letter. Anything else is in no code set.

    ## What to do
    Enter the procedure code from the record.

    ## Example
    Denied: `SV1*HC:2061*180*UN*1***1~`
    Paid: `SV1*HC:20610*180*UN*1***1~`

    ## Repair
    Lossless, off by default: blanks, hyphens and dots inside the code are removed where five characters
    of the right shape are left.

    ## Exceptions
    Codes with another qualifier than HC (e.g. HIPPS rate codes). Lower-case letters are a spelling
    (FMT103).

    ## Source
    005010X222A1, loop 2400, SV101-2; 005010X223A2, loop 2400, SV202-2; HCPCS code set.
    """
    code = line.code
    if line.code_qualifier != HCPCS or not code or _PROCEDURE.fullmatch(code.upper()):
        return
    repair = None
    together = _SEPARATORS.sub("", code)
    if together != code and _PROCEDURE.fullmatch(together):
        edit = Edit(line.at_code.byte_start, code, together)
        repair = Repair(Tier.LOSSLESS, "remove blanks and marks inside a procedure code", (edit,))
    yield malformed_procedure_code.finding(
        line.at_code,
        f"the procedure code of line {line.number} does not have the shape of one",
        observed=code,
        expected="five digits, a letter and four digits, or four digits and a letter",
        repair=repair,
    )


@rule(
    "CODE202",
    on=Claim,
    snip=5,
    severity=Severity.REJECT,
    carc=("16", "146"),
    rarc=("M76",),
    claim_status=("A7:254", "A7:255"),
    segments=("HI",),
    edits=("CMSIOCE-001",),
    unless=_has_well_formed_diagnoses,
)
def malformed_diagnosis_code(claim: Claim, _: Context) -> Iterator[Finding]:
    """Diagnosis code that does not have the shape of an ICD-10-CM code.

    ## Why it is denied
    ICD-10-CM codes have a letter, a digit, and one to five more characters. Anything else is in no code
    set.

    ## What to do
    Enter the diagnosis code from the record, without the dot.

    ## Example
    Denied: `HI*ABK:7194~`
    Paid: `HI*ABK:M25511~`

    ## Exceptions
    A dot or lower-case letters are a spelling, which is repaired (FMT103, FMT104).

    ## Source
    005010X222A1 and 005010X223A2, loop 2300, HI with ABK, ABF, ABJ, APR, ABN; ICD-10-CM.
    """
    for diagnosis in claim.coded_values:
        if diagnosis.qualifier not in _DIAGNOSIS_QUALIFIERS or not diagnosis.code:
            continue
        if not _DIAGNOSIS.fullmatch(diagnosis.code.upper().replace(".", "")):
            yield malformed_diagnosis_code.finding(
                claim.at(diagnosis.segment, diagnosis.element, 2),
                "a diagnosis code does not have the shape of an ICD-10-CM code",
                observed=diagnosis.code,
                expected="a letter, a digit and one to five more characters, without a dot",
            )


@rule(
    "CODE203",
    on=ServiceLine,
    snip=5,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("M50",),
    claim_status=("A7:455",),
    kind=ClaimKind.INSTITUTIONAL,
    segments=("SV2",),
    edits=("STEDI-055",),
    unless=_has_well_formed_revenue_code,
)
def malformed_revenue_code(line: ServiceLine, _: Context) -> Iterator[Finding]:
    """Revenue code that is not four digits.

    ## Why it is denied
    Revenue codes are written with four digits, the first a zero for most. A shorter one is not found.

    ## What to do
    Enter the four-digit revenue code.

    ## Example
    Denied: `SV2*402*HC:76942*140*UN*1~`
    Paid: `SV2*0402*HC:76942*140*UN*1~`

    ## Exceptions
    A missing revenue code is a matter of the guide (IG).

    ## Source
    005010X223A2, loop 2400, SV201; published front-end edits: four digits, the first 0 to 3.
    """
    code = line.revenue_code
    if code and not (_REVENUE.fullmatch(code) and code[0] in "0123"):
        yield malformed_revenue_code.finding(
            line.at(line.service, 1),
            f"the revenue code of line {line.number} is not four digits beginning with 0 to 3",
            observed=code,
            expected="four digits",
        )


@rule(
    "CODE204",
    on=ServiceLine,
    snip=5,
    severity=Severity.REJECT,
    carc=("16", "5"),
    rarc=("M77",),
    claim_status=("A7:249",),
    kind=ClaimKind.PROFESSIONAL,
    segments=("CLM", "SV1"),
    unless=_has_well_formed_place,
)
def malformed_place_of_service(line: ServiceLine, _: Context) -> Iterator[Finding]:
    """Place of service that is not two digits.

    ## Why it is denied
    Places of service are two digits. A single digit, or letters, are in no code set.

    ## What to do
    Enter the two-digit place of service.

    ## Example
    Denied: `CLM*PCN1*180***1:B:1*Y*A*Y*Y~`
    Paid: `CLM*PCN1*180***11:B:1*Y*A*Y*Y~`

    ## Exceptions
    Two digits that name no place are found by the guide's own list (IG).

    ## Source
    005010X222A1, loop 2300, CLM05-1, and loop 2400, SV105; CMS place of service code set.
    """
    place = line.place_of_service
    own = line.own_place_of_service
    # A claim's own value is reported once, with its first line.
    if place and not _PLACE.fullmatch(place) and (own or line.number == 1):
        yield malformed_place_of_service.finding(
            line.at_place_of_service,
            "the place of service is not two digits",
            observed=place,
            expected="two digits",
        )


@rule(
    "CODE205",
    on=Claim,
    snip=5,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("MA30",),
    claim_status=("A7:228",),
    kind=ClaimKind.INSTITUTIONAL,
    edits=("STEDI-059",),
    unless=_has_well_formed_type_of_bill,
    segments=("CLM",),
)
def malformed_type_of_bill(claim: Claim, _: Context) -> Iterator[Finding]:
    """Type of bill whose first two digits name no facility and care.

    ## Why it is denied
    The type of bill decides how an institutional claim is read. Without a valid one it is not read.

    ## What to do
    Enter the type of bill: two digits for facility and care, one character for frequency.

    ## Example
    Denied: `CLM*PCN1*180***013:A:1**A*Y*Y~`
    Paid: `CLM*PCN1*180***13:A:1**A*Y*Y~`

    ## Exceptions
    None.

    ## Source
    005010X223A2, loop 2300, CLM05-1; NUBC type of bill structure, in our own words.
    """
    if claim.facility_code and not _FACILITY.fullmatch(claim.facility_code):
        yield malformed_type_of_bill.finding(
            claim.at_place_of_service,
            "the type of bill does not begin with two digits for facility and care",
            observed=claim.facility_code,
            expected="two digits from 1 to 9, without a leading zero",
        )
