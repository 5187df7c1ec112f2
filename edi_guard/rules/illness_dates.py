"""SIT and DATE: dates that say how an illness, a pregnancy or a spinal treatment began."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims import Claim, ClaimKind
from edi_guard.findings import Severity
from edi_guard.policy.codeset import CodeSet
from edi_guard.rules.payer_places import MEDICARE
from edi_guard.rules.quantities import ANESTHESIA
from edi_guard.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context

ONSET = "431"
ACUTE_MANIFESTATION = "453"
LAST_XRAY = "455"
LAST_MENSTRUAL_PERIOD = "484"
# CR208: the condition that spinal manipulation treats is acute.
ACUTE = frozenset("AM")
SPINE_RADIOGRAPHS = CodeSet.parse("72020-72120")
# ICD-10-CM: behind the letter of pregnancy, the blocks of delivery and of the time after it.
_AFTER_PREGNANCY = tuple(f"O{block}" for block in (80, 82, *range(85, 93)))


def _names_no_pregnancy(elements: list[str], separator: str, _: Context) -> bool:
    return not any(f"{separator}O" in element for element in elements[1:])


@rule(
    "SIT164",
    on=Claim,
    snip=4,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("N307",),
    claim_status=("A7:21",),
    kind=ClaimKind.PROFESSIONAL,
    segments=("CR2",),
    edits=("STEDI-087",),
)
def acute_manifestation_missing(claim: Claim, _: Context) -> Iterator[Finding]:
    """Spinal manipulation of an acute condition without the date at which it broke out.

    ## Why it is denied
    Medicare pays for active treatment only, and the date shows that it is one.

    ## What to do
    Enter the date of the acute manifestation (DTP with 453).

    ## Example
    Denied: `CR2********A~` on a Medicare claim without `DTP*453`
    Paid: the same with `DTP*453*D8*20261020~`

    ## Exceptions
    Payers other than Medicare; chronic conditions.

    ## Source
    005010X222A1, loop 2300, DTP with 453; CR208.
    """
    segment = claim.own.first("CR2")
    if segment is None or segment[8] not in ACUTE or claim.filing_indicator not in MEDICARE:
        return
    if claim.own.first("DTP", ACUTE_MANIFESTATION) is None:
        yield acute_manifestation_missing.finding(
            claim.at(segment, 8),
            "CR208 says acute, and the date of manifestation (DTP 453) is missing",
            expected="DTP*453",
        )


@rule(
    "SIT169",
    on=Claim,
    snip=4,
    severity=Severity.INFO,
    carc=("16",),
    claim_status=("A7:21",),
    kind=ClaimKind.PROFESSIONAL,
    segments=("CR2",),
    edits=("STEDI-089",),
)
def last_xray_missing(claim: Claim, _: Context) -> Iterator[Finding]:
    """Spinal manipulation without the date of the last x-ray.

    ## Why it is denied
    Payers that take an x-ray as proof of the spine's condition ask for its date.

    ## What to do
    Enter the date of the last x-ray (DTP with 455) where one was taken.

    ## Example
    Denied: `CR2********C~` where an x-ray was taken, without `DTP*455`
    Paid: the same with `DTP*455*D8*20261020~`

    ## Exceptions
    Only a claim with a radiograph of the spine on its lines shows that one was taken, and is warned of;
    others are only told.

    ## Source
    005010X222A1, loop 2300, DTP with 455.
    """
    segment = claim.own.first("CR2")
    if segment is None or claim.own.first("DTP", LAST_XRAY) is not None:
        return
    taken = any(line.code in SPINE_RADIOGRAPHS for line in claim.lines)
    yield last_xray_missing.finding(
        claim.at(segment),
        "spinal manipulation, and the date of the last x-ray is missing",
        expected="DTP*455 where an x-ray was taken",
        severity=Severity.WARN if taken else None,
    )


@rule(
    "SIT165",
    on=Claim,
    snip=4,
    severity=Severity.WARN,
    carc=("16",),
    rarc=("N301",),
    claim_status=("A7:21",),
    kind=ClaimKind.PROFESSIONAL,
    segments=("HI",),
    edits=("STEDI-088",),
    unless=_names_no_pregnancy,
)
def last_menstrual_period_missing(claim: Claim, _: Context) -> Iterator[Finding]:
    """Pregnancy diagnosis without the date of the last menstrual period.

    ## Why it is denied
    Payers ask for the date where services are related to a pregnancy, and some refuse the claim.

    ## What to do
    Enter the date of the last menstrual period (DTP with 484) if the services are related to it.

    ## Example
    Denied: a diagnosis of pregnancy without `DTP*484`
    Paid: the same with `DTP*484*D8*20260601~`

    ## Exceptions
    Diagnoses of delivery and of the time after it. Whether services are related to the pregnancy is the
    provider's judgment, so that this is a warning. Claims for anesthesia alone: payers
    count these from the delivery.

    ## Source
    005010X222A1, loop 2300, DTP with 484; ICD-10-CM, chapter 15.
    """
    if claim.own.first("DTP", LAST_MENSTRUAL_PERIOD) is not None:
        return
    if all(line.code in ANESTHESIA for line in claim.lines):
        return
    for diagnosis in claim.coded("ABK", "ABF"):
        if diagnosis.code.startswith("O") and not diagnosis.code.startswith(_AFTER_PREGNANCY):
            yield last_menstrual_period_missing.finding(
                claim.at(diagnosis.segment, diagnosis.element, 2),
                "the claim's diagnoses call for a date that is missing (DTP 484)",
                observed=diagnosis.code,
                expected="DTP*484",
            )
            return


@rule(
    "SIT361",
    on=Claim,
    snip=4,
    severity=Severity.HOLD,
    carc=("7", "16"),
    rarc=("MA39",),
    claim_status=("A7:21",),
    kind=ClaimKind.PROFESSIONAL,
    segments=("DTP*484",),
    edits=("AVAIL-002",),
)
def menstrual_period_of_male(claim: Claim, _: Context) -> Iterator[Finding]:
    """Date of a last menstrual period for a male patient.

    ## Why it is denied
    Sex and date contradict each other; one of them is mostly another patient's.

    ## What to do
    Correct the patient's sex as the payer has it, or remove the date.

    ## Example
    Denied: `DTP*484*D8*20260601~` for a patient with `M` in DMG03
    Paid: the same for a patient with `F`

    ## Exceptions
    Lines with modifier KX, by which the provider confirms that the service fits the patient.

    ## Source
    Published front-end edits; 005010X222A1, loop 2300, DTP with 484; loops 2010BA and 2010CA, DMG03.
    """
    segment = claim.own.first("DTP", LAST_MENSTRUAL_PERIOD)
    if segment is None or claim.patient.sex != "M":
        return
    if not any("KX" in line.modifiers for line in claim.lines):
        yield menstrual_period_of_male.finding(
            claim.at(segment),
            "a date of the claim (DTP 484) and the patient's sex contradict each other",
            observed=segment[3],
            expected="no DTP*484, or another sex",
        )


@rule(
    "DATE361",
    on=Claim,
    snip=4,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("MA122",),
    claim_status=("A7:21",),
    kind=ClaimKind.PROFESSIONAL,
    segments=("DTP*431",),
    edits=("STEDI-117",),
)
def onset_on_day_of_service(claim: Claim, _: Context) -> Iterator[Finding]:
    """Onset of the illness on a day of service.

    ## Why it is denied
    The date of onset is sent only where it differs from the date of service. Front ends refuse it else.

    ## What to do
    Leave the date of onset out, or correct it.

    ## Example
    Denied: `DTP*431*D8*20261102~` and a service on that day
    Paid: `DTP*431*D8*20261028~`

    ## Exceptions
    None.

    ## Source
    Published front-end edits; 005010X222A1, loop 2300, DTP with 431.
    """
    segment, onset = claim.own.first("DTP", ONSET), claim.own.days(ONSET)
    if segment is None or onset is None:
        return
    for line in claim.lines:
        period = line.own_period
        if period is not None and period.overlaps(onset):
            yield onset_on_day_of_service.finding(
                claim.at(segment, 3),
                f"the date of onset (DTP 431) is a day of service of line {line.number}",
                observed=str(onset.first),
                expected="another day, or no DTP*431",
            )
            return
