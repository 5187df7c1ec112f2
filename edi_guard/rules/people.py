"""SIT, ID and DATE: the people of a claim: names, numbers, births, relations."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from edi_guard.claims import Claim, Transaction
from edi_guard.findings import Severity
from edi_guard.rules.registry import rule
from edi_guard.rules.signs import Sign

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context


PERSON = "1"
SELF = "18"
MEDICARE = frozenset({"MA", "MB"})
OLDEST = 150
_SSN = re.compile(r"(?!000|666|9)\d{9}", re.ASCII)
# C A AN N A AN N A A N N: no letter that looks like a digit (CMS, format of the MBI).
_LETTER = "[AC-HJKMNP-RT-Y]"
_EITHER = "[0-9AC-HJKMNP-RT-Y]"
MBI = re.compile(f"[1-9]{_LETTER}{_EITHER}[0-9]{_LETTER}{_EITHER}[0-9]{_LETTER}{_LETTER}[0-9][0-9]", re.ASCII)
_GROUP = re.compile(r"[0-9A-Za-z]+", re.ASCII)


def _has_first_name(elements: list[str], _separator: str, _: Context) -> bool:
    return len(elements) < 3 or elements[2] != PERSON or (len(elements) > 4 and bool(elements[4]))


def _has_possible_ssn(elements: list[str], _separator: str, _: Context) -> bool:
    return len(elements) < 3 or _SSN.fullmatch(elements[2]) is not None


@cache
def _possible_births(today: date) -> tuple[str, str]:
    """Return the first and the last day, CCYYMMDD, on which a patient can have been born."""
    return f"{today.year - OLDEST + 1}0101", f"{today:%Y%m%d}"


def _has_possible_birth(elements: list[str], _separator: str, context: Context) -> bool:
    if len(elements) < 3:
        return True
    first, last = _possible_births(context.today)
    return first <= elements[2] <= last


def _has_plain_group_number(elements: list[str], _separator: str, _: Context) -> bool:
    return len(elements) < 4 or not elements[3] or _GROUP.fullmatch(elements[3]) is not None


@rule(
    "SIT220",
    on=Transaction,
    snip=4,
    severity=Severity.WARN,
    carc=("16",),
    claim_status=("A7:125",),
    segments=("NM1",),
    unless=_has_first_name,
    edits=("STEDI-015",),
)
def first_name_missing(transaction: Transaction, _: Context) -> Iterator[Finding]:
    """Person without a first name.

    ## Why it is denied
    Some front ends refuse persons without a first name; payers match patients by it.

    ## What to do
    Enter the first name.

    ## Example
    Denied: `NM1*IL*1*DOE*****MI*W1~`
    Paid: `NM1*IL*1*DOE*JANE****MI*W1~`

    ## Exceptions
    A person may have one name only, so that this is a warning. A missing last name is a matter of the
    guide (IG102).

    ## Source
    005010X222A1 and 005010X223A2, NM104: required where the person has a first name; published edits.
    """
    for segment in transaction.text.segments:
        if segment.id == "NM1" and segment[2] == PERSON and not segment[4]:
            yield first_name_missing.finding(
                segment.location(4), "a person has no first name", expected="a first name"
            )


@rule(
    "ID220",
    on=Transaction,
    snip=5,
    severity=Severity.REJECT,
    carc=("16",),
    claim_status=("A7:128",),
    segments=("REF*SY",),
    unless=_has_possible_ssn,
    edits=("STEDI-017", "STEDI-082", "STEDI-114"),
)
def malformed_social_security_number(transaction: Transaction, _: Context) -> Iterator[Finding]:
    """Social security number that cannot be one.

    ## Why it is denied
    Nine digits, of which the first three are never 000, 666 or above 899. Others belong to nobody.

    ## What to do
    Correct the number, or leave it out where it is not required.

    ## Example
    Denied: `REF*SY*000123456~`
    Paid: `REF*SY*123456789~`

    ## Exceptions
    Hyphens in the right places are a spelling, which is repaired (FMT107).

    ## Source
    005010X222A1 and 005010X223A2, REF with SY; Social Security Administration, numbers never issued.
    """
    for segment in transaction.text.segments:
        if segment.id == "REF" and segment[1] == "SY" and segment[2] and not _SSN.fullmatch(segment[2]):
            yield malformed_social_security_number.finding(
                segment.location(2),
                "a social security number (REF SY) cannot be one",
                observed=segment[2],
                expected="nine digits that can be issued",
            )


@rule(
    "DATE220",
    on=Transaction,
    snip=4,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("N329",),
    claim_status=("A7:158",),
    segments=("DMG",),
    unless=_has_possible_birth,
    edits=("STEDI-013",),
)
def impossible_birth_date(transaction: Transaction, context: Context) -> Iterator[Finding]:
    """Date of birth in the future, or 150 years ago or more.

    ## Why it is denied
    Nobody was born then; the patient is not found.

    ## What to do
    Correct the date of birth.

    ## Example
    Denied: `DMG*D8*20990101*F~`
    Paid: `DMG*D8*19700101*F~`

    ## Exceptions
    The day of the check itself is possible. A date that is none is a matter of the guide (IG201).

    ## Source
    005010X222A1 and 005010X223A2, loops 2010BA and 2010CA, DMG02; published front-end edits.
    """
    for segment in transaction.text.segments:
        if segment.id != "DMG" or not (len(segment[2]) == 8 and segment[2].isdigit()):
            continue
        if not _has_possible_birth(segment.elements, "", context):
            yield impossible_birth_date.finding(
                segment.location(2),
                f"a date of birth is after today, or {OLDEST} years ago",
                observed=segment[2],
                expected="the day on which the patient was born",
            )


@rule(
    "ID226",
    on=Transaction,
    snip=1,
    severity=Severity.WARN,
    segments=("SBR",),
    unless=_has_plain_group_number,
    edits=("PMHELP-005",),
)
def group_number_with_marks(transaction: Transaction, _: Context) -> Iterator[Finding]:
    """Group number with other characters than letters and digits.

    ## Why it is denied
    Some front ends refuse group numbers with hyphens, blanks or slashes.

    ## What to do
    Enter the group number as the payer writes it on remittances.

    ## Example
    Denied: `SBR*P*18*GROUP-1******CI~`
    Paid: `SBR*P*18*GROUP1******CI~`

    ## Exceptions
    Some payers do print marks, so that this is a warning.

    ## Source
    Published front-end edits; 005010X222A1 and 005010X223A2, loops 2000B and 2320, SBR03.
    """
    for segment in transaction.text.segments:
        if segment.id == "SBR" and segment[3] and not _GROUP.fullmatch(segment[3]):
            yield group_number_with_marks.finding(
                segment.location(3),
                "a group number has other characters than letters and digits",
                observed=segment[3],
                expected="letters and digits",
            )


@rule(
    "ID225",
    on=Claim,
    snip=5,
    severity=Severity.HOLD,
    carc=("16", "31"),
    rarc=("N382",),
    claim_status=("A7:164:IL",),
    signs=Sign.MEDICARE_NUMBER,
    edits=("CMSNGS-004",),
)
def malformed_medicare_number(claim: Claim, _: Context) -> Iterator[Finding]:
    """Medicare number that does not have the shape of an MBI.

    ## Why it is denied
    Medicare finds nobody under it. Since 2020 the numbers made of social security numbers are not taken.

    ## What to do
    Enter the eleven characters of the Medicare card, without hyphens.

    ## Example
    Denied: `NM1*IL*1*DOE*JANE****MI*123456789A~` to Medicare
    Paid: `NM1*IL*1*DOE*JANE****MI*1EG4TE5MK73~` to Medicare

    ## Exceptions
    Other payers. Claims held back for years keep older numbers, so that this only holds the claim.

    ## Source
    CMS, Medicare Beneficiary Identifier format; 005010X222A1 and 005010X223A2, loop 2010BA, NM109.
    """
    number = claim.subscriber.member_identifier.strip().upper()
    if claim.filing_indicator in MEDICARE and number and not MBI.fullmatch(number):
        yield malformed_medicare_number.finding(
            claim.subscriber.at(claim.subscriber.party.name_segment, 9),
            "the member id does not have the shape of a Medicare number",
            observed=number,
            expected="eleven characters in the order of an MBI",
        )


@rule(
    "SIT231",
    on=Claim,
    snip=4,
    severity=Severity.REJECT,
    carc=("16", "31"),
    claim_status=("A7:21",),
    signs=Sign.RELATIONSHIP,
    edits=("STEDI-014",),
)
def relationship_contradicts_hierarchy(claim: Claim, _: Context) -> Iterator[Finding]:
    """Relationship of the patient to the subscriber that contradicts the hierarchy.

    ## Why it is denied
    SBR02 says who the patient is: 18 where it is the subscriber, who then has no loop for a patient
    below.

    ## What to do
    Correct the relationship, or send the patient in a loop 2000C.

    ## Example
    Denied: `SBR*P*18*…~` above an HL of level 23
    Paid: `SBR*P**…~` above an HL of level 23

    ## Exceptions
    None.

    ## Source
    005010X222A1 and 005010X223A2, loop 2000B, SBR02; loop 2000C.
    """
    relationship = claim.subscriber.relationship
    if (relationship == SELF) is claim.patient.is_dependent:
        segment = claim.subscriber.own.first("SBR") or claim.subscriber.header
        is_self = "the patient is the subscriber" if relationship == SELF else "somebody else is the patient"
        found = "a patient's loop follows" if relationship == SELF else "no patient's loop follows"
        yield relationship_contradicts_hierarchy.finding(
            claim.subscriber.at(segment, 2),
            f"SBR02 says that {is_self}, and {found}",
            observed=relationship,
            expected=SELF if relationship != SELF else "nothing in SBR02",
        )


@rule(
    "SIT230",
    on=Claim,
    snip=2,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("N329", "MA37"),
    claim_status=("A7:158:IL", "A7:126:IL"),
    signs=Sign.INCOMPLETE_PATIENT,
    edits=("STEDI-103", "STEDI-104"),
)
def patient_incomplete(claim: Claim, _: Context) -> Iterator[Finding]:
    """Subscriber who is the patient, without address, birth date or sex.

    ## Why it is denied
    Payers find the patient by them, and the guides want them of whoever is the patient.

    ## What to do
    Complete the patient's data.

    ## Example
    Denied: `SBR*P*18*…~` and a loop 2010BA without DMG
    Paid: the same with `DMG*D8*19700101*F~`

    ## Exceptions
    Subscribers who are not the patient.

    ## Source
    005010X222A1 and 005010X223A2, loop 2010BA, N4 and DMG: required where the patient is the
    subscriber.
    """
    level = claim.subscriber
    if level.relationship != SELF or claim.patient.is_dependent or level.party_in("IL") is None:
        return
    for identifier, words in (("N4", "address"), ("DMG", "date of birth and sex")):
        if level.party.first(identifier) is None:
            yield patient_incomplete.finding(
                level.at(level.party.name_segment),
                f"the patient has no {words} ({identifier})",
                expected=identifier,
            )
