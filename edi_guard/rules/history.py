"""What rules may ask about the claims that were released with earlier files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import date

    from edi_guard.rules.facts import ClaimFact


@dataclass(frozen=True, slots=True)
class ReleasedService:
    """One service line of a released claim.

    Attributes:
        code: the procedure code, ``""`` where there is none.
        modifiers: in order.
        first, last: the days of service.
        rendering: the rendering provider's NPI, ``""`` where there is none.
        payer: 2010BB NM109.
    """

    code: str
    modifiers: tuple[str, ...]
    first: date
    last: date
    rendering: str
    payer: str


@dataclass(frozen=True, slots=True)
class ReleasedClaim:
    """Which earlier claim it was, in words that hold no patient data: the day it left, and its file."""

    released: date
    file: str


class History(Protocol):
    """The claims that were released with earlier files; voided ones and the input itself left out."""

    def likenesses(self, wanted: Collection[int]) -> AbstractSet[int]:
        """Return which of these likenesses (`ClaimGlance.likeness`) some released claim has."""

    def services(self, patient: tuple[str, ...], since: date, until: date) -> Sequence[ReleasedService]:
        """Return the patient's services that end on `since` or later and begin on `until` or earlier."""

    def same_services(self, fact: ClaimFact) -> ReleasedClaim | None:
        """Return a released claim with the same `ClaimFact.fingerprint`."""

    def attachment(self, control_number: str, fact: ClaimFact) -> ReleasedClaim | None:
        """Return another released claim with this attachment control number (PWK06)."""
