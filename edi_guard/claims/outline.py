"""A transaction set as runs of its text: the header, each HL and CLM with what follows it, and SE.

Nothing is built, so that whatever moves whole claims costs little more than reading their bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from edi_guard.x12 import FILLER

if TYPE_CHECKING:
    from edi_guard.x12 import Delimiters

_LINE_ENDS: Final = ("", "\n", "\r\n")


class Run(NamedTuple):
    """An HL or a CLM with the segments up to the next one, or to SE; all places count in the text.

    Attributes:
        lead: where the lead of HL or CLM begins.
        start: where HL or CLM itself begins.
        end: behind the last segment's terminator.
        is_level: whether it begins with HL.
    """

    lead: int
    start: int
    end: int
    is_level: bool


@dataclass(frozen=True, slots=True)
class Outline:
    """A transaction set, or a section of one, as runs of its text.

    Attributes:
        text: from ST's lead to SE's terminator.
        delimiters: the interchange's.
        runs: every HL and CLM, in file order.
        trailer: where SE's lead begins.
    """

    text: str
    delimiters: Delimiters
    runs: list[Run]
    trailer: int

    @property
    def header(self) -> str:
        """ST to the last segment before the first HL."""
        return self.text[: self.runs[0].lead if self.runs else self.trailer]

    def head(self, run: Run) -> list[str]:
        """Return the elements of a run's HL or CLM; the first one is its identifier."""
        return self.text[run.start : self.behind_head(run) - 1].split(self.delimiters.element)

    def behind_head(self, run: Run) -> int:
        """Return the place behind the terminator of a run's HL or CLM."""
        return self.text.index(self.delimiters.segment, run.start) + 1


def outline_of(text: str, delimiters: Delimiters) -> Outline:
    """Cut the text of a transaction set, or of a section of one, into runs.

    Args:
        text: from ST's lead to SE's terminator, as `EnvelopeReader` gives it.
        delimiters: the interchange's.
    """
    found = before_segments(delimiters, "HL|CLM|SE").finditer(text)
    cuts = [(match.start() + 1, match.end(), match[1]) for match in found]
    trailer = cuts.pop()[0]
    ends = [lead for lead, _, _ in cuts[1:]] + [trailer]
    runs = [
        Run(lead, start, end, name == "HL") for (lead, start, name), end in zip(cuts, ends, strict=bool(cuts))
    ]
    return Outline(text, delimiters, runs, trailer)


def count_segments(text: str, delimiters: Delimiters) -> int:
    """Return how many segments there are in whole segments' text, empty ones not counted."""
    terminator = delimiters.segment
    return text.count(terminator) - len(_before_empty(delimiters).findall(terminator + text))


def count_claims(text: str, delimiters: Delimiters) -> int:
    """Return how many CLM segments there are in whole segments' text.

    Args:
        text: segments, the first from its lead on.
        delimiters: the interchange's.
    """
    terminator, element = delimiters.segment, delimiters.element
    text = terminator + text
    line_ends = [line_end for line_end in _LINE_ENDS if terminator not in line_end]
    plain = sum(text.count(f"{terminator}{line_end}CLM{element}") for line_end in line_ends)
    # Other places that read so may be claims with another lead, or data: a look at each segment tells.
    return plain if plain == text.count("CLM") else len(before_segments(delimiters, "CLM").findall(text))


@cache
def before_segments(delimiters: Delimiters, names: str) -> re.Pattern[str]:
    """Match all that stands before some segments, from the terminator before them; their name is the group.

    Args:
        delimiters: the interchange's.
        names: the identifiers, as an expression.
    """
    blank, terminator = _blanks(delimiters), re.escape(delimiters.segment)
    ends = f"[{re.escape(delimiters.element)}{terminator}]"
    # Empty segments belong to the lead of the segment behind them.
    return re.compile(f"{terminator}(?:{blank}*{terminator})*{blank}*(?=({names}){ends})")


@cache
def _before_empty(delimiters: Delimiters) -> re.Pattern[str]:
    """Match the terminator before each empty segment."""
    terminator = re.escape(delimiters.segment)
    return re.compile(f"{terminator}(?={_blanks(delimiters)}*{terminator})")


def _blanks(delimiters: Delimiters) -> str:
    """Return what matches a character that may stand before a segment."""
    return f"[{re.escape(FILLER.replace(delimiters.segment, ''))}]"
