"""SIT: the payer's number of the claim that is replaced or voided (REF F8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims import Claim, ClaimKind
from edi_guard.findings import Severity
from edi_guard.policy import PayerClass
from edi_guard.rules.registry import rule
from edi_guard.rules.signs import bill_frequency

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context

QUALIFIER = "F8"
MEDICARE_PART_B = "MB"
_REFERRING = {
    ClaimKind.PROFESSIONAL: frozenset("78"),
    ClaimKind.INSTITUTIONAL: frozenset("78GIXY"),
}
# Other letters of institutional claims are adjustments, which may name an earlier claim.
_NEW = {
    ClaimKind.PROFESSIONAL: frozenset("1"),
    ClaimKind.INSTITUTIONAL: frozenset("1234"),
}


def _is_new(elements: list[str], separator: str, _: Context) -> bool:
    return bill_frequency(elements, separator) in ("", "1")


@rule(
    "SIT144",
    on=Claim,
    snip=4,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("M47",),
    claim_status=("A7:464", "A7:535"),
    edits=("STEDI-126", "STEDI-090", "OPTUM-007"),
    segments=("CLM",),
    unless=_is_new,
)
def original_claim_number_missing(claim: Claim, _: Context) -> Iterator[Finding]:
    """Replacement or void without the payer's number of the earlier claim.

    ## Why it is denied
    The payer cannot tell which claim is to be replaced or taken back.

    ## What to do
    Enter the payer claim control number from the remittance (REF F8).

    ## Example
    Denied: `CLM*PCN1*180***11:B:7*Y*A*Y*Y~` without `REF*F8`
    Paid: the same with `REF*F8*2026110200123~`

    ## Exceptions
    Professional claims to original Medicare (claim filing indicator MB), which takes no replacements: a
    corrected claim is sent as a new one there.

    ## Source
    005010X222A1 and 005010X223A2, loop 2300, REF with F8.
    """
    if claim.frequency not in _REFERRING[claim.kind] or claim.reference(QUALIFIER):
        return
    if claim.kind is ClaimKind.PROFESSIONAL and claim.filing_indicator == MEDICARE_PART_B:
        return
    yield original_claim_number_missing.finding(
        claim.at_frequency,
        f"frequency {claim.frequency} refers to an earlier claim, whose number (REF F8) is missing",
        observed=claim.frequency,
        expected="REF*F8 with the payer claim control number",
    )


@rule(
    "SIT344",
    on=Claim,
    snip=4,
    severity=Severity.REJECT,
    carc=("16",),
    rarc=("M47", "MA30"),
    claim_status=("A7:464", "A7:535"),
    segments=("REF*F8",),
    edits=("STEDI-127",),
)
def original_claim_number_on_new_claim(claim: Claim, context: Context) -> Iterator[Finding]:
    """New claim with the payer's number of an earlier one.

    ## Why it is denied
    The frequency says that the claim is new, the number that it is not. It is refused, or denied as a
    duplicate.

    ## What to do
    Enter frequency 7 or 8, or leave the number out.

    ## Example
    Denied: `CLM*PCN1*180***11:B:1*Y*A*Y*Y~` with `REF*F8*2026110200123~`
    Paid: `CLM*PCN1*180***11:B:7*Y*A*Y*Y~` with the same

    ## Exceptions
    Only a warning for Medicaid, where some states take the earlier number as proof of timely filing.
    Adjustments of institutional claims whose frequency is a letter.

    ## Source
    005010X222A1 and 005010X223A2, loop 2300, REF with F8, situational.
    """
    segment = claim.own.first("REF", QUALIFIER)
    if segment is None or claim.frequency not in _NEW[claim.kind]:
        return
    medicaid = context.payer_class(claim) is PayerClass.MEDICAID
    yield original_claim_number_on_new_claim.finding(
        claim.at(segment, 2),
        f"frequency {claim.frequency} is a new claim, but there is an earlier claim's number (REF F8)",
        observed=segment[2],
        expected="frequency 7 or 8, or no REF*F8",
        severity=Severity.WARN if medicaid else None,
    )
