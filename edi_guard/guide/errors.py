"""What is asked of the guide, and what it answers."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edi_guard.x12 import Delimiters, Section


class ErrorLevel(enum.StrEnum):
    """Which code list of the 999 an error's code is from."""

    SEGMENT = "segment"
    ELEMENT = "element"


@dataclass(frozen=True, slots=True)
class GuideError:
    """One thing the guide says against a transaction set.

    Attributes:
        segment_number: counted from 1 at ST; for something missing, where that was noticed.
        segment: the identifier of the segment concerned; of the missing one, if one is missing.
        element: counted from 1; None for the whole segment.
        component: counted from 1; None for the whole element.
        level: whether `code` is from the 999's IK304 (segment) or IK403 (element).
        code: the number in that list.
        words: a plain sentence without any value.
        value: what stands there; may be a patient's data.
        loop: the guide's loop of the segment concerned, ``""`` where unknown.
    """

    segment_number: int
    segment: str
    element: int | None
    component: int | None
    level: ErrorLevel
    code: str
    words: str
    value: str = ""
    loop: str = ""


@dataclass(frozen=True, slots=True)
class GuideInput:
    """A transaction set to be checked.

    Attributes:
        guide: ``005010X222A1`` or ``005010X223A2``.
        segments: the texts from ST to SE, without terminators.
        delimiters: those of the interchange.
        section: which section of the transaction set these are; None for the whole.
    """

    guide: str
    segments: Sequence[str]
    delimiters: Delimiters
    section: Section | None = None


class GuideCheck(Protocol):
    """Something that knows the implementation guides."""

    def check(self, transaction: GuideInput) -> list[GuideError]:
        """Return everything the guide says against a transaction set, in segment order."""
