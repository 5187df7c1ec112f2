"""Finds values that are spelled in a way a safe repair can mend, in one pass over the segments.

A repair changes how a value is spelled, never which value it is (design: repair tier A). All faults
of one element are mended by one edit, which is attributed to the first of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from edi_guard.claims.values import read_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.claims import Transaction
    from edi_guard.x12 import Delimiters, Segment

BLANKS = "FMT101"
EMPTY_ENDS = "FMT102"
LOWER_CASE = "FMT103"
ICD_DOT = "FMT104"
LINE_END = "FMT105"
TYPOGRAPHY = "FMT106"
PUNCTUATION = "FMT107"
DATE_PUNCTUATION = "FMT108"
FOREIGN_CHARACTER = "FMT201"
TRAILING_ZEROS = "FMT160"

# Line ends in free text may separate words, so that removing them would change the text.
FREE_TEXT = {"NTE": {2}, "K3": {1}}
COMPOSITES = {
    "SV1": {1, 7},
    "SV2": {2},
    "SVD": {3},
    "CLM": {5, 11},
    "HI": set(range(1, 13)),
    "SV5": {1},
    "REF": {4},
}
PROCEDURES = {"SV1": 1, "SV2": 2, "SVD": 3}
# Elements that hold money.
AMOUNTS = {
    "CLM": {2},
    "SV1": {2},
    "SV2": {3, 7},
    "SV5": {4, 5},
    "PS1": {2},
    "AMT": {2},
    "CN1": {2},
    "HCP": {2, 3, 7},
    "SVD": {2},
    "CAS": set(range(3, 19, 3)),
}
ICD_QUALIFIERS = frozenset("ABK BK ABF BF ABJ BJ APR PR ABN BN".split())
_ICD = re.compile(r"[A-TV-Za-tv-z]\d[0-9A-Za-z](?:\.?[0-9A-Za-z]{1,4})?\.?", re.ASCII)
ICD_PROCEDURES = frozenset({"BBR", "BBQ"})
_ICD_PROCEDURE = re.compile(r"[0-9A-HJ-NP-Za-hj-np-z]{3}\.?[0-9A-HJ-NP-Za-hj-np-z]{4}", re.ASCII)
_PHONE = re.compile(r"[0-9().\- ]+", re.ASCII)
_LOWER = re.compile(r"[a-z]")
_LOWER_OR_DOT = re.compile(r"[a-z.]")
_ZEROS = re.compile(r"\.\d\d+0(?!\d)", re.ASCII)
_ZEROS_BEHIND_CENTS = re.compile(r"-?\d*\.\d{2}0+", re.ASCII)
_MARKS = re.compile(r"[-().\/ ]")
# Qualifiers of which the elements below are neither tax ids nor provider identifiers.
_UNMARKED = frozenset(
    {("REF", "6R"), ("REF", "D9"), ("REF", "G1"), ("NM1", "IL"), ("NM1", "QC"), ("NM1", "PR")}
)
# The elements in which punctuation is looked for; all in PER.
_MARKED = {"N4": 3, "REF": 2, "NM1": 9, "DTP": 3, "DMG": 2}

_WINDOWS_1252 = {
    "\x82": "'",
    "\x84": '"',
    "\x85": "...",
    "\x91": "'",
    "\x92": "'",
    "\x93": '"',
    "\x94": '"',
    "\x96": "-",
    "\x97": "-",
    "\xa0": " ",
}
_UTF_8 = {
    "\u2018": "'",
    "\u2019": "'",
    "\u201a": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u201e": '"',
    "\u2010": "-",
    "\u2011": "-",
    "\u2012": "-",
    "\u2013": "-",
    "\u2014": "-",
    "\u2026": "...",
    "\u00a0": " ",
}
# UTF-8 first: its bytes, read as Latin-1, contain characters of the other table.
TYPOGRAPHIC = {k.encode().decode("latin-1"): v for k, v in _UTF_8.items()} | _WINDOWS_1252
_TYPOGRAPHIC = re.compile("|".join(map(re.escape, TYPOGRAPHIC)))

Step = tuple[str, Callable[[str], str]]


@dataclass(frozen=True, slots=True)
class FormatFault:
    """One misspelled value.

    Attributes:
        rule: the code of the rule that names it.
        segment: where.
        element: counted from 1; 0 for the segment's end.
        component: counted from 1; 0 for the whole element.
        start: the byte at which `before` stands.
        before: the text as it stands.
        after: the text as it should be; None when no repair is safe.
    """

    rule: str
    segment: Segment
    element: int
    component: int
    start: int
    before: str
    after: str | None


@cache
def _suspicious(delimiters: Delimiters) -> re.Pattern[str]:
    element, component = re.escape(delimiters.element), re.escape(delimiters.component)
    ends = f"[{element}{component}]"
    return re.compile(rf"[\r\n\x80-\xff]|[ ](?={ends}|$)|(?<={ends})[ ]|{ends}$|{component}{element}")


def scan_formats(transaction: Transaction) -> tuple[FormatFault, ...]:
    """Return every misspelled value of a transaction set, in file order."""
    found: list[FormatFault] = []
    for segment in transaction.text.segments:
        if may_be_misspelled(segment.text, segment.elements[0], segment.delimiters):
            found += _scan(segment)
    return tuple(found)


def may_be_misspelled(text: str, identifier: str, delimiters: Delimiters) -> bool:
    """Whether a segment holds any of the characters at which misspellings are known."""
    if _suspicious(delimiters).search(text):
        return True
    check = misspelling_check(identifier, delimiters)
    return check is not None and check(text)


@cache
def misspelling_check(
    identifier: str, delimiters: Delimiters, qualifier: str = ""
) -> Callable[[str], bool] | None:
    """Return what tells whether a segment that the guide accepts may be misspelled; None where none may.

    `qualifier` is element 1 where it is known.

    The compiled guide accepts no blanks at the ends of a value, no empty ends, no line ends, nothing
    beyond ASCII and no date with punctuation.
    """
    if identifier in PROCEDURES:
        return lambda text: _LOWER.search(text) is not None or _ZEROS.search(text) is not None
    if identifier in AMOUNTS:
        return lambda text: _ZEROS.search(text) is not None
    if identifier == "HI":
        return lambda text: _LOWER_OR_DOT.search(text) is not None
    if identifier == "PER":
        return lambda text: _MARKS.search(text) is not None
    if identifier not in _MARKED or (identifier, qualifier) in _UNMARKED:
        return None
    element, separator = _MARKED[identifier], delimiters.element

    def has_marks(text: str) -> bool:
        elements = text.split(separator, element + 1)
        return len(elements) > element and _MARKS.search(elements[element]) is not None

    return has_marks


def is_misspelled(segment: Segment) -> bool:
    """Whether a segment holds a misspelled value."""
    return any(True for _ in _scan(segment))


def _scan(segment: Segment) -> Iterator[FormatFault]:
    last = len(segment.text.rstrip(segment.delimiters.element))
    if last < len(segment.text) and last > len(segment.id):
        start = segment.start + last
        before = segment.text[last:]
        yield FormatFault(EMPTY_ENDS, segment, 0, 0, start, before, "")
    composites = COMPOSITES.get(segment.id, set())
    for element, value in enumerate(segment.elements[1:], start=1):
        if not value:
            continue
        if element in composites:
            yield from _scan_composite(segment, element, value)
        else:
            yield from _scan_value(segment, element, 0, value)


def _scan_composite(segment: Segment, element: int, value: str) -> Iterator[FormatFault]:
    separator = segment.delimiters.component
    parts = value.split(separator)
    kept = value.rstrip(separator)
    span = segment.span(element)
    if len(kept) < len(value):
        start = span.start + len(kept)
        yield FormatFault(EMPTY_ENDS, segment, element, 0, start, value[len(kept) :], "")
    for component, part in enumerate(parts, start=1):
        if part:
            yield from _scan_value(segment, element, component, part)


def _scan_value(segment: Segment, element: int, component: int, value: str) -> Iterator[FormatFault]:
    rule, after = "", value
    for name, step in _steps(segment, element, component):
        changed = step(after)
        if changed != after:
            rule, after = rule or name, changed
    start = segment.span(element, component).start
    if rule:
        yield FormatFault(rule, segment, element, component, start, value, after)
    if any(line_end in after for line_end in "\r\n"):
        yield FormatFault(LINE_END, segment, element, component, start, value, None)
    if any(character > "\x7f" for character in after):
        yield FormatFault(FOREIGN_CHARACTER, segment, element, component, start, value, None)


def _steps(segment: Segment, element: int, component: int) -> Iterator[Step]:
    if element not in FREE_TEXT.get(segment.id, ()):
        yield LINE_END, _without_line_ends
    yield TYPOGRAPHY, _to_ascii(segment.delimiters)
    yield BLANKS, _trimmed
    if component and element == PROCEDURES.get(segment.id) and 2 <= component <= 6:
        yield LOWER_CASE, _upper_code
    if segment.id == "HI" and component == 2 and segment.component(element, 1) in ICD_QUALIFIERS:
        yield ICD_DOT, _without_dot(_ICD)
        yield LOWER_CASE, _upper(_ICD)
    if segment.id == "HI" and component == 2 and segment.component(element, 1) in ICD_PROCEDURES:
        yield ICD_DOT, _without_dot(_ICD_PROCEDURE)
        yield LOWER_CASE, _upper(_ICD_PROCEDURE)
    if element in AMOUNTS.get(segment.id, ()):
        yield TRAILING_ZEROS, _without_zeros_behind_cents
    if segment.id == "PER" or segment.id in _MARKED:
        yield from _plain_steps(segment, element)


def _plain_steps(segment: Segment, element: int) -> Iterator[Step]:
    identifier = segment.id
    if identifier == "PER" and element in (4, 6, 8) and segment[element - 1] in ("TE", "FX"):
        yield PUNCTUATION, _digits(_PHONE, 10)
    elif identifier == "N4" and element == 3:
        yield PUNCTUATION, _digits(re.compile(r"\d{5}-\d{4}", re.ASCII), 9)
    elif identifier == "REF" and element == 2 and segment[1] == "EI":
        yield PUNCTUATION, _digits(re.compile(r"\d{2}-\d{7}", re.ASCII), 9)
    elif identifier == "REF" and element == 2 and segment[1] == "SY":
        yield PUNCTUATION, _digits(re.compile(r"\d{3}-\d{2}-\d{4}", re.ASCII), 9)
    elif identifier == "NM1" and element == 9 and segment[8].strip() == "XX":
        yield PUNCTUATION, _digits(re.compile(r"[0-9\- ]+", re.ASCII), 10)
    elif (identifier, element) in (("DTP", 3), ("DMG", 2)):
        yield DATE_PUNCTUATION, _plain_dates


# ------------------------------------------------------------------------ steps


def _without_line_ends(value: str) -> str:
    return value.replace("\r", "").replace("\n", "")


@cache
def _to_ascii(delimiters: Delimiters) -> Callable[[str], str]:
    taken = {delimiters.element, delimiters.component, delimiters.segment, delimiters.repetition}

    def convert(value: str) -> str:
        def plain(match: re.Match[str]) -> str:
            replacement = TYPOGRAPHIC[match[0]]
            return match[0] if taken.intersection(replacement) else replacement

        return _TYPOGRAPHIC.sub(plain, value) if not value.isascii() else value

    return convert


def _trimmed(value: str) -> str:
    return value.strip(" ")


def _without_zeros_behind_cents(value: str) -> str:
    if not _ZEROS_BEHIND_CENTS.fullmatch(value):
        return value
    return value.rstrip("0").removesuffix(".") or "0"


@cache
def _without_dot(shape: re.Pattern[str]) -> Callable[[str], str]:
    return lambda value: value.replace(".", "") if shape.fullmatch(value) else value


def _upper_code(value: str) -> str:
    # Letters of other alphabets are no part of a code, and some have no capital that a file can hold.
    return value.upper() if value.isascii() else value


@cache
def _upper(shape: re.Pattern[str]) -> Callable[[str], str]:
    return lambda value: value.upper() if shape.fullmatch(value) else value


@cache
def _digits(pattern: re.Pattern[str], count: int) -> Callable[[str], str]:
    """Return a step that leaves only the digits, where these are as many as the value has to have."""

    def strip(value: str) -> str:
        digits = re.sub(r"[^0-9]", "", value)
        return digits if pattern.fullmatch(value) and len(digits) == count else value

    return strip


_DAY = r"(\d{4})([-/])(\d{2})\2(\d{2})"
_ONE_DAY = re.compile(_DAY, re.ASCII)
_TWO_DAYS = re.compile(r"(\d{4}([-/])\d{2}\2\d{2}|\d{8}) ?- ?(\d{4}([-/])\d{2}\4\d{2}|\d{8})", re.ASCII)


def _plain_dates(value: str) -> str:
    """Write CCYY-MM-DD and CCYY/MM/DD as CCYYMMDD; other orders of day and month are ambiguous."""
    if _ONE_DAY.fullmatch(value):
        return _plain_day(value)
    both = _TWO_DAYS.fullmatch(value)
    if both:
        first, last = _plain_day(both[1]), _plain_day(both[3])
        if read_day(first) and read_day(last):
            return f"{first}-{last}"
    return value


def _plain_day(value: str) -> str:
    plain = value.replace("-", "").replace("/", "")
    return plain if read_day(plain) else value
