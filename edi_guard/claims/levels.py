"""The hierarchy above the claims: billing provider, subscriber, patient (HL levels 20, 22, 23)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims.forms import form_locator
from edi_guard.claims.parts import Party, SegmentGroup

if TYPE_CHECKING:
    from datetime import date

    from edi_guard.claims.claim import Claim
    from edi_guard.claims.loops import ClaimKind
    from edi_guard.findings import Location
    from edi_guard.x12 import Segment

BILLING_PROVIDER = "20"
SUBSCRIBER = "22"
DEPENDENT = "23"
LEVEL_ABOVE = {BILLING_PROVIDER: "", SUBSCRIBER: BILLING_PROVIDER, DEPENDENT: SUBSCRIBER}


class Level(SegmentGroup):
    """One HL with the segments up to its first claim or the next HL.

    Attributes:
        kind: professional or institutional.
        parent: the level above, None for a billing provider.
        children: the levels below, in file order.
        own: the segments of the level's own loop, HL first.
        parties: the 2010 loops.
        claims: the claims that stand directly under this level.
    """

    def __init__(self, kind: ClaimKind, segments: list[Segment], parent: Level | None) -> None:
        super().__init__(segments)
        self.kind = kind
        self.parent = parent
        self.children: list[Level] = []
        self.own = SegmentGroup([])
        self.parties: list[Party] = []
        self.claims: list[Claim] = []

    @property
    def header(self) -> Segment:
        """HL."""
        return self.segments[0]

    @property
    def number(self) -> str:
        """HL01."""
        return self.header[1]

    @property
    def code(self) -> str:
        """HL03: ``20``, ``22`` or ``23``."""
        return self.header[3]

    def all_claims(self) -> list[Claim]:
        """Return every claim at or below this level, in file order."""
        below = [claim for child in self.children for claim in child.all_claims()]
        return sorted(self.claims + below, key=lambda claim: claim.ordinal)

    def party_in(self, role: str) -> Party | None:
        """Return the 2010 loop of a role (NM101), or None."""
        return next((party for party in self.parties if party.role == role), None)

    def at(self, segment: Segment, element: int = 0, component: int = 0) -> Location:
        """Return where a value stands, with the box of the paper form."""
        box = form_locator(self.kind, segment, element, component)
        return segment.location(element, component, box)


class BillingProvider(Level):
    """Loop 2000A."""

    @property
    def party(self) -> Party:
        """2010AA; the bare HL where the loop is missing, so that every value reads ``""``."""
        return self.party_in("85") or Party([self.header])

    @property
    def npi(self) -> str:
        """2010AA NM109 with NM108 = XX."""
        return self.party.npi

    @property
    def taxonomy(self) -> str:
        """PRV03 of 2000A."""
        return self.own.value("PRV", 3)


class Patient:
    """Who was treated: the subscriber, or a dependent with a loop 2000C of their own."""

    def __init__(self, level: Level, party: Party, member_identifier: str) -> None:
        self.level = level
        self.party = party
        self.member_identifier = member_identifier

    @property
    def is_dependent(self) -> bool:
        """Whether the patient has a loop 2000C."""
        return self.level.code == DEPENDENT

    @property
    def birth_date(self) -> date | None:
        """DMG02 of 2010BA or 2010CA."""
        return self.party.birth_date

    @property
    def sex(self) -> str:
        """DMG03 of 2010BA or 2010CA."""
        return self.party.sex

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two claims the same patient's: member id, name and birth date as written."""
        return (
            self.member_identifier.strip().upper(),
            self.party.last_name.strip().upper(),
            self.party.first_name.strip().upper(),
            self.party.value("DMG", 2).strip(),
        )


class Subscriber(Level):
    """Loop 2000B."""

    @property
    def party(self) -> Party:
        """2010BA; the bare HL where the loop is missing."""
        return self.party_in("IL") or Party([self.header])

    @property
    def payer(self) -> Party | None:
        """2010BB."""
        return self.party_in("PR")

    @property
    def sequence(self) -> str:
        """SBR01."""
        return self.own.value("SBR", 1)

    @property
    def relationship(self) -> str:
        """SBR02: ``18`` where the subscriber is the patient."""
        return self.own.value("SBR", 2)

    @property
    def filing_indicator(self) -> str:
        """SBR09."""
        return self.own.value("SBR", 9)

    @property
    def member_identifier(self) -> str:
        """2010BA NM109."""
        return self.party.identifier

    def as_patient(self) -> Patient:
        """The subscriber as the patient."""
        return Patient(self, self.party, self.member_identifier)


class Dependent(Level):
    """Loop 2000C."""

    @property
    def party(self) -> Party:
        """2010CA; the bare HL where the loop is missing."""
        return self.party_in("QC") or Party([self.header])

    @property
    def relationship(self) -> str:
        """PAT01."""
        return self.own.value("PAT", 1)

    def as_patient(self) -> Patient:
        """The dependent as the patient, under the subscriber's member identifier."""
        parent = self.parent
        member = parent.member_identifier if isinstance(parent, Subscriber) else ""
        return Patient(self, self.party, member)
