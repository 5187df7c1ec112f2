"""One segment of a file: its text, its parts and where each of them stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from edi_guard.findings import Location

if TYPE_CHECKING:
    from edi_guard.x12.delimiters import Delimiters


class Span(NamedTuple):
    """A range of bytes in the file: the first, and the one after the last."""

    start: int
    end: int


class Segment:
    """A segment as it stands in the file.

    Attributes:
        text: from the identifier up to the terminator, without either's surroundings.
        start: the byte of the file at which `text` begins.
        lead: bytes between the previous terminator and `start` (line ends, blanks, empty segments).
        number: counted from 1 at ST within a transaction set, from 1 at ISA otherwise.
        delimiters: those of the interchange.
        elements: the identifier and its elements; ``elements[1]`` is the first element.
        loop: the guide's loop, set by the claim model; empty before.
    """

    __slots__ = ("delimiters", "elements", "lead", "loop", "number", "start", "text")

    def __init__(self, text: str, start: int, lead: int, number: int, delimiters: Delimiters) -> None:
        self.text = text
        self.start = start
        self.lead = lead
        self.number = number
        self.delimiters = delimiters
        self.elements = text.split(delimiters.element)
        self.loop = ""

    @property
    def id(self) -> str:
        """The segment identifier, e.g. ``CLM``."""
        return self.elements[0]

    @property
    def end(self) -> int:
        """The byte after the text: the terminator's place."""
        return self.start + len(self.text)

    @property
    def chunk(self) -> Span:
        """The bytes that go when the segment goes: its lead, its text and its terminator."""
        return Span(self.start - self.lead, self.end + 1)

    def __repr__(self) -> str:
        # The text may carry patient data, and a repr may end in a log.
        return f"<Segment {self.id} number {self.number}>"

    def __getitem__(self, element: int) -> str:
        """Return an element's text, or ``""`` when the segment is shorter."""
        return self.elements[element] if element < len(self.elements) else ""

    def components(self, element: int) -> list[str]:
        """Return the components of an element (of its first repetition), none when it is empty."""
        value = self[element]
        if not value:
            return []
        repetition = self.delimiters.repetition
        if repetition:
            value = value.partition(repetition)[0]
        return value.split(self.delimiters.component)

    def component(self, element: int, component: int) -> str:
        """Return a component's text, counted from 1, or ``""``."""
        parts = self.components(element)
        return parts[component - 1] if component <= len(parts) else ""

    def repetitions(self, element: int) -> list[str]:
        """Return the repetitions of an element."""
        value = self[element]
        repetition = self.delimiters.repetition
        if not value:
            return []
        return value.split(repetition) if repetition else [value]

    def span(self, element: int = 0, component: int = 0) -> Span:
        """Return the bytes of an element or component; of the whole segment when `element` is 0.

        What is missing has an empty span at the end of what is there.
        """
        if element == 0:
            return Span(self.start, self.end)
        if element >= len(self.elements):
            return Span(self.end, self.end)
        start = self.start + sum(len(part) + 1 for part in self.elements[:element])
        if component == 0:
            return Span(start, start + len(self.elements[element]))
        return self._component_span(start, element, component)

    def _component_span(self, start: int, element: int, component: int) -> Span:
        parts = self.elements[element].split(self.delimiters.component)
        if component > len(parts):
            end = start + len(self.elements[element])
            return Span(end, end)
        start += sum(len(part) + 1 for part in parts[: component - 1])
        return Span(start, start + len(parts[component - 1]))

    def location(self, element: int = 0, component: int = 0, form_locator: str = "") -> Location:
        """Return where an element or component stands; the whole segment when `element` is 0."""
        span = self.span(element, component)
        return Location(
            loop=self.loop,
            segment=self.id,
            element=element_reference(self.id, element, component),
            segment_number=self.number,
            byte_start=span.start,
            byte_end=span.end,
            form_locator=form_locator,
        )


def element_reference(segment: str, element: int, component: int = 0) -> str:
    """Return the guide's name of a place: ``SV101-2``, ``CLM02``, or ``""`` for the segment."""
    if element == 0:
        return ""
    reference = f"{segment}{element:02d}"
    return f"{reference}-{component}" if component else reference
