"""What of a guide's verdict does not count where a transaction set is read in sections.

Where pieces meet that do not follow each other in the file, what the guide says is said of neighbours that
are none. Sections are cut where it has nothing to say of those that are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edi_guard.x12 import Delimiters, Section

_HEADS = ("HL", "CLM")


class Seams(NamedTuple):
    """Where a section's pieces meet.

    Attributes:
        quiet: the segments, counted from 1 at ST, at which the guide's walk is not to be listened to.
        resumed: the segment with which the section's own claims begin; 0 for none.
        claims_before: how many claims stand before it under the same level.
        is_open: whether other sections follow, so that SE is none of this one's.
    """

    quiet: frozenset[int] = frozenset()
    resumed: int = 0
    claims_before: int = 0
    is_open: bool = False


NO_SEAMS = Seams()


def seams_of(section: Section | None, segments: Iterable[str], delimiters: Delimiters) -> Seams:
    """Return where the pieces of a section meet; `NO_SEAMS` for a whole transaction set.

    Args:
        section: the section.
        segments: its segments' texts from ST on, as far as the first of its own claims at least.
        delimiters: those of the interchange.
    """
    if section is None:
        return NO_SEAMS
    carried = len(section.levels)
    heads: list[int] = []
    for number, text in enumerate(segments, start=1):
        if text.split(delimiters.element, maxsplit=1)[0] in _HEADS:
            heads.append(number)
            if len(heads) > carried:
                break
    quiet = frozenset(heads[index] for index in section.joined)
    return Seams(quiet, heads[carried], section.claims_before, is_open=not section.is_last)
