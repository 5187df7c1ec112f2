"""COB: which payers a claim names, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims import Claim, ClaimKind
from edi_guard.findings import Severity
from edi_guard.rules.payer_places import MEDICARE_PART_B, ORDER, PRIMARY, UNKNOWN, payer_places
from edi_guard.rules.registry import rule
from edi_guard.rules.signs import Sign

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.findings import Finding
    from edi_guard.rules.context import Context
    from edi_guard.rules.payer_places import PayerPlace


def _readable_places(claim: Claim) -> list[PayerPlace]:
    """Return the payers' places, none where one of them has no valid SBR01 (a matter of the guide)."""
    places = payer_places(claim)
    readable = all(place.sequence and place.sequence in ORDER + UNKNOWN for place in places)
    return places if readable else []


@rule(
    "COB160",
    on=Claim,
    snip=4,
    severity=Severity.REJECT,
    carc=("16", "22"),
    rarc=("MA04",),
    claim_status=("A7:286",),
    edits=("STEDI-067", "STEDI-099"),
    signs=Sign.PAYERS,
)
def no_primary_payer(claim: Claim, _: Context) -> Iterator[Finding]:
    """Claim to a later payer that does not name the primary one.

    ## Why it is denied
    A secondary payer pays what the primary one left. Without the primary payer it cannot tell what that is.

    ## What to do
    Add the primary payer with what it paid (loop 2320), or send the claim to it as primary.

    ## Example
    Denied: `SBR*S*18*******CI~` in 2000B and no loop 2320
    Paid: the same with `SBR*P*18*******CI~` in loop 2320, or `SBR*P*…~` in 2000B

    ## Exceptions
    A payer whose place is unknown (SBR01 = U) may be the primary one.

    ## Source
    Published front-end edits; 005010X222A1 and 005010X223A2, loops 2000B and 2320, SBR01.
    """
    places = _readable_places(claim)
    if places and not {PRIMARY, UNKNOWN}.intersection(place.sequence for place in places):
        yield no_primary_payer.finding(
            places[0].at(1),
            "no payer of the claim is the primary one",
            observed=places[0].sequence,
            expected="one payer with SBR01 = P",
        )


@rule(
    "COB360",
    on=Claim,
    snip=4,
    severity=Severity.REJECT,
    carc=("16", "22"),
    rarc=("MA04",),
    claim_status=("A7:286",),
    segments=("SBR",),
    edits=("STEDI-067", "STEDI-068"),
)
def same_place_twice(claim: Claim, _: Context) -> Iterator[Finding]:
    """Two payers of the claim with the same place in the order of payers.

    ## Why it is denied
    Two primary payers cannot both pay first. Receivers refuse the claim.

    ## What to do
    Find out which payer pays first, and enter the places in that order.

    ## Example
    Denied: `SBR*P*…~` in 2000B and in 2320
    Paid: `SBR*S*…~` in 2000B and `SBR*P*…~` in 2320

    ## Exceptions
    Several payers may have an unknown place (SBR01 = U).

    ## Source
    005010X222A1 and 005010X223A2, loops 2000B and 2320, SBR01: each place at most once.
    """
    seen: set[str] = set()
    for payer in _readable_places(claim):
        if payer.sequence in seen and payer.sequence != UNKNOWN:
            yield same_place_twice.finding(
                payer.at(1),
                f"two payers of the claim have the place {payer.sequence} in the order of payers",
                observed=payer.sequence,
                expected="each place once",
            )
        seen.add(payer.sequence)


@rule(
    "COB361",
    on=Claim,
    snip=4,
    severity=Severity.HOLD,
    carc=("16", "22"),
    rarc=("MA04",),
    claim_status=("A7:286",),
    segments=("SBR",),
    edits=("STEDI-069",),
)
def payer_left_out(claim: Claim, _: Context) -> Iterator[Finding]:
    """Order of payers with a gap.

    ## Why it is denied
    A third payer without a second one means that somebody who has to pay before it was left out.

    ## What to do
    Add the payer between, or correct the places.

    ## Example
    Denied: payers with P and T
    Paid: payers with P and S, or P, S and T

    ## Exceptions
    Where a place is unknown (SBR01 = U), or the primary payer is missing (COB160).

    ## Source
    Published front-end edits; 005010X222A1 and 005010X223A2, loops 2000B and 2320, SBR01.
    """
    places = _readable_places(claim)
    sequences = {place.sequence for place in places}
    if PRIMARY not in sequences or UNKNOWN in sequences:
        return
    last = max(ORDER.index(sequence) for sequence in sequences)
    missing = [sequence for sequence in ORDER[:last] if sequence not in sequences]
    if missing:
        payer = next(place for place in places if place.sequence == ORDER[last])
        yield payer_left_out.finding(
            payer.at(1),
            f"a payer of the claim has the place {payer.sequence}, and none has {' or '.join(missing)}",
            observed=", ".join(sorted(sequences, key=ORDER.index)),
            expected="places without a gap",
        )


@rule(
    "COB365",
    on=Claim,
    snip=4,
    severity=Severity.HOLD,
    carc=("16", "22"),
    claim_status=("A7:21",),
    kind=ClaimKind.PROFESSIONAL,
    segments=("SBR",),
    edits=("TRIZ-002",),
)
def medicare_part_b_twice(claim: Claim, _: Context) -> Iterator[Finding]:
    """Medicare Part B as the destination and as another payer.

    ## Why it is denied
    There is one Medicare Part B. As a payer before or behind itself it makes no sense.

    ## What to do
    Correct the filing indicator of the other insurance.

    ## Example
    Denied: `SBR*S*18*******MB~` in 2000B and `SBR*P*18*******MB~` in 2320
    Paid: `SBR*P*18*******CI~` in 2320

    ## Exceptions
    None.

    ## Source
    Published front-end edits; 005010X222A1, loops 2000B and 2320, SBR09.
    """
    if claim.filing_indicator != MEDICARE_PART_B:
        return
    for payer in payer_places(claim)[1:]:
        if payer.filing_indicator == MEDICARE_PART_B:
            yield medicare_part_b_twice.finding(
                payer.at(9),
                "the destination payer and another payer are both Medicare Part B (SBR09 = MB)",
                observed=MEDICARE_PART_B,
                expected="another filing indicator",
            )
