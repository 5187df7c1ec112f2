"""A transaction set that a 277CA answers, and the totals of its claims."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from edi_guard.acks.values import money
from edi_guard.findings import Disposition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from edi_guard.acks.writing import Elements
    from edi_guard.claims import Transaction
    from edi_guard.engine import ClaimOutcome
    from edi_guard.engine.outcome_claims import OutcomeClaims
    from edi_guard.engine.plan import TransactionPlan


@dataclass(slots=True)
class Tally:
    """How many claims were taken and rejected, and their charges."""

    taken: int = 0
    rejected: int = 0
    taken_charges: Decimal = Decimal(0)
    rejected_charges: Decimal = Decimal(0)

    @property
    def charges(self) -> Decimal:
        """The charges of all."""
        return self.taken_charges + self.rejected_charges

    def add(self, outcome: ClaimOutcome) -> None:
        """Count a claim that is answered."""
        charge = outcome.charge or Decimal(0)
        if outcome.disposition is Disposition.CLEAN:
            self.taken += 1
            self.taken_charges += charge
        else:
            self.rejected += 1
            self.rejected_charges += charge

    def merge(self, other: Tally) -> None:
        """Count the claims of another one too."""
        self.taken += other.taken
        self.rejected += other.rejected
        self.taken_charges += other.taken_charges
        self.rejected_charges += other.rejected_charges

    def segments(self, taken: str, rejected: str) -> Iterator[Elements]:
        """Yield the counts, then the charges, of the claims taken and rejected; nothing for none."""
        parts = [
            (taken, "YU", self.taken, self.taken_charges),
            (rejected, "YY", self.rejected, self.rejected_charges),
        ]
        for qualifier, _, count, _ in parts:
            if count:
                yield ("QTY", qualifier, str(count))
        for _, qualifier, count, charges in parts:
            if count:
                yield ("AMT", qualifier, money(charges))


class AnsweredTransaction:
    """A transaction set of which at least one claim is answered.

    Attributes:
        first: its claims, or those of its first section.
        providers: the totals of each billing provider with claims that are answered, in file order.
        total: those of all together.
    """

    def __init__(self, plans: Sequence[TransactionPlan], claims: OutcomeClaims, first: Transaction) -> None:
        """Take its plans, one for each section; the input's verdicts; its claims, or the first section's."""
        self._plans = plans
        self._claims = claims
        self.first = first
        self.providers = self._tallies()
        self.total = Tally()
        for tally in self.providers:
            self.total.merge(tally)

    def _tallies(self) -> list[Tally]:
        tallies = [Tally()]
        for plan in self._plans:
            starts = _providers(self.first) if plan.section is None else plan.section.providers
            begins = iter((*starts, len(plan.ordinals)))
            following = next(begins)
            for index, outcome in enumerate(self._claims.within(plan.ordinals)):
                while index == following:
                    tallies.append(Tally())
                    following = next(begins)
                if outcome.disposition is not Disposition.HELD:
                    tallies[-1].add(outcome)
        return [tally for tally in tallies if tally.taken or tally.rejected]


def _providers(transaction: Transaction) -> Iterable[int]:
    """Return, for each billing provider with claims, how many claims stand before its own."""
    claims = transaction.claims
    return [n for n, claim in enumerate(claims) if not n or claims[n - 1].billing is not claim.billing]
