"""Whether a remittance adds up: lines, claims and the payment as a whole.

005010X221A1, section 1.10.2.1: a service's and a claim's charge less their adjustments is what was paid;
the claims' payments less the provider adjustments are the payment.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from edi_guard.remittance.model import AdjustmentReason, Remittance, RemittedClaim


@dataclass(frozen=True, slots=True)
class Imbalance:
    """Something that does not add up.

    Attributes:
        claim: the claim's ordinal in the file; None for the payment as a whole.
        line: the line's number; None for the claim as a whole.
        what: which sum it is.
        stated: what the remittance states, in dollars.
        computed: what it comes to, in dollars.
    """

    claim: int | None
    line: int | None
    what: str
    stated: Decimal
    computed: Decimal


def imbalances(remittance: Remittance) -> list[Imbalance]:
    """Return everything in a remittance that does not add up; nothing when it balances."""
    found = [one for claim in remittance.claims for one in _of_claim(claim)]
    paid = sum((claim.paid for claim in remittance.claims), Decimal(0))
    paid -= sum((one.amount for one in remittance.provider_adjustments), Decimal(0))
    if paid != remittance.amount:
        found.append(Imbalance(None, None, "payment", remittance.amount, paid))
    return found


def _of_claim(claim: RemittedClaim) -> Iterator[Imbalance]:
    adjusted = _total(claim.adjustments)
    for line in claim.lines:
        own = _total(line.adjustments)
        adjusted += own
        if line.charge - own != line.paid:
            yield Imbalance(claim.ordinal, line.number, "line payment", line.paid, line.charge - own)
    if claim.charge - adjusted != claim.paid:
        yield Imbalance(claim.ordinal, None, "claim payment", claim.paid, claim.charge - adjusted)
    charged = sum((line.charge for line in claim.lines), Decimal(0))
    if claim.lines and charged != claim.charge:
        yield Imbalance(claim.ordinal, None, "claim charge", claim.charge, charged)


def _total(adjustments: Iterable[AdjustmentReason]) -> Decimal:
    return sum((one.amount for one in adjustments), Decimal(0))
