"""A sent line with what the rules say of it and what became of it: what everything here is counted from."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from edi_guard.backtest.outcome import Decision
from edi_guard.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from edi_guard.backtest.outcome import Outcome
    from edi_guard.backtest.sent import SentClaim, SentLine

# Cells with fewer cases are not shown: a share of them says little, and may say too much about somebody.
LEAST_CASES: Final = 11
_DENIED: Final = frozenset({Decision.DENIED, Decision.PARTLY_DENIED, Decision.REJECTED})
_NOTHING: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class JudgedLine:
    """A sent line with what the rules say of it and what became of it.

    Attributes:
        claim: the claim that it stands on.
        line: the line.
        hits: each rule that hits it, with its severity.
        outcome: what became of it; None when no answer came.
        answered: the day of the answer; None when none came, or none with a day.
        shadow: rules that run in shadow: their hits are counted, and keep nothing back.
    """

    claim: SentClaim
    line: SentLine
    hits: Mapping[str, Severity]
    outcome: Outcome | None
    answered: date | None = None
    shadow: frozenset[str] = frozenset()

    @property
    def payer(self) -> str:
        """2010BB NM109."""
        return self.claim.payer

    @property
    def kind(self) -> str:
        """``837P`` or ``837I``."""
        return self.claim.kind

    @property
    def charge(self) -> Decimal:
        """Dollars charged; 0 where the amount cannot be read."""
        return self.line.charge or _NOTHING

    @property
    def is_decided(self) -> bool:
        """Whether a payer decided it, or it was turned back."""
        return self.outcome is not None and self.outcome.decision is not Decision.UNDECIDED

    @property
    def is_denied(self) -> bool:
        """Whether it was refused, in part or whole."""
        return self.outcome is not None and self.outcome.decision in _DENIED

    @property
    def is_kept_back(self) -> bool:
        """Whether any rule that is not in shadow would have held or rejected it."""
        return any(
            severity >= Severity.HOLD and rule not in self.shadow for rule, severity in self.hits.items()
        )

    @property
    def denied(self) -> Decimal:
        """Dollars refused."""
        return self.outcome.denied if self.outcome is not None else _NOTHING

    @property
    def paid(self) -> Decimal:
        """Dollars paid."""
        return self.outcome.paid if self.outcome is not None else _NOTHING

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it was refused."""
        return self.outcome.reasons if self.outcome is not None and self.is_denied else ()

    @property
    def days_to_answer(self) -> int | None:
        """Days between sending and answer; None where one of them is not known."""
        if self.answered is None or self.claim.sent is None:
            return None
        return (self.answered - self.claim.sent).days
