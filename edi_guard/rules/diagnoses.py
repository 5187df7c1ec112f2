"""DX: diagnoses and the pointers to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims import Claim, ClaimKind, ServiceLine
from edi_guard.findings import Severity
from edi_guard.rules.registry import rule
from edi_guard.rules.signs import Sign

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context


def _has_pointer(elements: list[str], separator: str, _: Context) -> bool:
    return len(elements) > 7 and bool(elements[7].partition(separator)[0])


def _has_distinct_pointers(elements: list[str], separator: str, _: Context) -> bool:
    if len(elements) < 8 or separator not in elements[7]:
        return True
    pointers = elements[7].split(separator)
    return len(set(pointers)) == len(pointers)


@rule(
    "DX101",
    on=ServiceLine,
    snip=4,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("M76",),
    claim_status=("A6:477",),
    kind=ClaimKind.PROFESSIONAL,
    segments=("SV1",),
    edits=("STEDI-085",),
    unless=_has_pointer,
)
def pointer_missing(line: ServiceLine, _: Context) -> Iterator[Finding]:
    """Professional line without a diagnosis pointer.

    ## Why it is denied
    Nothing says why the service was needed.

    ## What to do
    Link the line to the diagnosis that it treats.

    ## Example
    Denied: `SV1*HC:20610*180*UN*1~`
    Paid: `SV1*HC:20610*180*UN*1***1~`

    ## Exceptions
    Institutional lines have no pointers.

    ## Source
    005010X222A1, loop 2400, SV107-1, required.
    """
    if not line.pointers or not line.pointers[0]:
        yield pointer_missing.finding(
            line.at_pointers,
            f"line {line.number} points at no diagnosis",
            expected="1 to 4 diagnosis pointers",
        )


@rule(
    "DX201",
    on=ServiceLine,
    snip=4,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("M76",),
    claim_status=("A7:477",),
    kind=ClaimKind.PROFESSIONAL,
    segments=("SV1",),
    edits=("STEDI-038", "STEDI-085"),
    signs=Sign.POINTER,
)
def pointer_out_of_range(line: ServiceLine, _: Context) -> Iterator[Finding]:
    """Diagnosis pointer to a diagnosis that is not on the claim.

    ## Why it is denied
    The pointer leads nowhere.

    ## What to do
    Correct the pointer, or add the diagnosis.

    ## Example
    Denied: `SV1*HC:20610*180*UN*1***3~` over two diagnoses
    Paid: `SV1*HC:20610*180*UN*1***2~`

    ## Exceptions
    None.

    ## Source
    005010X222A1, loop 2400, SV107; loop 2300, HI with ABK and ABF.
    """
    most = len(line.claim.pointable_diagnoses)
    for index, pointer in enumerate(line.pointers):
        right = pointer.isascii() and pointer.isdigit() and 1 <= int(pointer) <= most
        if pointer and not right:
            yield pointer_out_of_range.finding(
                line.at_pointer(index),
                f"diagnosis pointer {index + 1} of line {line.number} leads to none of the claim's"
                f" {most} diagnoses",
                observed=pointer,
                expected=f"1 to {most}",
            )


@rule(
    "DX301",
    on=ServiceLine,
    snip=4,
    severity=Severity.WARN,
    carc=("16",),
    claim_status=("A7:477",),
    kind=ClaimKind.PROFESSIONAL,
    segments=("SV1",),
    unless=_has_distinct_pointers,
)
def pointer_repeated(line: ServiceLine, _: Context) -> Iterator[Finding]:
    """Diagnosis pointer that stands twice on one line.

    ## Why it is denied
    The repetition says nothing; some front ends refuse it.

    ## What to do
    Remove the repetition, or point at the diagnosis that was meant.

    ## Example
    Denied: `SV1*HC:20610*180*UN*1***1:1~`
    Paid: `SV1*HC:20610*180*UN*1***1:2~`

    ## Exceptions
    None.

    ## Source
    005010X222A1, loop 2400, SV107.
    """
    pointers = [pointer for pointer in line.pointers if pointer]
    if len(set(pointers)) < len(pointers):
        yield pointer_repeated.finding(
            line.at_pointers,
            f"line {line.number} points at one diagnosis twice",
            observed=":".join(line.pointers),
            expected="each pointer once",
        )


@rule(
    "DX302",
    on=Claim,
    snip=5,
    severity=Severity.HOLD,
    carc=("16",),
    rarc=("M76",),
    claim_status=("A7:255",),
    segments=("HI",),
    edits=("STEDI-035",),
    signs=Sign.REPEATED_DIAGNOSIS,
)
def diagnosis_repeated(claim: Claim, _: Context) -> Iterator[Finding]:
    """Diagnosis that stands twice on the claim.

    ## Why it is denied
    Front ends refuse repeated diagnosis codes; the second was mostly meant to be another.

    ## What to do
    Remove the repetition; correct the pointers of the lines.

    ## Example
    Denied: `HI*ABK:M25511*ABF:M25511~`
    Paid: `HI*ABK:M25511*ABF:M7541~`

    ## Exceptions
    The admitting diagnosis and the reason for visit may repeat the principal one.

    ## Source
    Published front-end edits; 005010X222A1 and 005010X223A2, loop 2300, HI.
    """
    seen: set[str] = set()
    for diagnosis in claim.pointable_diagnoses:
        if diagnosis.code and diagnosis.code in seen:
            yield diagnosis_repeated.finding(
                claim.at(diagnosis.segment, diagnosis.element, 2),
                "a diagnosis stands twice on the claim",
                observed=diagnosis.code,
                expected="each diagnosis once",
            )
        seen.add(diagnosis.code)
