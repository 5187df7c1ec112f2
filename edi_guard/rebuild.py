"""Writes some claims of a transaction set as one of its own: hierarchy and segment count are rebuilt."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from edi_guard.claims import count_segments, outline_of
from edi_guard.claims.levels import LEVEL_ABOVE
from edi_guard.x12 import FILLER

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from edi_guard.claims import Outline, Run
    from edi_guard.x12 import Delimiters, TransactionText


class _Written(NamedTuple):
    """HL01 of a level that was written: as it was, and as it is."""

    old: str
    new: str


class TransactionRebuild:
    """Writes the wanted claims of one transaction set, section by section.

    What sections carry along is written once, in front of the first claim that needs it.
    """

    def __init__(self, ordinals: Container[int], reference: str) -> None:
        """Begin a transaction set.

        Args:
            ordinals: the claims wanted.
            reference: the new BHT03; empty keeps the original one.
        """
        self._ordinals = ordinals
        self._reference = reference
        self._segments = 0
        self._levels = 0
        # The last one of each HL03: sections carry no other along.
        self._written: dict[str, _Written] = {}
        self._last: Outline | None = None

    def text(self, text: TransactionText, first_ordinal: int) -> str:
        """Return the text of the transaction set, or of its next section, up to SE.

        Args:
            text: all of it, repairs made; its hierarchy is right.
            first_ordinal: the ordinal of its first claim.
        """
        outline = outline_of(text.text, text.delimiters)
        pieces = [] if self._segments else [self._header(outline)]
        kept = _kept(outline, self._ordinals, first_ordinal)
        for index in sorted(kept):
            run = outline.runs[index]
            if run.is_level:
                pieces.append(self._level(outline, run, has_levels_below=kept[index]))
            else:
                pieces.append(outline.text[run.lead : run.end])
        written = "".join(pieces)
        self._segments += count_segments(written, text.delimiters)
        self._last = outline
        return written

    def trailer(self) -> str:
        """Return SE, the segments counted."""
        outline = self._last
        if outline is None:
            return ""
        trailer = outline.text[outline.trailer :]
        return _replaced(trailer, "SE", {1: str(self._segments + 1)}, outline.delimiters)

    def _header(self, outline: Outline) -> str:
        values = {3: self._reference} if self._reference else {}
        return _replaced(outline.header, "BHT", values, outline.delimiters)

    def _level(self, outline: Outline, run: Run, *, has_levels_below: bool) -> str:
        """Return a level, numbered without a gap; nothing where it was written with a section before."""
        head = outline.head(run)
        code = head[3]
        written = self._written.get(code)
        if written is not None and written.old == head[1]:
            return ""
        self._levels += 1
        number = str(self._levels)
        self._written[code] = _Written(head[1], number)
        above = LEVEL_ABOVE[code]
        values = {
            1: number,
            2: self._written[above].new if above else "",
            4: "1" if has_levels_below else "0",
        }
        elements = _with_values(head, values)
        behind = outline.behind_head(run) - 1
        return (
            outline.text[run.lead : run.start]
            + outline.delimiters.element.join(elements)
            + outline.text[behind : run.end]
        )


def _kept(outline: Outline, wanted: Container[int], first_ordinal: int) -> dict[int, bool]:
    """Return the numbers of the runs that stay; of levels, whether levels below them stay, too."""
    kept: dict[int, bool] = {}
    # The number of the open level of each HL03.
    opened: dict[str, int] = {}
    ordinal, code = first_ordinal, ""
    for index, run in enumerate(outline.runs):
        if run.is_level:
            code = outline.head(run)[3]
            opened[code] = index
            continue
        if ordinal in wanted:
            kept[index] = False
            _keep_levels(kept, opened, code)
        ordinal += 1
    return kept


def _keep_levels(kept: dict[int, bool], opened: Mapping[str, int], code: str) -> None:
    """Keep the open level with an HL03, and those above it."""
    has_levels_below = False
    while code:
        level = opened[code]
        if level in kept and (kept[level] or not has_levels_below):
            # So are those above it.
            return
        kept[level] = has_levels_below
        has_levels_below = True
        code = LEVEL_ABOVE[code]


def _replaced(text: str, name: str, values: Mapping[int, str], delimiters: Delimiters) -> str:
    """Return segments with elements of those with an identifier replaced."""
    pieces = text.split(delimiters.segment)
    for index, piece in enumerate(pieces):
        body = piece.lstrip(FILLER)
        elements = body.split(delimiters.element)
        if elements[0] == name:
            lead = piece[: len(piece) - len(body)]
            pieces[index] = lead + delimiters.element.join(_with_values(elements, values))
    return delimiters.segment.join(pieces)


def _with_values(elements: list[str], values: Mapping[int, str]) -> list[str]:
    """Return a segment's elements with values in their places; what is missing reads as empty."""
    changed = list(elements)
    for number, value in values.items():
        if number >= len(changed) and value:
            changed += [""] * (number + 1 - len(changed))
        if number < len(changed):
            changed[number] = value
    return changed
