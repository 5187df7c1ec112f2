"""The compact facts of every claim of a file, for questions that one claim cannot answer.

Only what file-wide rules ask is kept, packed, so that memory stays small.
"""

from __future__ import annotations

import pickle
from array import array
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from edi_guard.claims.values import plain_amount
from edi_guard.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from edi_guard.claims import Claim, Period, ServiceLine

# Facts that were unpacked lately are kept that way.
_MOST_SEEN: Final = 1_000


def stable_mark(text: str) -> int:
    """Return a number for a text, the same in every process and on every machine."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


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


def attachment_numbers(claim: Claim) -> list[str]:
    """Return the attachment control numbers of a claim."""
    return [segment[6] for segment in claim.segments if segment.elements[0] == "PWK" and segment[6]]


class PackedFact(NamedTuple):
    """The facts of a claim, ready to be kept or to be handed to another process.

    Attributes:
        ordinal: the claim's, counted from 1 in the file.
        patient, id, fingerprint: numbers by which claims that may have these in common are found.
        data: the facts themselves, pickled.
        attachments: the attachment control numbers that the claim names (PWK06).
    """

    ordinal: int
    patient: int
    id: int
    fingerprint: int
    data: bytes
    attachments: tuple[str, ...]

    def moved(self, by: int) -> PackedFact:
        """Return the facts of a claim whose ordinal is higher."""
        return self._replace(ordinal=self.ordinal + by)


def packed_fact(claim: Claim) -> PackedFact:
    """Return the facts of a claim, packed."""
    fact = claim_fact(claim)
    return PackedFact(
        claim.ordinal,
        stable_mark(repr(fact.patient)),
        stable_mark(fact.id),
        stable_mark(repr(fact.fingerprint)),
        pickle.dumps(fact, pickle.HIGHEST_PROTOCOL),
        tuple(attachment_numbers(claim)),
    )


class FileFacts:
    """The facts of a file's claims, found by what rules ask for.

    They are kept packed, since most are never asked for: what a claim's own facts are, it says itself.
    """

    def __init__(self) -> None:
        self._spool = Spool()
        self._ordinals = array("Q")
        self._places = array("Q")
        self._lengths = array("L")
        self._patients = _Index()
        self._ids = _Index()
        self._fingerprints = _Index()
        self._attachments: dict[str, list[int]] = {}
        self._named: dict[int, tuple[str, ...]] = {}
        self._numbers: dict[int, int] = {}
        self._seen: dict[int, ClaimFact] = {}

    def add(self, claim: Claim) -> None:
        """Take the facts of a claim."""
        self.take(packed_fact(claim))

    def take(self, packed: PackedFact) -> None:
        """Take facts that were packed, perhaps elsewhere."""
        # What was seen before may be from before a repair.
        self._seen.pop(packed.ordinal, None)
        self._ordinals.append(packed.ordinal)
        self._places.append(self._spool.append(packed.data))
        self._lengths.append(len(packed.data))
        self._patients.add(packed.patient)
        self._ids.add(packed.id)
        self._fingerprints.add(packed.fingerprint)
        if packed.attachments:
            self._named[packed.ordinal] = packed.attachments
        for number in packed.attachments:
            self._attachments.setdefault(number, []).append(packed.ordinal)

    def fact(self, claim: Claim) -> ClaimFact:
        """Return the facts of a claim of this file."""
        known = self._seen.get(claim.ordinal)
        return self._remember(claim_fact(claim)) if known is None else known

    def by_ordinal(self, ordinal: int) -> ClaimFact:
        """Return the facts of the claim with an ordinal.

        Raises:
            KeyError: they were not taken.
        """
        known = self._seen.get(ordinal)
        if known is not None:
            return known
        return self._load(self._by_number()[ordinal])

    def other_claims(self, claim: Claim) -> list[ClaimFact]:
        """Return the same patient's other claims in the file, void ones left out."""
        key = claim.patient.key
        return [
            fact
            for fact in self._alike(self._patients, stable_mark(repr(key)))
            if fact.patient == key and fact.ordinal != claim.ordinal and not fact.is_void
        ]

    def same_id(self, claim: Claim) -> list[int]:
        """Return the ordinals of all claims with this CLM01, the claim's own among them."""
        found = self._alike(self._ids, stable_mark(claim.id))
        return [fact.ordinal for fact in found if fact.id == claim.id] or [claim.ordinal]

    def same_services(self, claim: Claim) -> list[int]:
        """Return the ordinals of all claims with the same fingerprint, the claim's own among them."""
        own = self.fact(claim).fingerprint
        found = self._alike(self._fingerprints, stable_mark(repr(own)))
        return [fact.ordinal for fact in found if fact.fingerprint == own] or [claim.ordinal]

    def claims_with_attachment(self, control_number: str) -> list[int]:
        """Return the ordinals of the distinct claims whose PWK06 is `control_number`."""
        return sorted(set(self._attachments.get(control_number, ())))

    def around(self, ordinals: Iterable[int]) -> list[PackedFact]:
        """Return the facts of some claims, and of those that rules find from them: all that they may ask for.

        Args:
            ordinals: the claims; those whose facts were not taken count for nothing.
        """
        numbers = self._by_number()
        own = [numbers[ordinal] for ordinal in ordinals if ordinal in numbers]
        found = set(own)
        for number in own:
            for index in (self._patients, self._ids, self._fingerprints):
                found.update(index.alike(index.mark(number)))
            for named in self._named.get(self._ordinals[number], ()):
                found.update(numbers[ordinal] for ordinal in self._attachments[named])
        return [self._packed(number) for number in sorted(found)]

    def _packed(self, number: int) -> PackedFact:
        ordinal = self._ordinals[number]
        return PackedFact(
            ordinal,
            self._patients.mark(number),
            self._ids.mark(number),
            self._fingerprints.mark(number),
            self._spool.read(self._places[number], self._lengths[number]),
            self._named.get(ordinal, ()),
        )

    def _by_number(self) -> dict[int, int]:
        """Return the number of the facts that a claim has, by ordinal."""
        if len(self._numbers) < len(self._ordinals):
            self._numbers = {ordinal: number for number, ordinal in enumerate(self._ordinals)}
        return self._numbers

    def _alike(self, index: _Index, mark: int) -> list[ClaimFact]:
        """Return the facts that may be alike, in file order; none where there is one claim only."""
        return sorted(map(self._load, index.alike(mark)), key=_ordinal)

    def _load(self, number: int) -> ClaimFact:
        ordinal = self._ordinals[number]
        known = self._seen.get(ordinal)
        if known is not None:
            return known
        data = self._spool.read(self._places[number], self._lengths[number])
        # Written by this program, into a file that only it can reach.
        fact: ClaimFact = pickle.loads(data)  # noqa: S301
        return self._remember(replace(fact, ordinal=ordinal))

    def _remember(self, fact: ClaimFact) -> ClaimFact:
        if len(self._seen) >= _MOST_SEEN:
            self._seen.clear()
        self._seen[fact.ordinal] = fact
        return fact


class _Index:
    """Finds the facts that have a mark in common; only marks that come more than once take room."""

    def __init__(self) -> None:
        self._marks = array("Q")
        self._alike: dict[int, list[int]] = {}
        self._indexed = 0

    def add(self, mark: int) -> None:
        """Add the mark of the next facts."""
        self._marks.append(mark)

    def mark(self, number: int) -> int:
        """Return the mark of the facts with a number, counted from 0."""
        return self._marks[number]

    def alike(self, mark: int) -> list[int]:
        """Return the numbers of the facts with a mark, counted from 0; none where only one has it."""
        if self._indexed < len(self._marks):
            self._build()
        return self._alike.get(mark, [])

    def _build(self) -> None:
        marks = sorted(self._marks)
        repeated = {one for one, other in pairwise(marks) if one == other}
        self._alike = {}
        for number, mark in enumerate(self._marks):
            if mark in repeated:
                self._alike.setdefault(mark, []).append(number)
        self._indexed = len(self._marks)


def _ordinal(fact: ClaimFact) -> int:
    return fact.ordinal
