"""CODE: admission type, point of origin, patient status and claim frequency, by their numbers only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from edi_guard.claims import Claim, ClaimKind
from edi_guard.findings import Severity
from edi_guard.rules.registry import rule
from edi_guard.rules.signs import bill_frequency

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context

_STATUS_SHAPE = re.compile(r"(?!00)\d{2}", re.ASCII)
_STATUSES = frozenset(
    {
        *"01 02 03 04 05 06 07 09 20 21 30 40 41 42 43 50 51 61 62 63 64 65 66 69 70".split(),
        *map(str, range(81, 96)),
    }
)
_ADMISSION_TYPES = frozenset("123459")
_ORIGINS = frozenset("1245689DEFG")
_PROFESSIONAL_FREQUENCIES = frozenset("178")
_FREQUENCY_SHAPE = re.compile(r"[0-9A-Z]", re.ASCII)
_FREQUENCIES = frozenset("012345789ABCDEFGHIJKMPQXYZ")


def _has_assigned_status(elements: list[str], _separator: str, _: Context) -> bool:
    return len(elements) < 4 or not elements[3] or elements[3] in _STATUSES


def _has_admission_type(elements: list[str], _separator: str, _: Context) -> bool:
    return len(elements) < 2 or not elements[1] or elements[1] in _ADMISSION_TYPES


def _has_assigned_origin(elements: list[str], _separator: str, _: Context) -> bool:
    return len(elements) < 3 or not elements[2] or elements[2] in _ORIGINS


def _has_usual_frequency(elements: list[str], separator: str, _: Context) -> bool:
    return bill_frequency(elements, separator) in ("", *_PROFESSIONAL_FREQUENCIES)


@rule(
    "CODE240",
    on=Claim,
    snip=5,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("MA43",),
    claim_status=("A7:234",),
    kind=ClaimKind.INSTITUTIONAL,
    segments=("CL1",),
    edits=("STEDI-056",),
    unless=_has_assigned_status,
)
def invalid_patient_status(claim: Claim, _: Context) -> Iterator[Finding]:
    """Patient discharge status that is none.

    ## Why it is denied
    The status says where the patient went. It has two digits, and payers compute transfers from it.

    ## What to do
    Enter the two-digit status from the record.

    ## Example
    Denied: `CL1*3*1*00~`
    Paid: `CL1*3*1*01~`

    ## Exceptions
    Two digits that are not assigned today hold the claim only: the list grows. A missing status is a
    matter of the guide (IG102).

    ## Source
    005010X223A2, loop 2300, CL103; NUBC, numbers only.
    """
    segment = claim.own.first("CL1")
    if segment is None or not segment[3] or segment[3] in _STATUSES:
        return
    known_shape = bool(_STATUS_SHAPE.fullmatch(segment[3]))
    yield invalid_patient_status.finding(
        claim.at(segment, 3),
        f"{segment[3]} is no patient status that is assigned today",
        observed=segment[3],
        expected="two digits, e.g. 01",
        severity=Severity.HOLD if known_shape else None,
    )


@rule(
    "CODE241",
    on=Claim,
    snip=5,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("MA41",),
    claim_status=("A7:231",),
    kind=ClaimKind.INSTITUTIONAL,
    segments=("CL1",),
    edits=("STEDI-058", "OPTUM-001"),
    unless=_has_admission_type,
)
def invalid_admission_type(claim: Claim, _: Context) -> Iterator[Finding]:
    """Admission type other than 1 to 5 and 9.

    ## Why it is denied
    The type says how urgent the admission or visit was. Other numbers are not assigned.

    ## What to do
    Enter the type from the record.

    ## Example
    Denied: `CL1*6*1*01~`
    Paid: `CL1*3*1*01~`

    ## Exceptions
    None.

    ## Source
    005010X223A2, loop 2300, CL101; NUBC, numbers only.
    """
    segment = claim.own.first("CL1")
    if segment is not None and segment[1] and segment[1] not in _ADMISSION_TYPES:
        yield invalid_admission_type.finding(
            claim.at(segment, 1),
            f"{segment[1]} is no admission type",
            observed=segment[1],
            expected="1, 2, 3, 4, 5 or 9",
        )


@rule(
    "CODE242",
    on=Claim,
    snip=5,
    severity=Severity.HOLD,
    carc=("16",),
    rarc=("MA42",),
    claim_status=("A7:229",),
    kind=ClaimKind.INSTITUTIONAL,
    segments=("CL1",),
    unless=_has_assigned_origin,
)
def unassigned_point_of_origin(claim: Claim, _: Context) -> Iterator[Finding]:
    """Point of origin that is not assigned.

    ## Why it is denied
    Payers look the code up and do not find it. Some codes were withdrawn, such as the one for the
    emergency room.

    ## What to do
    Enter where the patient came from, by a code that is in use.

    ## Example
    Denied: `CL1*1*7*01~`
    Paid: `CL1*1*1*01~`

    ## Exceptions
    The list grows, so that the claim is held, not rejected.

    ## Source
    005010X223A2, loop 2300, CL102; NUBC, numbers only.
    """
    segment = claim.own.first("CL1")
    if segment is not None and segment[2] and segment[2] not in _ORIGINS:
        yield unassigned_point_of_origin.finding(
            claim.at(segment, 2),
            f"{segment[2]} is no point of origin that is assigned today",
            observed=segment[2],
            expected="1, 2, 4, 5, 6, 8, 9, D, E, F or G",
        )


@rule(
    "CODE243",
    on=Claim,
    snip=2,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("MA30",),
    claim_status=("A7:535",),
    edits=("STEDI-060", "CLAIMMD-004"),
    segments=("CLM",),
    unless=_has_usual_frequency,
)
def invalid_claim_frequency(claim: Claim, _: Context) -> Iterator[Finding]:
    """Claim frequency that this kind of claim does not have.

    ## Why it is denied
    The frequency says whether the claim is new, replaces or voids an earlier one. Professional claims
    have no others; interim bills are institutional.

    ## What to do
    Enter 1 for a new claim, 7 to replace, 8 to void an earlier one.

    ## Example
    Denied: `CLM*PCN1*180***11:B:6*Y*A*Y*Y~`
    Paid: `CLM*PCN1*180***11:B:7*Y*A*Y*Y~` with `REF*F8`

    ## Exceptions
    A character that is not assigned on institutional claims holds the claim only. A missing frequency
    is a matter of the guide (IG102).

    ## Source
    005010X222A1 and 005010X223A2, loop 2300, CLM05-3; published front-end edits; NUBC, numbers only.
    """
    frequency = claim.frequency
    professional = claim.kind is ClaimKind.PROFESSIONAL
    known = _PROFESSIONAL_FREQUENCIES if professional else _FREQUENCIES
    if not frequency or frequency in known:
        return
    may_be_new = not professional and _FREQUENCY_SHAPE.fullmatch(frequency)
    yield invalid_claim_frequency.finding(
        claim.at_frequency,
        f"{frequency} is no frequency of an {claim.kind.value} claim",
        observed=frequency,
        expected="1, 7 or 8" if professional else "a frequency that is assigned, e.g. 1, 2, 3, 4, 7 or 8",
        severity=Severity.HOLD if may_be_new else None,
    )
