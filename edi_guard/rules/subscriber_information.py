"""SIT: what the subscriber segments (SBR) of 2000B and 2320 have to say of a payer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims import Claim, ClaimKind
from edi_guard.findings import Severity
from edi_guard.rules.payer_places import MEDICARE, PRIMARY, UNKNOWN, payer_places
from edi_guard.rules.registry import rule
from edi_guard.rules.signs import Sign

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context


@rule(
    "SIT160",
    on=Claim,
    snip=4,
    severity=Severity.REJECT,
    carc=("16", "22"),
    rarc=("MA04",),
    claim_status=("A7:21",),
    kind=ClaimKind.PROFESSIONAL,
    edits=("STEDI-070",),
    signs=Sign.PAYERS,
)
def medicare_secondary_reason_missing(claim: Claim, _: Context) -> Iterator[Finding]:
    """Medicare behind another payer, without the reason why.

    ## Why it is denied
    Medicare pays second only for reasons that the law names. Without the reason it does not pay at all.

    ## What to do
    Enter the insurance type (SBR05) that says why Medicare is not primary.

    ## Example
    Denied: `SBR*S*18*******MB~`
    Paid: `SBR*S*18***12****MB~`

    ## Exceptions
    Medicare as the primary payer, or with an unknown place. Institutional claims have value codes instead.

    ## Source
    005010X222A1, loops 2000B and 2320, SBR05.
    """
    for payer in payer_places(claim):
        behind = payer.sequence not in ("", PRIMARY, UNKNOWN)
        if behind and payer.filing_indicator in MEDICARE and not payer.insurance_type:
            yield medicare_secondary_reason_missing.finding(
                payer.at(5),
                "Medicare is not the primary payer, and the reason (SBR05) is missing",
                expected="an insurance type code in SBR05",
            )


@rule(
    "SIT360",
    on=Claim,
    snip=4,
    severity=Severity.REJECT,
    carc=("16",),
    claim_status=("A7:21",),
    kind=ClaimKind.PROFESSIONAL,
    edits=("STEDI-071",),
    signs=Sign.PAYERS,
)
def secondary_reason_of_primary(claim: Claim, _: Context) -> Iterator[Finding]:
    """Reason for Medicare being secondary at a primary payer.

    ## Why it is denied
    SBR05 says why Medicare pays behind another payer. At the primary payer it contradicts SBR01.

    ## What to do
    Remove SBR05, or correct the payer's place.

    ## Example
    Denied: `SBR*P*18***12****MB~`
    Paid: `SBR*P*18*******MB~`

    ## Exceptions
    None.

    ## Source
    Published front-end edits; 005010X222A1, loops 2000B and 2320, SBR05.
    """
    for payer in payer_places(claim):
        if payer.sequence == PRIMARY and payer.insurance_type:
            yield secondary_reason_of_primary.finding(
                payer.at(5),
                "a primary payer has the reason why Medicare is secondary (SBR05)",
                observed=payer.insurance_type,
                expected="nothing in SBR05",
            )


@rule(
    "SIT167",
    on=Claim,
    snip=2,
    severity=Severity.HOLD,
    carc=("16",),
    claim_status=("A7:480",),
    kind=ClaimKind.PROFESSIONAL,
    edits=("KAREO-003",),
    signs=Sign.PAYERS,
)
def filing_indicator_missing(claim: Claim, _: Context) -> Iterator[Finding]:
    """Payer without a claim filing indicator.

    ## Why it is denied
    The indicator says what kind of plan pays. It may only be left out once payers have national plan
    identifiers, which were given up.

    ## What to do
    Enter the claim filing indicator of the plan, e.g. CI, MB or MC.

    ## Example
    Denied: `SBR*P*18*GROUP1~`
    Paid: `SBR*P*18*GROUP1******CI~`

    ## Exceptions
    None. Withdrawn indicators such as 09, 10 and LI are a matter of the guide (IG201).

    ## Source
    Published front-end edits; 005010X222A1, loops 2000B and 2320, SBR09.
    """
    for payer in payer_places(claim):
        if not payer.filing_indicator:
            yield filing_indicator_missing.finding(
                payer.at(9),
                "a payer has no claim filing indicator (SBR09)",
                expected="a claim filing indicator",
            )
