"""Our own words for the codes of the 999 (IK304, IK403); no values, no licensed text."""

from __future__ import annotations

from typing import Final

SEGMENT_WORDS: Final = {
    "1": "{what} is not expected at this place",
    "2": "{what} is not used by the guide",
    "3": "{what} is required and missing",
    "4": "{what} stands more often than the guide allows",
    "5": "{what} stands more often than the guide allows",
    "8": "{what} could not be read by the guide",
}

ELEMENT_WORDS: Final = {
    "1": "{what} is required and missing",
    "2": "{what} is required because of what stands beside it",
    "3": "{what} has more parts than the guide allows",
    "4": "{what} is too short",
    "5": "{what} is too long, or not used by the guide",
    "6": "{what} contains a character that its type does not allow",
    "7": "{what} is not one of the values that the guide allows",
    "8": "{what} is not a valid date",
    "9": "{what} is not a valid time",
    "10": "{what} must not stand beside what it stands with",
}


def segment_words(code: str, segment: str, loop: str) -> str:
    """Return a sentence about a segment."""
    what = f"segment {segment} (loop {loop})" if loop else f"segment {segment}"
    return SEGMENT_WORDS.get(code, "{what} breaks the guide").format(what=what)


def element_words(code: str, reference: str) -> str:
    """Return a sentence about an element or component, e.g. ``CLM05-3``."""
    return ELEMENT_WORDS.get(code, "{what} breaks the guide").format(what=reference)
