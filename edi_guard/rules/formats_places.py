"""What kind of value stands where, as far as its spelling can be told right or wrong.

Places are those of 005010X222A1 and 005010X223A2. What is not listed is plain text, of which only the
ends and the characters are looked at.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from edi_guard.x12 import Segment


class Place(enum.Enum):
    """The kinds of values."""

    TEXT = enum.auto()
    FREE_TEXT = enum.auto()
    FIXED_TEXT = enum.auto()
    CODE = enum.auto()
    DIAGNOSIS = enum.auto()
    OLD_DIAGNOSIS = enum.auto()
    OLD_PROCEDURE = enum.auto()
    TELEPHONE = enum.auto()
    POSTAL_CODE = enum.auto()
    TAX_NUMBER = enum.auto()
    NPI = enum.auto()
    DAY = enum.auto()
    DAYS = enum.auto()


COMPOSITES: Final = frozenset(
    {
        ("CLM", 5),
        ("CLM", 11),
        ("CTP", 5),
        ("REF", 4),
        ("SV1", 1),
        ("SV1", 7),
        ("SV2", 2),
        ("SV5", 1),
        ("SVD", 3),
        *(("HI", element) for element in range(1, 13)),
    }
)

# Elements (component 0) and components whose values are codes of capitals and digits.
_CODES: Final = {
    "CLM": {(5, 3), (6, 0), (7, 0), (8, 0), (9, 0), (10, 0), (11, 1), (11, 2), (11, 4)},
    "CTP": {(5, 1)},
    "DMG": {(3, 0)},
    "N4": {(2, 0)},
    "OI": {(3, 0), (4, 0), (6, 0)},
    "PWK": {(1, 0), (2, 0), (5, 0)},
    "SBR": {(1, 0), (9, 0)},
    "SV1": {*((1, n) for n in (1, 2, 3, 4, 5, 6, 8)), (3, 0), (9, 0), (11, 0), (12, 0)},
    "SV2": {*((2, n) for n in (1, 2, 3, 4, 5, 6, 8)), (4, 0)},
    "SV5": {(1, 1), (1, 2), (2, 0)},
    "SVD": {(3, n) for n in (1, 2, 3, 4, 5, 6, 8)},
}

# Elements (component 0) and components that the guides let a sender leave out: one that holds
# nothing but blanks says no more than an empty one.
_OPTIONAL: Final = {
    "CLM": {(3, 0), (4, 0), (11, 3), (11, 5)},
    "DMG": {(5, 0)},
    "N3": {(2, 0)},
    "N4": {(4, 0), (5, 0), (6, 0), (7, 0)},
    "NM1": {(4, 0), (5, 0), (6, 0), (7, 0), (10, 0), (11, 0)},
    "PWK": {(3, 0), (4, 0), (7, 0)},
    "SBR": {(2, 0), (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0)},
    "SV1": {*((1, n) for n in (3, 4, 5, 6, 7)), (5, 0), (6, 0), (8, 0), (9, 0), (10, 0), (11, 0)},
    "SV2": {*((2, n) for n in (3, 4, 5, 6, 7)), (6, 0), (7, 0)},
    "SVD": {*((3, n) for n in (3, 4, 5, 6, 7)), (4, 0)},
}

_DIAGNOSES: Final = {
    **dict.fromkeys(("ABK", "ABF", "ABJ", "APR", "ABN"), Place.DIAGNOSIS),
    **dict.fromkeys(("BK", "BF", "BJ", "PR", "BN"), Place.OLD_DIAGNOSIS),
    **dict.fromkeys(("BR", "BQ"), Place.OLD_PROCEDURE),
}
_DAYS: Final = {"D8": Place.DAY, "RD8": Place.DAYS}
_PRESENT_ON_ADMISSION: Final = 9
_TELEPHONES: Final = {"TE", "FX"}
_TAX_NUMBERS: Final = {"EI", "SY"}
_UNITED_STATES: Final = {"", "US"}


def place_of(segment: Segment, element: int, component: int = 0) -> Place:
    """Return what kind of value an element or component is, as its qualifier says."""
    name = segment.elements[0]
    if (element, component) in _CODES.get(name, ()):
        return Place.CODE
    special = _SPECIAL.get(name)
    return special(segment, element, component) if special else Place.TEXT


def may_be_empty(segment: Segment, element: int, component: int = 0) -> bool:
    """Whether a value of nothing but blanks there says no more than an empty one."""
    return (element, component) in _OPTIONAL.get(segment.elements[0], ())


def word(segment: Segment, element: int) -> str:
    """Return a qualifier, whatever its case and the blanks around it."""
    return segment[element].strip().upper()


def _health_codes(segment: Segment, element: int, component: int) -> Place:
    parts = [part.strip().upper() for part in segment.components(element)]
    if component == 2:
        return _DIAGNOSES.get(parts[0], Place.CODE)
    if component == 4:
        return _DAYS.get(parts[2], Place.TEXT)
    return Place.CODE if component in (1, 3, _PRESENT_ON_ADMISSION) else Place.TEXT


def _contact(segment: Segment, element: int, _: int) -> Place:
    is_number = element in (4, 6, 8) and word(segment, element - 1) in _TELEPHONES
    return Place.TELEPHONE if is_number else Place.TEXT


def _address(segment: Segment, element: int, _: int) -> Place:
    is_here = element == 3 and word(segment, 4) in _UNITED_STATES
    return Place.POSTAL_CODE if is_here else Place.TEXT


def _reference(segment: Segment, element: int, _: int) -> Place:
    is_tax_number = element == 2 and word(segment, 1) in _TAX_NUMBERS
    return Place.TAX_NUMBER if is_tax_number else Place.TEXT


def _name(segment: Segment, element: int, _: int) -> Place:
    return Place.NPI if element == 9 and word(segment, 8) == "XX" else Place.TEXT  # noqa: PLR2004


def _date(segment: Segment, element: int, _: int) -> Place:
    return _DAYS.get(word(segment, 2), Place.TEXT) if element == 3 else Place.TEXT


def _birth(segment: Segment, element: int, _: int) -> Place:
    return _DAYS.get(word(segment, 1), Place.TEXT) if element == 2 else Place.TEXT


def _provider(segment: Segment, element: int, _: int) -> Place:
    return Place.CODE if element == 3 and word(segment, 2) == "PXC" else Place.TEXT


def _note(_: Segment, element: int, __: int) -> Place:
    return Place.FREE_TEXT if element == 2 else Place.TEXT


def _fixed(_: Segment, element: int, __: int) -> Place:
    return Place.FIXED_TEXT if element == 1 else Place.TEXT


def _service(_: Segment, __: int, component: int) -> Place:
    return Place.FREE_TEXT if component == 7 else Place.TEXT  # noqa: PLR2004


_SPECIAL: Final = {
    "DMG": _birth,
    "DTP": _date,
    "HI": _health_codes,
    "K3": _fixed,
    "N4": _address,
    "NM1": _name,
    "NTE": _note,
    "PER": _contact,
    "PRV": _provider,
    "REF": _reference,
    "SV1": _service,
    "SV2": _service,
}
