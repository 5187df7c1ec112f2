"""A service line of either kind of claim, with the claim's values where the line has none."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from edi_guard.claims.forms import form_locator
from edi_guard.claims.loops import ClaimKind
from edi_guard.claims.parts import Adjudication, Attachment, Note, Party, Reference, SegmentGroup
from edi_guard.claims.values import Period, read_amount

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from edi_guard.claims.claim import Claim
    from edi_guard.findings import Location
    from edi_guard.x12 import Segment

RENDERING = "82"


class ServiceLine(SegmentGroup):
    """Loop 2400 with its subloops.

    Attributes:
        claim: the claim it belongs to.
        number: ordinal within the claim, counted from 1.
        own: the segments of 2400 itself, without subloops.
        parties: 2420.
        adjudications: 2430.
    """

    def __init__(self, claim: Claim, number: int, segments: list[Segment]) -> None:
        super().__init__(segments)
        self.claim = claim
        self.number = number
        self.own = SegmentGroup([])
        self.parties: list[Party] = []
        self.adjudications: list[Adjudication] = []

    @property
    def service(self) -> Segment:
        """SV1 or SV2, or LX where the line has neither."""
        return self._service or self.segments[0]

    @cached_property
    def _service(self) -> Segment | None:
        return self.own.first("SV1" if self._is_professional else "SV2")

    @cached_property
    def _is_professional(self) -> bool:
        return self.claim.kind is ClaimKind.PROFESSIONAL

    @property
    def _procedure_element(self) -> int:
        return 1 if self._is_professional else 2

    @cached_property
    def _procedure(self) -> list[str]:
        return self._service.components(self._procedure_element) if self._service else []

    # ---------------------------------------------------------------- values

    @property
    def code_qualifier(self) -> str:
        """SV101-1 or SV202-1, ``HC`` for HCPCS and CPT."""
        return self._procedure[0] if self._procedure else ""

    @property
    def code(self) -> str:
        """The procedure code: SV101-2 or SV202-2, ``""`` where there is none."""
        return self._procedure[1] if len(self._procedure) > 1 else ""

    @cached_property
    def modifier_slots(self) -> tuple[str, ...]:
        """SV101-3 to -6 or SV202-3 to -6 as they stand: empty slots before the last are ``""``."""
        return tuple(self._procedure[2:6])

    @cached_property
    def modifiers(self) -> tuple[str, ...]:
        """The modifiers in order, without empty slots."""
        return tuple(filter(None, self.modifier_slots))

    @property
    def revenue_code(self) -> str:
        """SV201; ``""`` on professional lines."""
        return "" if self._is_professional or not self._service else self._service[1]

    @property
    def charge(self) -> Decimal | None:
        """SV102 or SV203."""
        return read_amount(self.service[self._charge_element]) if self._service else None

    @property
    def unit_basis(self) -> str:
        """SV103 or SV204: ``UN`` units, ``MJ`` minutes, ``DA`` days."""
        return self._service[self._charge_element + 1] if self._service else ""

    @property
    def units(self) -> Decimal | None:
        """SV104 or SV205."""
        return read_amount(self._service[self._charge_element + 2]) if self._service else None

    @property
    def _charge_element(self) -> int:
        return 2 if self._is_professional else 3

    @property
    def own_place_of_service(self) -> str:
        """SV105, without the claim's."""
        return self._service[5] if self._is_professional and self._service else ""

    @property
    def place_of_service(self) -> str:
        """SV105, else CLM05-1; ``""`` on institutional lines."""
        return self.own_place_of_service or self.claim.place_of_service

    @property
    def is_emergency(self) -> bool:
        """SV109 = Y."""
        return bool(self._is_professional and self._service and self._service[9] == "Y")

    @property
    def pointers(self) -> list[str]:
        """SV107-1 to -4 as they stand; empty on institutional lines, which have none."""
        return self._service.components(7) if self._is_professional and self._service else []

    @property
    def diagnoses(self) -> list[str]:
        """The diagnosis codes pointed at; on institutional lines all of the claim's."""
        if not self._is_professional:
            return [diagnosis.code for diagnosis in self.claim.diagnoses]
        pointable = self.claim.pointable_diagnoses
        numbers = [int(p) for p in self.pointers if p.isascii() and p.isdigit()]
        return [pointable[n - 1].code for n in numbers if 1 <= n <= len(pointable)]

    @cached_property
    def own_period(self) -> Period | None:
        """DTP*472, without the claim's."""
        return self.own.days("472")

    @property
    def period(self) -> Period | None:
        """The days of service: DTP*472, else an institutional claim's statement period."""
        if self.own_period or self.own.first("DTP", "472"):
            return self.own_period
        return self.claim.statement_period

    @property
    def date(self) -> date | None:
        """The first day of service."""
        period = self.period
        return period.first if period else None

    @property
    def control_number(self) -> str:
        """REF*6R, the line item control number."""
        return self.own.value("REF", 2, "6R")

    # ------------------------------------------------- line, else claim, else

    def provider(self, role: str) -> Party | None:
        """The provider in a role (NM101) that counts for the line: its own, else the claim's."""
        for party in self.parties:
            if party.role == role:
                return party
        return self.claim.provider(role)

    @property
    def rendering(self) -> Party:
        """The rendering provider: 2420, else 2310, else the billing provider."""
        return self.provider(RENDERING) or self.claim.billing.party

    def effective_references(self, *qualifiers: str) -> list[Reference]:
        """The line's REF segments of these qualifiers, else the claim's."""
        return self.own.references(*qualifiers) or self.claim.own.references(*qualifiers)

    def effective_attachments(self) -> list[Attachment]:
        """The PWK segments of the line and of the claim: both speak for the line."""
        return self.own.attachments() + self.claim.own.attachments()

    def effective_notes(self) -> list[Note]:
        """The NTE segments of the line and of the claim."""
        return self.own.notes() + self.claim.own.notes()

    # ---------------------------------------------------------------- places

    def at(self, segment: Segment, element: int = 0, component: int = 0) -> Location:
        """Return where a value stands, with the box of the paper form."""
        box = form_locator(self.claim.kind, segment, element, component, self.number)
        return segment.location(element, component, box)

    @property
    def at_line(self) -> Location:
        """The service segment."""
        return self.at(self.service)

    @property
    def at_code(self) -> Location:
        """SV101-2 or SV202-2."""
        return self.at(self.service, self._procedure_element, 2)

    def at_modifier(self, slot: int) -> Location:
        """Modifier slot 0 to 3."""
        return self.at(self.service, self._procedure_element, 3 + slot)

    @property
    def at_modifiers(self) -> Location:
        """The procedure composite, where modifiers stand or are missing."""
        return self.at(self.service, self._procedure_element)

    @property
    def at_charge(self) -> Location:
        """SV102 or SV203."""
        return self.at(self.service, self._charge_element)

    @property
    def at_units(self) -> Location:
        """SV104 or SV205."""
        return self.at(self.service, self._charge_element + 2)

    def at_pointer(self, index: int) -> Location:
        """Pointer 0 to 3 of SV107."""
        return self.at(self.service, 7, index + 1)

    @property
    def at_pointers(self) -> Location:
        """SV107."""
        return self.at(self.service, 7)

    @property
    def at_place_of_service(self) -> Location:
        """SV105 where the line has it, else CLM05-1."""
        if self.own_place_of_service:
            return self.at(self.service, 5)
        return self.claim.at_place_of_service

    @property
    def at_date(self) -> Location:
        """DTP*472 where the line has it, else the claim's statement period, else the line."""
        segment = self.own.first("DTP", "472") or self.claim.own.first("DTP", "434")
        return self.at(segment, 3) if segment else self.at_line
