"""Some claims of a transaction set, built without the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from edi_guard.claims.levels import LEVEL_ABOVE
from edi_guard.claims.outline import before_segments, outline_of
from edi_guard.claims.transaction import build_claims
from edi_guard.x12 import FILLER, Segment, TransactionText

if TYPE_CHECKING:
    from collections.abc import Container

    from edi_guard.claims.loops import ClaimKind
    from edi_guard.claims.outline import Outline, Run
    from edi_guard.claims.transaction import Transaction


class _Part(NamedTuple):
    """A run of segments that begins with HL or CLM, or with ST."""

    start: int
    end: int
    first_number: int


class _Excerpt(TransactionText):
    """A transaction set of which only some segments are cut out; all of its text is there."""

    def __init__(self, text: TransactionText, parts: list[_Part]) -> None:
        super().__init__(text.span, text.text, text.start, text.section)
        self.__dict__["segments"] = [segment for part in parts for segment in _cut(text, part)]


def read_excerpt(
    text: TransactionText,
    kind: ClaimKind,
    first_ordinal: int,
    wanted: Container[int],
    with_lines: Container[int] | None = None,
) -> Transaction:
    """Build some claims of a transaction set, with the levels above them.

    Args:
        text: the transaction set; its hierarchy must be right and it has no empty segments.
        kind: what its guide describes.
        first_ordinal: the ordinal of its first claim, counted from 1 in the file.
        wanted: the ordinals of the claims to build.
        with_lines: of those, the claims whose service lines are built, too; None for all.

    Returns:
        the transaction set as if it had these claims only; numbers and places are those of the whole.
    """
    outline = outline_of(text.text, text.delimiters)
    parts = _parts(outline)
    chosen: set[int] = {0, len(parts) - 1}
    # The part of the open level of each code.
    open_levels: dict[str, int] = {}
    ordinals: list[int] = []
    ordinal, code = first_ordinal, ""
    for index, run in enumerate(outline.runs, start=1):
        if run.is_level:
            code = outline.head(run)[3]
            open_levels[code] = index
            continue
        if ordinal in wanted:
            chosen.add(index)
            ordinals.append(ordinal)
            if with_lines is not None and ordinal not in with_lines:
                parts[index] = _without_lines(outline, run, parts[index])
            above = code
            while above:
                chosen.add(open_levels[above])
                above = LEVEL_ABOVE[above]
        ordinal += 1
    excerpt = _Excerpt(text, [parts[index] for index in sorted(chosen)])
    return build_claims(excerpt, kind, ordinals)


def _parts(outline: Outline) -> list[_Part]:
    """Return the runs of a transaction set: its header, each HL and CLM with what follows, and SE."""
    text, terminator = outline.text, outline.delimiters.segment
    starts = [0, *(run.lead for run in outline.runs), outline.trailer]
    parts: list[_Part] = []
    number = 1
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        parts.append(_Part(start, end, number))
        number += text.count(terminator, start, end)
    return parts


def _without_lines(outline: Outline, run: Run, part: _Part) -> _Part:
    """Return the part of a claim that stands before its first service line (LX)."""
    found = before_segments(outline.delimiters, "LX").search(outline.text, run.start, run.end)
    return part if found is None else part._replace(end=found.start() + 1)


def _cut(text: TransactionText, part: _Part) -> list[Segment]:
    delimiters = text.delimiters
    blanks = FILLER.replace(delimiters.segment, "")
    segments: list[Segment] = []
    position = part.start
    for piece in text.text[part.start : part.end].split(delimiters.segment)[:-1]:
        body = piece.lstrip(blanks)
        lead = len(piece) - len(body)
        at = text.start + position + lead
        segments.append(Segment(body, at, lead, part.first_number + len(segments), delimiters))
        position += len(piece) + 1
    return segments
