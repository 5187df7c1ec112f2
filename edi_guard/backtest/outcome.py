"""What became of a service line: paid, left to the patient, denied in part or whole, or not decided.

A payment of zero is no denial where the plan leaves the amount to the patient (deductible, coinsurance,
copayment), and a contractual reduction beside a payment is none either (domain: CLP02 4 alone says that the
patient was not known).
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from edi_guard.remittance import ClaimStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from edi_guard.remittance import AdjustmentReason, RemittedClaim, RemittedLine

# Reasons that reduce a payment without refusing a service: contract, prompt payment, other payers' share,
# sequestration and the like.
NOT_DENIALS: Final = frozenset(
    "1 2 3 23 44 45 59 66 85 91 94 100 101 102 103 104 105 131 144 161 169 187".split()
) | {
    "202",
    "215",
    "223",
    "237",
    "238",
    "246",
    "253",
    "P12",
    "P24",
}


class Decision(enum.Enum):
    """What a payer decided of a service line."""

    PAID = "paid"
    REJECTED = "turned back before any decision"
    PATIENT = "left to the patient"
    PARTLY_DENIED = "denied in part"
    DENIED = "denied"
    UNDECIDED = "not decided"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a service line.

    Attributes:
        decision: what the payer decided.
        denied: dollars that were refused.
        paid: dollars that were paid.
        reasons: the reasons of what was refused, the largest amount first: CARC; of claims that were turned
            back claim status codes, e.g. ``A7:453``, and ``999``.
        remarks: remittance advice remark codes.
    """

    decision: Decision
    denied: Decimal
    paid: Decimal
    reasons: tuple[str, ...]
    remarks: tuple[str, ...]


_NOTHING: Final = Decimal(0)
_UNDECIDED: Final = Outcome(Decision.UNDECIDED, _NOTHING, _NOTHING, (), ())
_UNDECIDED_STATES: Final = frozenset(
    {ClaimStatus.NOT_OURS, ClaimStatus.PREDETERMINED, ClaimStatus.REVERSED, ClaimStatus.UNKNOWN}
)


def line_outcome(claim: RemittedClaim, lines: Iterable[RemittedLine]) -> Outcome:
    """Return what became of a sent line.

    Args:
        claim: the answer. What it takes from the claim as a whole counts for the line by its part of the
            charge.
        lines: the answer's lines for the sent line: several where it was split.
    """
    if claim.status in _UNDECIDED_STATES:
        return _UNDECIDED
    answered = list(lines)
    if not answered:
        return _UNDECIDED
    part = sum((line.charge for line in answered), _NOTHING), _charged(claim)
    adjustments = [one for line in answered for one in line.adjustments]
    paid = sum((line.paid for line in answered), _NOTHING)
    if is_adjusted_as_a_whole(claim):
        adjustments += [replace(one, amount=share_of(one.amount, *part)) for one in claim.adjustments]
        paid -= share_of(sum((line.paid for line in claim.lines), _NOTHING) - claim.paid, *part)
    return _outcome(paid, adjustments, [remark for line in answered for remark in line.remarks])


def claim_outcome(claim: RemittedClaim) -> Outcome:
    """Return what became of a claim that was answered without lines."""
    if claim.status in _UNDECIDED_STATES:
        return _UNDECIDED
    return _outcome(claim.paid, claim.adjustments, claim.remarks)


def is_adjusted_as_a_whole(claim: RemittedClaim) -> bool:
    """Whether an answer with lines takes more from the claim than its lines say.

    Some payers say on the claim again what they say of its lines, which is then no more than that.
    """
    of_lines = sum((one.amount for line in claim.lines for one in line.adjustments), _NOTHING)
    return bool(claim.adjustments) and claim.charge - of_lines != claim.paid


def share_of(amount: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """Return a part of an amount, as large as `part` is of `whole`; all of it where that is nothing."""
    # Multiplied first: what comes out even is exact.
    return amount * part / whole if whole else amount


def _charged(claim: RemittedClaim) -> Decimal:
    return sum((line.charge for line in claim.lines), _NOTHING)


def _outcome(paid: Decimal, adjustments: Sequence[AdjustmentReason], remarks: Iterable[str]) -> Outcome:
    refused = sorted((one for one in adjustments if _refuses(one)), key=lambda one: -one.amount)
    denied = sum((one.amount for one in refused), _NOTHING)
    return Outcome(
        _decision(paid, denied, adjustments),
        denied,
        paid,
        tuple(dict.fromkeys(one.reason for one in refused)),
        tuple(dict.fromkeys(remarks)),
    )


def _refuses(one: AdjustmentReason) -> bool:
    return one.reason not in NOT_DENIALS and one.amount > 0


def _decision(paid: Decimal, denied: Decimal, adjustments: Iterable[AdjustmentReason]) -> Decision:
    if denied > 0:
        return Decision.PARTLY_DENIED if paid > 0 else Decision.DENIED
    if paid > 0:
        return Decision.PAID
    return Decision.PATIENT if any(one.is_patient_share for one in adjustments) else Decision.PAID
