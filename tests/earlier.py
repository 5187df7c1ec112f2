"""A ledger in memory: what rules would know had some files left before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from edi_guard.engine import process
from edi_guard.engine.glance import likeness_of
from edi_guard.rules.facts import claim_fact
from edi_guard.rules.history import ReleasedClaim, ReleasedService
from edi_guard.x12 import Source

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from edi_guard.claims import Claim
    from edi_guard.engine import Settings
    from edi_guard.rules.facts import ClaimFact

DAY = date(2026, 11, 16)
FILE = "earlier.837"


@dataclass(frozen=True)
class _Sent:
    """One claim that left."""

    fact: ClaimFact
    attachments: frozenset[str]
    released: ReleasedClaim


class EarlierFiles:
    """Holds every claim of some files as released, but for those that take earlier ones back."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._sent: list[_Sent] = []
        self.asked_for_services = 0

    @classmethod
    def of(cls, text: str, settings: Settings) -> EarlierFiles:
        """Return a ledger that knows one file."""
        made = cls()
        made.add(text, settings)
        return made

    def add(self, text: str, settings: Settings, day: date = DAY, file: str = FILE) -> None:
        """Take a file's claims, repairs made, as released on a day."""
        with Source.from_bytes(text.encode("latin-1")) as source:
            plans = process(source, replace(settings, history=None)).plans
            claims = [claim for plan in plans for claim in plan.read(source).claims]
        released = ReleasedClaim(day, file)
        self._sent += [
            _Sent(claim_fact(claim), frozenset(_attachments(claim)), released)
            for claim in claims
            if not claim.is_void
        ]

    def likenesses(self, wanted: Collection[int]) -> AbstractSet[int]:
        """As `History` says."""
        return {likeness_of(sent.fact) for sent in self._sent}.intersection(wanted)

    def services(self, patient: tuple[str, ...], since: date, until: date) -> Sequence[ReleasedService]:
        """As `History` says."""
        self.asked_for_services += 1
        return [
            ReleasedService(line.code, line.modifiers, *line.period, line.rendering, sent.fact.payer)
            for sent in self._sent
            for line in sent.fact.lines
            if sent.fact.patient == patient
            and line.period is not None
            and line.period.last >= since
            and line.period.first <= until
        ]

    def same_services(self, fact: ClaimFact) -> ReleasedClaim | None:
        """As `History` says."""
        return next((s.released for s in self._sent if s.fact.fingerprint == fact.fingerprint), None)

    def attachment(self, control_number: str, fact: ClaimFact) -> ReleasedClaim | None:
        """As `History` says."""
        for sent in self._sent:
            is_other = (sent.fact.id, sent.fact.patient) != (fact.id, fact.patient)
            if is_other and control_number in sent.attachments:
                return sent.released
        return None


def _attachments(claim: Claim) -> Iterator[str]:
    for segment in claim.segments:
        if segment.elements[0] == "PWK" and segment[6]:
            yield segment[6]
