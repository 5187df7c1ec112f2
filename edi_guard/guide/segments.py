"""What can be said of a segment without asking pyx12."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.guide.errors import ErrorLevel, GuideError
from edi_guard.guide.words import segment_words

if TYPE_CHECKING:
    from edi_guard.x12 import Delimiters


def line_number_error(number: int, expected: int, value: str) -> GuideError:
    """Return the error of an LX that does not count on; pyx12 leaves it out for 837I."""
    words = f"LX01 must count the service lines of the claim: {expected} is next"
    return GuideError(number, "LX", 1, None, ErrorLevel.ELEMENT, "7", words, value, "2400")


def adopted_text(text: str, guide: str, delimiters: Delimiters) -> str:
    """Return ST with the adopted guide as ST03; rules of family ENV judge the version itself."""
    parts = text.split(delimiters.element)
    if parts[0] != "ST" or len(parts) < 4:
        return text
    parts[3] = guide
    return delimiters.element.join(parts)


def identifier(text: str, delimiters: Delimiters) -> str:
    """Return a segment's identifier, cut where it is too long to be one."""
    return text.split(delimiters.element, maxsplit=1)[0][:3]


def segment_error(number: int, code: str, segment: str, loop: str) -> GuideError:
    """Return an error on a whole segment."""
    words = segment_words(code, segment, loop)
    return GuideError(number, segment, None, None, ErrorLevel.SEGMENT, code, words, "", loop)
