"""SIT: admission, discharge and reason for visit, against the type of bill."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims import Claim, ClaimKind
from edi_guard.claims.claim import INPATIENT_BILLS
from edi_guard.findings import Severity
from edi_guard.rules.registry import rule
from edi_guard.rules.signs import facility_code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context

HOSPITAL_INPATIENT = "11"
LABORATORY = "14"
STILL_PATIENT = "30"
NEWBORN = "4"
BORN_HERE, BORN_ELSEWHERE = "5", "6"
_WHOLE, _FIRST, _CONTINUING, _LAST = "1", "2", "3", "4"
_GOES_ON = frozenset({_FIRST, _CONTINUING})
_VISITED = frozenset({"13", "85"})
_UNSCHEDULED = frozenset({"1", "2", "5"})
_VISIT_REVENUE = ("045", "0516", "0526", "0762")


def _is_no_stay(elements: list[str], separator: str, _: Context) -> bool:
    return facility_code(elements, separator) not in INPATIENT_BILLS


def _is_no_emergency(elements: list[str], _separator: str, _: Context) -> bool:
    return len(elements) < 2 or not elements[1].startswith(_VISIT_REVENUE)


def _has_origin(elements: list[str], _separator: str, _: Context) -> bool:
    return len(elements) > 2 and bool(elements[2])


def _has_type(elements: list[str], _separator: str, _: Context) -> bool:
    return len(elements) > 1 and bool(elements[1])


def _is_no_newborn(elements: list[str], _separator: str, _: Context) -> bool:
    return len(elements) < 2 or elements[1] != NEWBORN


@rule(
    "SIT140",
    on=Claim,
    snip=4,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("MA40",),
    claim_status=("A6:189",),
    kind=ClaimKind.INSTITUTIONAL,
    segments=("CLM",),
    unless=_is_no_stay,
)
def admission_date_missing(claim: Claim, _: Context) -> Iterator[Finding]:
    """Stay without an admission date.

    ## Why it is denied
    Benefits and days are counted from the admission.

    ## What to do
    Enter the date and hour of admission.

    ## Example
    Denied: type of bill 111 without `DTP*435`
    Paid: `DTP*435*DT*202611020800~`

    ## Exceptions
    Outpatient bills. Notices and adjustments whose frequency is a letter.

    ## Source
    005010X223A2, loop 2300, DTP 435, required on inpatient claims.
    """
    if claim.is_inpatient and not claim.frequency.isalpha() and claim.own.first("DTP", "435") is None:
        yield admission_date_missing.finding(
            claim.at_claim, "the stay has no admission date", expected="DTP*435"
        )


@rule(
    "SIT141",
    on=Claim,
    snip=4,
    severity=Severity.INFO,
    carc=("16",),
    rarc=("N318",),
    claim_status=("A7:233",),
    kind=ClaimKind.INSTITUTIONAL,
    edits=("STEDI-092",),
    segments=("CLM",),
    unless=_is_no_stay,
)
def discharge_hour_missing(claim: Claim, _: Context) -> Iterator[Finding]:
    """Final bill of a hospital stay without the discharge hour.

    ## Why it is denied
    The guide asks for the hour on the last bill of a stay, and front ends that follow it to the letter
    refuse the claim. Many payers never look at it.

    ## What to do
    Enter the hour of discharge. Where the payer insists, set this rule to reject in the configuration.

    ## Example
    Denied: type of bill 111, patient status 01, without `DTP*096`
    Paid: `DTP*096*TM*1400~`

    ## Exceptions
    Interim bills, and patients who are still there (status 30). Nursing homes and swing beds.

    ## Source
    005010X223A2, loop 2300, DTP 096; published front-end edits.
    """
    final = claim.facility_code == HOSPITAL_INPATIENT and claim.frequency in (_WHOLE, _LAST)
    if final and _status(claim) != STILL_PATIENT and claim.own.first("DTP", "096") is None:
        yield discharge_hour_missing.finding(
            claim.at_claim, "the final bill of the stay has no discharge hour", expected="DTP*096*TM"
        )


@rule(
    "SIT142",
    on=Claim,
    snip=4,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("MA42",),
    claim_status=("A7:229",),
    kind=ClaimKind.INSTITUTIONAL,
    segments=("CL1",),
    edits=("STEDI-118",),
    unless=_has_origin,
)
def point_of_origin_missing(claim: Claim, _: Context) -> Iterator[Finding]:
    """Institutional claim that does not say where the patient came from.

    ## Why it is denied
    The point of origin is wanted for inpatients and outpatients alike.

    ## What to do
    Enter the point of origin.

    ## Example
    Denied: `CL1*3**01~` on type of bill 131
    Paid: `CL1*3*1*01~`

    ## Exceptions
    Laboratory services for patients of others (type of bill 14x).

    ## Source
    005010X223A2, loop 2300, CL102.
    """
    segment = claim.own.first("CL1")
    if segment is not None and not segment[2] and claim.facility_code != LABORATORY:
        yield point_of_origin_missing.finding(
            claim.at(segment, 2), "the claim has no point of origin", expected="CL102"
        )


@rule(
    "SIT143",
    on=Claim,
    snip=4,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("M76",),
    claim_status=("A7:21",),
    kind=ClaimKind.INSTITUTIONAL,
    edits=("STEDI-096",),
    segments=("SV2",),
    unless=_is_no_emergency,
)
def reason_for_visit_missing(claim: Claim, _: Context) -> Iterator[Finding]:
    """Emergency or urgent outpatient visit without the patient's reason.

    ## Why it is denied
    Whether an unscheduled visit was justified is judged by why the patient came, not by what was found.

    ## What to do
    Enter the reason for visit as a diagnosis with APR.

    ## Example
    Denied: `HI*ABK:R0789~` alone, type of bill 131, admission type 1, revenue code 0450
    Paid: the same with `HI*APR:R0789~`

    ## Exceptions
    Only visits of hospitals (13x, 85x) with revenue code 045x, 0516, 0526 or 0762. An admission type
    other than 1, 2 or 5 is only a warning. Scheduled services need no reason.

    ## Source
    005010X223A2, loop 2300, HI with APR; NUBC, unscheduled outpatient visits, in our own words.
    """
    if claim.facility_code not in _VISITED or claim.coded("APR", "PR"):
        return
    if any(line.revenue_code.startswith(_VISIT_REVENUE) for line in claim.lines):
        unscheduled = claim.own.value("CL1", 1) in _UNSCHEDULED
        yield reason_for_visit_missing.finding(
            claim.at_claim,
            "the visit has no reason for visit",
            expected="HI*APR",
            severity=None if unscheduled else Severity.WARN,
        )


@rule(
    "SIT145",
    on=Claim,
    snip=4,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("MA41",),
    claim_status=("A7:231",),
    kind=ClaimKind.INSTITUTIONAL,
    segments=("CL1",),
    edits=("OPTUM-001",),
    unless=_has_type,
)
def admission_type_missing(claim: Claim, _: Context) -> Iterator[Finding]:
    """Institutional claim without an admission type.

    ## Why it is denied
    The guide requires it on every institutional claim.

    ## What to do
    Enter how urgent the admission or visit was.

    ## Example
    Denied: `CL1**1*01~`
    Paid: `CL1*3*1*01~`

    ## Exceptions
    None.

    ## Source
    005010X223A2, loop 2300, CL101, required.
    """
    segment = claim.own.first("CL1")
    if segment is not None and not segment[1]:
        yield admission_type_missing.finding(
            claim.at(segment, 1), "the claim has no admission type", expected="CL101"
        )


@rule(
    "SIT341",
    on=Claim,
    snip=4,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("MA43", "MA30"),
    claim_status=("A7:234",),
    kind=ClaimKind.INSTITUTIONAL,
    segments=("CLM",),
    edits=("STEDI-057",),
    unless=_is_no_stay,
)
def status_against_frequency(claim: Claim, _: Context) -> Iterator[Finding]:
    """Patient status that contradicts the frequency of the bill.

    ## Why it is denied
    A bill for the whole stay, or its last one, has a patient who left; an interim bill has one who
    stays.

    ## What to do
    Correct the patient status or the frequency.

    ## Example
    Denied: type of bill 111 with `CL1*3*1*30~`
    Paid: type of bill 111 with `CL1*3*1*01~`, or 112 with `CL1*3*1*30~`

    ## Exceptions
    Stays only. Frequency 4 with status 30, and a hospital's interim bill (112, 113) of a patient who
    left, are held, not rejected.

    ## Source
    Published front-end edits; 005010X223A2, loop 2300, CLM05-3 and CL103.
    """
    status = _status(claim)
    if not claim.is_inpatient or not status:
        return
    stays = status == STILL_PATIENT
    ended = claim.frequency in (_WHOLE, _LAST)
    goes_on = claim.frequency in _GOES_ON and claim.facility_code == HOSPITAL_INPATIENT
    segment = claim.own.first("CL1")
    if segment is not None and ((ended and stays) or (goes_on and not stays)):
        yield status_against_frequency.finding(
            claim.at(segment, 3),
            f"patient status {status} contradicts type of bill {claim.bill_type}",
            observed=status,
            expected="30 on interim bills only",
            severity=None if claim.frequency == _WHOLE else Severity.HOLD,
        )


@rule(
    "SIT342",
    on=Claim,
    snip=4,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("N318",),
    claim_status=("A7:233",),
    kind=ClaimKind.INSTITUTIONAL,
    segments=("DTP*096",),
    edits=("STEDI-061",),
)
def discharge_hour_on_interim_bill(claim: Claim, _: Context) -> Iterator[Finding]:
    """Discharge hour on a bill that says the stay goes on.

    ## Why it is denied
    Frequencies 2 and 3 say that the patient stays, the hour that the patient left.

    ## What to do
    Leave the hour out, or bill with frequency 4 or 1.

    ## Example
    Denied: type of bill 112 with `DTP*096*TM*1400~`
    Paid: type of bill 111 with `DTP*096*TM*1400~`

    ## Exceptions
    None.

    ## Source
    005010X223A2, loop 2300, DTP 096, for final bills only.
    """
    segment = claim.own.first("DTP", "096")
    if segment is not None and claim.frequency in _GOES_ON:
        yield discharge_hour_on_interim_bill.finding(
            claim.at(segment),
            f"frequency {claim.frequency} says that the stay goes on, but there is a discharge hour",
            observed=claim.frequency,
            expected="no DTP*096 on interim bills",
        )


@rule(
    "SIT343",
    on=Claim,
    snip=4,
    severity=Severity.HOLD,
    carc=("16",),
    rarc=("MA42",),
    claim_status=("A7:229", "A7:231"),
    kind=ClaimKind.INSTITUTIONAL,
    segments=("CL1",),
    unless=_is_no_newborn,
)
def newborn_from_elsewhere(claim: Claim, _: Context) -> Iterator[Finding]:
    """Newborn admission whose point of origin is not one of newborns.

    ## Why it is denied
    With admission type 4 the point of origin says whether the child was born in this hospital (5) or
    outside (6); the other codes mean nothing then.

    ## What to do
    Correct the admission type or the point of origin.

    ## Example
    Denied: `CL1*4*1*01~`
    Paid: `CL1*4*5*01~`

    ## Exceptions
    A missing point of origin is SIT142.

    ## Source
    005010X223A2, loop 2300, CL101 and CL102; NUBC, numbers only.
    """
    segment = claim.own.first("CL1")
    if segment is None or segment[1] != NEWBORN:
        return
    if segment[2] not in ("", BORN_HERE, BORN_ELSEWHERE):
        yield newborn_from_elsewhere.finding(
            claim.at(segment, 2),
            f"admission type {NEWBORN} does not go with point of origin {segment[2]}",
            observed=segment[2],
            expected=f"{BORN_HERE} or {BORN_ELSEWHERE}",
        )


def _status(claim: Claim) -> str:
    return claim.own.value("CL1", 3)
