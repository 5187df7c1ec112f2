"""The compact facts of every claim of a file, for questions that one claim cannot answer.

Collected in the first pass. Only what file-wide rules ask is kept, so that memory stays small.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from edi_guard.claims.values import plain_amount

if TYPE_CHECKING:
    from decimal import Decimal

    from edi_guard.claims import Claim, Period, ServiceLine


class LineFact(NamedTuple):
    """One service line: what pairing, frequency and duplicate checks compare."""

    number: int
    code: str
    modifiers: tuple[str, ...]
    period: Period | None
    rendering: str
    units: Decimal | None
    charge: Decimal | None
    specialty: str = ""


@dataclass(frozen=True, slots=True)
class ClaimFact:
    """One claim: whose, when, for how much, and its lines."""

    ordinal: int
    id: str
    patient: tuple[str, ...]
    payer: str
    billing: str
    frequency: str
    charge: Decimal | None
    inpatient_procedure: bool
    lines: tuple[LineFact, ...]

    @property
    def is_void(self) -> bool:
        """Whether the claim takes an earlier one back."""
        return self.frequency == "8"

    @property
    def is_resubmission(self) -> bool:
        """Whether the claim replaces or voids an earlier one."""
        return self.frequency in ("7", "8")

    @property
    def fingerprint(self) -> tuple[object, ...]:
        """What makes two claims the same service for the same patient and payer."""
        services = sorted(
            (line.code, line.modifiers, str(line.period), plain_amount(line.charge)) for line in self.lines
        )
        return (self.billing, self.patient, self.payer, plain_amount(self.charge), tuple(services))


def claim_fact(claim: Claim) -> ClaimFact:
    """Return the facts of one claim."""
    return ClaimFact(
        ordinal=claim.ordinal,
        id=claim.id,
        patient=claim.patient.key,
        payer=claim.payer_identifier,
        billing=claim.billing.npi,
        frequency=claim.frequency,
        charge=claim.charge,
        inpatient_procedure=bool(claim.procedures),
        lines=tuple(map(line_fact, claim.lines)),
    )


def line_fact(line: ServiceLine) -> LineFact:
    """Return the facts of one service line."""
    return LineFact(
        number=line.number,
        code=line.code,
        modifiers=line.modifiers,
        period=line.period,
        rendering=line.rendering.npi,
        units=line.units,
        charge=line.charge,
        specialty=line.rendering.taxonomy,
    )


class FileFacts:
    """The facts of all claims of a file, indexed by what rules ask for."""

    def __init__(self) -> None:
        self._by_ordinal: dict[int, ClaimFact] = {}
        self._by_patient: defaultdict[tuple[str, ...], list[ClaimFact]] = defaultdict(list)
        self._by_id: defaultdict[str, list[int]] = defaultdict(list)
        self._by_fingerprint: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
        self._attachments: defaultdict[str, list[int]] = defaultdict(list)

    def add(self, claim: Claim) -> None:
        """Take the facts of a claim."""
        fact = claim_fact(claim)
        self._by_ordinal[fact.ordinal] = fact
        self._by_patient[fact.patient].append(fact)
        self._by_id[fact.id].append(fact.ordinal)
        self._by_fingerprint[fact.fingerprint].append(fact.ordinal)
        for segment in claim.segments:
            if segment.elements[0] == "PWK" and segment[6]:
                self._attachments[segment[6]].append(fact.ordinal)

    def fact(self, claim: Claim) -> ClaimFact:
        """Return the facts of a claim of this file."""
        return self._by_ordinal[claim.ordinal]

    def by_ordinal(self, ordinal: int) -> ClaimFact:
        """Return the facts of the claim with an ordinal."""
        return self._by_ordinal[ordinal]

    def other_claims(self, claim: Claim) -> list[ClaimFact]:
        """Return the same patient's other claims in the file, void ones left out."""
        return [
            fact
            for fact in self._by_patient[claim.patient.key]
            if fact.ordinal != claim.ordinal and not fact.is_void
        ]

    def same_id(self, claim: Claim) -> list[int]:
        """Return the ordinals of all claims with this CLM01, the claim's own among them."""
        return self._by_id[claim.id]

    def same_services(self, claim: Claim) -> list[int]:
        """Return the ordinals of all claims with the same fingerprint, the claim's own among them."""
        return self._by_fingerprint[self.fact(claim).fingerprint]

    def claims_with_attachment(self, control_number: str) -> list[int]:
        """Return the ordinals of the distinct claims whose PWK06 is `control_number`."""
        return sorted(set(self._attachments.get(control_number, ())))
