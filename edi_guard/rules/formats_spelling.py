"""Puts one value's spelling right, and says what was wrong with it; never changes which value it is."""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from edi_guard.claims import read_day
from edi_guard.rules.formats_places import Place
from edi_guard.rules.identifiers_numbers import is_npi

if TYPE_CHECKING:
    from collections.abc import Callable

    from edi_guard.x12 import Delimiters

LINE_ENDS: Final = "\r\n"
BLANKS: Final = " \t"


class Fault(enum.StrEnum):
    """What can be wrong with a spelling: the code of the rule, in the order they are put right."""

    LINE_END = "FMT201"
    TYPOGRAPHIC = "FMT202"
    BLANKS = "FMT203"
    SEPARATORS = "FMT204"
    TELEPHONE = "FMT205"
    NUMBER = "FMT206"
    DATE = "FMT207"
    DOT = "FMT208"
    LOWER_CASE = "FMT209"
    CHARACTER = "FMT210"


class Spelling(NamedTuple):
    """A value put right.

    Attributes:
        value: how it should be spelled.
        mended: what was wrong and is right now.
        left: what is wrong and cannot be put right.
    """

    value: str
    mended: tuple[Fault, ...]
    left: tuple[Fault, ...]


def spell(value: str, place: Place, delimiters: Delimiters) -> Spelling:
    """Return a value as it should be spelled.

    Args:
        value: as it stands.
        place: what kind of value it is.
        delimiters: no character may become one of these.
    """
    text, mended = value, []
    for fault, step in _STEPS:
        after = step(text, place, delimiters)
        if after != text:
            mended.append(fault)
            text = after
    special = _SPECIAL.get(place)
    if special is not None:
        text, more = special(text)
        mended += more
    return Spelling(text, tuple(mended), _left(text))


def _left(text: str) -> tuple[Fault, ...]:
    if _PLAIN.fullmatch(text):
        return ()
    ends = [Fault.LINE_END] if _LINE_END.search(text) else []
    others = [Fault.CHARACTER] if _FOREIGN.search(text) else []
    return (*ends, *others)


_PLAIN = re.compile(r"[ -~]*")
_LINE_END = re.compile(r"[\r\n]")
_FOREIGN = re.compile(r"[^ -~\r\n]")

# ------------------------------------------------------------------- every value

_PROSE = frozenset({Place.FREE_TEXT, Place.FIXED_TEXT})
_DIGITS = re.compile(r"[\d.]+", re.ASCII)


def _line_ends(text: str, place: Place, _: Delimiters) -> str:
    if place in _PROSE or not _LINE_END.search(text):
        return text
    inside = text.strip(LINE_ENDS)
    joined = _LINE_END.sub("", inside)
    # Within words nobody knows whether a blank stood there; a number or code has none.
    return joined if place is not Place.TEXT or _DIGITS.fullmatch(joined) else inside


# Single bytes are Windows-1252, sequences are UTF-8, both as Latin-1 shows them.
_ASCII: Final = {
    **dict.fromkeys(("\x91", "\x92", "\xe2\x80\x98", "\xe2\x80\x99"), "'"),
    **dict.fromkeys(("\x93", "\x94", "\xe2\x80\x9c", "\xe2\x80\x9d"), '"'),
    **dict.fromkeys(("\x96", "\x97"), "-"),
    **dict.fromkeys((f"\xe2\x80{chr(last)}" for last in range(0x90, 0x96)), "-"),
    **dict.fromkeys(("\xa0", "\xc2\xa0"), " "),
}
_UTF_8 = r"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
_BEYOND_ASCII = re.compile(rf"{_UTF_8}|[\x80-\xff]")


def _typographic(text: str, _: Place, delimiters: Delimiters) -> str:
    if text.isascii():
        return text
    used = {delimiters.element, delimiters.component, delimiters.segment, delimiters.repetition}

    def replaced(match: re.Match[str]) -> str:
        plain = _ASCII.get(match[0], match[0])
        return match[0] if plain in used else plain

    return _BEYOND_ASCII.sub(replaced, text)


def _ends(text: str, place: Place, _: Delimiters) -> str:
    return text if place is Place.FIXED_TEXT else text.strip(BLANKS)


_STEPS: Final = (
    (Fault.LINE_END, _line_ends),
    (Fault.TYPOGRAPHIC, _typographic),
    (Fault.BLANKS, _ends),
)

# ------------------------------------------------------------------- values of one kind

_Mended = tuple[str, list[Fault]]


def _changed(before: str, after: str, fault: Fault) -> _Mended:
    return (before, []) if after == before else (after, [fault])


_TELEPHONE = re.compile(r"\(?\d{3}\)?[-. /]{0,2}\d{3}[-. ]?\d{4}", re.ASCII)
_NOT_DIGIT = re.compile(r"\D", re.ASCII)


def _telephone(text: str) -> _Mended:
    if not _TELEPHONE.fullmatch(text):
        return text, []
    return _changed(text, _NOT_DIGIT.sub("", text), Fault.TELEPHONE)


_POSTAL_CODE = re.compile(r"\d{5}(?:[- ]\d{4}|-)", re.ASCII)
_TAX_NUMBER = re.compile(r"\d{2}[- ]\d{7}|\d{3}([- ])\d{2}\1\d{4}", re.ASCII)
_NPI = re.compile(r"\d(?:[- ]?\d){9}", re.ASCII)


def _postal_code(text: str) -> _Mended:
    return _bare_number(text, _POSTAL_CODE)


def _tax_number(text: str) -> _Mended:
    return _bare_number(text, _TAX_NUMBER)


def _npi(text: str) -> _Mended:
    made = _bare_number(text, _NPI)
    return made if is_npi(made[0]) else (text, [])


def _bare_number(text: str, shape: re.Pattern[str]) -> _Mended:
    if not shape.fullmatch(text):
        return text, []
    return _changed(text, _NOT_DIGIT.sub("", text), Fault.NUMBER)


_DAY = re.compile(r"(\d{4})([-/])(\d{2})\2(\d{2})", re.ASCII)
_DAYS = re.compile(rf"(\d{{8}}|{_DAY.pattern})-(\d{{8}}|{_DAY.pattern.replace(chr(92) + '2', chr(92) + '7')})", re.ASCII)
