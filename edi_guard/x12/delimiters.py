"""The four delimiters of an interchange, read from its ISA segment.

ISA is the one segment of fixed width: 106 characters with its terminator (X12.5, ISA; the guides'
appendix B). The element separator stands after the identifier, the repetition separator is ISA11, the
component separator ISA16, and the segment terminator follows ISA16.
"""

from __future__ import annotations

from dataclasses import dataclass

ISA_LENGTH = 106
ISA_WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)


@dataclass(frozen=True, slots=True)
class Delimiters:
    """The characters that separate an interchange's parts, one Latin-1 character each.

    `repetition` is empty when ISA11 holds a letter or digit (the old standards identifier ``U``).
    """

    element: str
    component: str
    segment: str
    repetition: str

    @property
    def is_legal(self) -> bool:
        """Whether all are distinct and none is a letter, a digit or a blank."""
        used = [self.element, self.component, self.segment]
        if self.repetition:
            used.append(self.repetition)
        return len(set(used)) == len(used) and not any(
            _is_letter_or_digit(character) or character == " " for character in used
        )


STANDARD = Delimiters(element="*", component=":", segment="~", repetition="^")


def _is_letter_or_digit(character: str) -> bool:
    return character.isascii() and character.isalnum()


@dataclass(frozen=True, slots=True)
class IsaFault:
    """Why an ISA cannot be read: the first element whose width is wrong (1 to 16), or 0."""

    element: int
    width: int
    expected: int


def read_delimiters(isa: str) -> Delimiters | IsaFault:
    """Return the delimiters of the interchange whose text begins with `isa`.

    Args:
        isa: the text from ``ISA`` on, at least as long as an ISA if the file is.

    Returns:
        the delimiters, or what is wrong with the ISA's widths.
    """
    separator = isa[3:4]
    position = 4
    for number, width in enumerate(ISA_WIDTHS[:-1], start=1):
        end = isa.find(separator, position) if separator else -1
        if end - position != width:
            found = max(end - position, -1) if end >= 0 else len(isa) - position
            return IsaFault(number, found, width)
        position = end + 1
    if len(isa) < ISA_LENGTH:
        return IsaFault(16, len(isa) - position, 2)
    repetition = isa[82]
    return Delimiters(
        element=separator,
        component=isa[104],
        segment=isa[105],
        repetition="" if _is_letter_or_digit(repetition) else repetition,
    )
