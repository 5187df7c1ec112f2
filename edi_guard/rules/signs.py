"""What a claim must show before a rule can have anything to say about it.

Most claims are good. A rule that names what wakes it costs nothing on a claim without it: the claim's
text is glanced over once, and only where something stirs is the claim model built and are the rules
run. So a rule gives, in its decorator, any of

- ``targets``: it speaks of lines with a target code only;
- ``segments``: identifiers of segments without which it is silent;
- ``loops``: the loops in which those segments matter;
- ``unless``: for those segments, when one of them gives it no cause to speak;
- ``signs``: relations over several segments, seen while glancing, without which it is silent.

What repeats is remembered, so that an `unless` is not shown what is different in each claim: the number of a
claim (up to 20 characters) or of a line (REF 6R, up to 30) and a plain amount in CLM, SV1 and SV2 are given
as 1. What depends on these takes a sign.

A rule that gives none of them runs on every claim. What is named must never be too little: a rule that
finds something without having been woken is an error, which the tests look for.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edi_guard.rules.context import Context


class Sign(enum.Flag):
    """Relations that are seen while glancing over a claim; each may show without need, never be missed."""

    NONE = 0
    # A line with a target code.
    TARGET = enum.auto()
    # The total may not be the sum of the lines.
    UNBALANCED = enum.auto()
    # A pointer may lead to no diagnosis.
    POINTER = enum.auto()
    # A diagnosis may stand twice.
    REPEATED_DIAGNOSIS = enum.auto()
    # Two lines have one code and one charge.
    REPEATED_LINE = enum.auto()
    # A line has no date of service of its own.
    UNDATED = enum.auto()
    # A line's date of service is after today.
    FUTURE = enum.auto()
    # A day of the claim lies outside of the days on which code sets are looked at beforehand.
    UNSTEADY = enum.auto()
    # Two services may be a pair that a loaded table does not pay together.
    PAIRED = enum.auto()
    # A code whose units are limited stands on two lines.
    REPEATED_CODE = enum.auto()
    # A code may be an add-on code without its primary.
    ADD_ON = enum.auto()
    # Services may be from before ICD-10 (1 October 2015).
    BEFORE_ICD_10 = enum.auto()
    # A line's day may lie outside of the statement period.
    OUTSIDE_STATEMENT = enum.auto()
    # A line has no control number.
    UNNUMBERED = enum.auto()
    # Two lines have one control number.
    REPEATED_NUMBER = enum.auto()
    # There is another payer, or the destination payer is not plainly the primary one.
    PAYERS = enum.auto()
    # The claim goes to Medicare, and the member id has not the shape of Medicare's.
    MEDICARE_NUMBER = enum.auto()
    # Who the patient is said to be, and the hierarchy, contradict each other.
    RELATIONSHIP = enum.auto()
    # A subscriber who is the patient has no address, or no birth date and sex.
    INCOMPLETE_PATIENT = enum.auto()
    # An institutional claim has no attending provider.
    UNATTENDED = enum.auto()
    # Another claim of the file has the claim's number, or its patient and total.
    DUPLICATE = enum.auto()
    # A released claim of an earlier file has its patient and total.
    RELEASED = enum.auto()
    # The guide has something against it.
    OBJECTED = enum.auto()
    # The hierarchy may be wrong.
    HIERARCHY = enum.auto()
    # A value is spelled in a way that could be repaired.
    MISSPELLED = enum.auto()
    # Another claim of the file does not pass, and the configuration keeps files whole.
    KEPT = enum.auto()
    # A mapping limits the days for sending.
    LIMITED = enum.auto()
    # The guide would have been satisfied, but repairs were taken back.
    WITHDRAWN = enum.auto()


# Rules are woken by bits, see `Ruleset.bit`; all of them where one cannot tell.
EVERY_RULE = -1

# Signs whose rules say one thing once a file, so that one claim that shows them is enough.
ONCE = Sign.UNNUMBERED

Unless = Callable[[list[str], str, "Context"], bool]
"""Takes a segment's elements (the identifier first), the component separator and the context, and
returns whether the segment gives the rule no cause to speak."""


def procedure_parts(elements: list[str], separator: str) -> list[str]:
    """Return the components of a service line's procedure: SV101 or SV202; none where it is left out."""
    at = 1 if elements[0] == "SV1" else 2
    return elements[at].split(separator) if len(elements) > at and elements[at] else []


def procedure_code(elements: list[str], separator: str) -> str:
    """Return the code in SV101-2 or SV202-2, ``""`` where there is none."""
    parts = procedure_parts(elements, separator)
    return parts[1] if len(parts) > 1 else ""


def facility_code(elements: list[str], separator: str) -> str:
    """Return CLM05-1 of a claim's elements, ``""`` where there is none."""
    return elements[5].partition(separator)[0] if len(elements) > 5 else ""


def bill_frequency(elements: list[str], separator: str) -> str:
    """Return CLM05-3 of a claim's elements, ``""`` where there is none."""
    parts = elements[5].split(separator) if len(elements) > 5 else []
    return parts[2] if len(parts) > 2 else ""
