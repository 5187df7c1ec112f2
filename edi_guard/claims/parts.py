"""The small parts of a claim: parties, diagnoses, references, attachments, notes, adjudications."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edi_guard.claims.values import Period, read_amount, read_day, read_period

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from decimal import Decimal

    from edi_guard.x12 import Segment


class SegmentGroup:
    """Segments that stand together, with the look-ups every view needs."""

    __slots__ = ("segments",)

    def __init__(self, segments: list[Segment]) -> None:
        self.segments = segments

    def all(self, identifier: str, *qualifiers: str) -> Iterator[Segment]:
        """Yield the segments with an identifier, and one of the qualifiers if any are given."""
        for segment in self.segments:
            if segment.id == identifier and (not qualifiers or segment[1] in qualifiers):
                yield segment

    def first(self, identifier: str, *qualifiers: str) -> Segment | None:
        """Return the first such segment, or None."""
        return next(self.all(identifier, *qualifiers), None)

    def value(self, identifier: str, element: int, *qualifiers: str) -> str:
        """Return an element of the first such segment, or ``""``."""
        segment = self.first(identifier, *qualifiers)
        return segment[element] if segment else ""

    def days(self, qualifier: str) -> Period | None:
        """Return the days of a DTP segment, None when it is missing or unreadable."""
        segment = self.first("DTP", qualifier)
        return read_period(segment[2], segment[3]) if segment else None

    def references(self, *qualifiers: str) -> list[Reference]:
        """Return the REF segments, of the given qualifiers or all."""
        return [Reference(segment) for segment in self.all("REF", *qualifiers)]

    def attachments(self) -> list[Attachment]:
        """Return the PWK segments."""
        return [Attachment(segment) for segment in self.all("PWK")]

    def notes(self) -> list[Note]:
        """Return the NTE segments."""
        return [Note(segment) for segment in self.all("NTE")]


class Party(SegmentGroup):
    """A person or organisation: an NM1 segment and what follows it in its loop."""

    __slots__ = ()

    @property
    def name_segment(self) -> Segment:
        """NM1."""
        return self.segments[0]

    @property
    def role(self) -> str:
        """NM101, the entity identifier code."""
        return self.segments[0][1]

    @property
    def loop(self) -> str:
        """The guide's loop."""
        return self.segments[0].loop

    @property
    def identifier_qualifier(self) -> str:
        """NM108."""
        return self.segments[0][8]

    @property
    def identifier(self) -> str:
        """NM109."""
        return self.segments[0][9]

    @property
    def npi(self) -> str:
        """The national provider identifier, ``""`` when NM109 is another kind of number."""
        return self.identifier if self.identifier_qualifier == "XX" else ""

    @property
    def last_name(self) -> str:
        """NM103: last name or organisation."""
        return self.segments[0][3]

    @property
    def first_name(self) -> str:
        """NM104."""
        return self.segments[0][4]

    @property
    def taxonomy(self) -> str:
        """PRV03."""
        return self.value("PRV", 3)

    @property
    def birth_date(self) -> date | None:
        """DMG02."""
        return read_day(self.value("DMG", 2))

    @property
    def sex(self) -> str:
        """DMG03: ``F``, ``M`` or ``U``."""
        return self.value("DMG", 3)


@dataclass(frozen=True, slots=True)
class Reference:
    """A REF segment."""

    segment: Segment

    @property
    def qualifier(self) -> str:
        """REF01."""
        return self.segment[1]

    @property
    def value(self) -> str:
        """REF02."""
        return self.segment[2]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A PWK segment: a pointer to documents sent or kept elsewhere."""

    segment: Segment

    @property
    def report_type(self) -> str:
        """PWK01."""
        return self.segment[1]

    @property
    def transmission(self) -> str:
        """PWK02: how the documents travel; ``AA`` means available on request."""
        return self.segment[2]

    @property
    def control_number_qualifier(self) -> str:
        """PWK05."""
        return self.segment[5]

    @property
    def control_number(self) -> str:
        """PWK06."""
        return self.segment[6]


@dataclass(frozen=True, slots=True)
class Note:
    """An NTE segment."""

    segment: Segment

    @property
    def code(self) -> str:
        """NTE01."""
        return self.segment[1]

    @property
    def text(self) -> str:
        """NTE02."""
        return self.segment[2]


@dataclass(frozen=True, slots=True)
class CodedValue:
    """One composite of an HI segment.

    Attributes:
        segment: the HI segment.
        element: 1 to 12.
    """

    segment: Segment
    element: int

    @property
    def qualifier(self) -> str:
        """The code list qualifier, e.g. ``ABK``."""
        return self.segment.component(self.element, 1)

    @property
    def code(self) -> str:
        """The code."""
        return self.segment.component(self.element, 2)

    @property
    def present_on_admission(self) -> str:
        """The present-on-admission indicator of an institutional diagnosis."""
        return self.segment.component(self.element, 9)

    @property
    def period(self) -> Period | None:
        """The days given with the code (procedures, occurrences, occurrence spans)."""
        parts = self.segment.components(self.element)
        return read_period(parts[2], parts[3]) if len(parts) > 3 else None

    @property
    def amount(self) -> Decimal | None:
        """The amount given with the code (value codes)."""
        return read_amount(self.segment.component(self.element, 5))


def coded_values(segments: Iterable[Segment]) -> list[CodedValue]:
    """Return every composite of the HI segments among `segments`, in order."""
    return [
        CodedValue(segment, element)
        for segment in segments
        if segment.id == "HI"
        for element in range(1, len(segment.elements))
        if segment[element]
    ]


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One reason of a CAS segment: group code, reason, amount and where the reason stands."""

    segment: Segment
    group: str
    reason: str
    amount: Decimal
    element: int


def adjustments(segments: Iterable[Segment]) -> list[Adjustment]:
    """Return every reason and amount of the CAS segments among `segments`."""
    found = []
    for segment in segments:
        if segment.id != "CAS":
            continue
        for element in range(2, len(segment.elements), 3):
            amount = read_amount(segment[element + 1])
            if segment[element] and amount is not None:
                found.append(Adjustment(segment, segment[1], segment[element], amount, element))
    return found


class Adjudication(SegmentGroup):
    """How another payer paid a line: loop 2430."""

    __slots__ = ()

    @property
    def payer_identifier(self) -> str:
        """SVD01."""
        return self.segments[0][1]

    @property
    def paid(self) -> Decimal | None:
        """SVD02."""
        return read_amount(self.segments[0][2])

    @property
    def adjustments(self) -> list[Adjustment]:
        """The CAS reasons of the line."""
        return adjustments(self.segments)

    @property
    def is_denial(self) -> bool:
        """Whether nothing was paid for reasons other than the patient's share or the contract."""
        shares = {("PR", "1"), ("PR", "2"), ("PR", "3"), ("CO", "45"), ("CO", "253")}
        return self.paid == 0 and any(
            (adjustment.group, adjustment.reason) not in shares for adjustment in self.adjustments
        )
