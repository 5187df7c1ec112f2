"""DX: whether inpatient diagnoses were present on admission (HI, component 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims import Claim, ClaimKind
from edi_guard.findings import Severity
from edi_guard.rules.registry import rule
from edi_guard.rules.signs import facility_code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context

HOSPITAL_INPATIENT = "11"
_BEARERS = ("ABK", "ABF", "ABN")
_MOSTLY_EXEMPT = ("V", "W", "X", "Y", "Z")


def _is_no_hospital_stay(elements: list[str], separator: str, _: Context) -> bool:
    return facility_code(elements, separator) != HOSPITAL_INPATIENT


def _has_no_ninth_component(elements: list[str], separator: str, _: Context) -> bool:
    return not any(element.count(separator) >= 8 for element in elements[1:])


@rule(
    "DX140",
    on=Claim,
    snip=4,
    severity=Severity.INFO,
    carc=("16", "233"),
    rarc=("N434",),
    kind=ClaimKind.INSTITUTIONAL,
    segments=("CLM",),
    unless=_is_no_hospital_stay,
)
def present_on_admission_missing(claim: Claim, _: Context) -> Iterator[Finding]:
    """Hospital stay none of whose diagnoses says whether it was present on admission.

    ## Why it is denied
    Acute hospitals report for every diagnosis whether the patient came with it. Payers return stays
    without the indicator, or do not count the diagnoses as complications.

    ## What to do
    Enter Y, N, U or W in component 9 of the principal and the other diagnoses.

    ## Example
    Denied: `HI*ABK:M25511~` on type of bill 111
    Paid: `HI*ABK:M25511:::::::Y~`

    ## Exceptions
    Only a warning: some hospitals and many codes are exempt. An exempt code stays without the indicator
    (in 5010 no 1 is written), so that one indicator on the claim is enough here. Claims with codes from V
    to Z only. Hospitals that Medicare
    does not pay by case (critical access, rehabilitation, psychiatric, long-term care) need not say it,
    and a claim does not show which it is from, so that this is only said.

    ## Source
    005010X223A2, loop 2300, HI01-9 of ABK and ABF; CMS, hospital-acquired conditions.
    """
    if claim.facility_code != HOSPITAL_INPATIENT or claim.is_void:
        return
    diagnoses = [value for value in claim.pointable_diagnoses if value.qualifier in _BEARERS]
    if any(value.present_on_admission for value in diagnoses):
        return
    for value in diagnoses:
        if not value.code.upper().startswith(_MOSTLY_EXEMPT):
            yield present_on_admission_missing.finding(
                claim.at(value.segment, value.element),
                "no diagnosis of the stay says whether it was present on admission",
                expected="Y, N, U or W in component 9, blank for exempt codes",
            )
            return


@rule(
    "DX342",
    on=Claim,
    snip=4,
    severity=Severity.WARN,
    kind=ClaimKind.INSTITUTIONAL,
    segments=("HI",),
    unless=_has_no_ninth_component,
)
def present_on_admission_without_stay(claim: Claim, _: Context) -> Iterator[Finding]:
    """Present-on-admission indicator on an outpatient claim.

    ## Why it is denied
    Nobody was admitted. The type of bill may be the wrong one.

    ## What to do
    Leave the indicator out, or correct the type of bill.

    ## Example
    Denied: `HI*ABK:M25511:::::::Y~` on type of bill 131
    Paid: `HI*ABK:M25511~` on type of bill 131

    ## Exceptions
    Only a warning: most payers ignore it.

    ## Source
    005010X223A2, loop 2300, HI01-9, for inpatient claims.
    """
    if not claim.is_outpatient:
        return
    for value in claim.coded(*_BEARERS):
        if value.present_on_admission:
            yield present_on_admission_without_stay.finding(
                claim.at(value.segment, value.element, 9),
                "a diagnosis is marked as present on admission, but the claim is no stay",
                observed=value.present_on_admission,
                expected="no indicator",
            )
            return
