"""Builds the loops inside a level and inside a claim from their segments, in one pass each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.claims.claim import Claim, OtherPayer
from edi_guard.claims.line import ServiceLine
from edi_guard.claims.loops import (
    CLAIM_PARTY_LOOPS,
    HIERARCHY_LOOPS,
    LINE_PARTY_LOOPS,
    OTHER_PAYER_PARTY_LOOPS,
    PARTY_LOOPS,
)
from edi_guard.claims.parts import Adjudication, Party

if TYPE_CHECKING:
    from edi_guard.claims.levels import Level
    from edi_guard.x12 import Segment


def build_level(level: Level) -> None:
    """Sort the segments of an HL into its own loop and its 2010 loops, and name their loops."""
    loop = HIERARCHY_LOOPS.get(level.code, "2000")
    names = PARTY_LOOPS.get(loop, {})
    current: list[Segment] = level.own.segments
    for segment in level.segments:
        if segment.id == "NM1":
            loop = names.get(segment[1], "2010")
            party = Party([])
            level.parties.append(party)
            current = party.segments
        segment.loop = loop
        current.append(segment)


class ClaimBuilder:
    """Sorts the segments of one claim into its loops and names these."""

    def __init__(self, claim: Claim) -> None:
        self._claim = claim
        self._loop = "2300"
        self._current: list[Segment] = claim.own.segments
        self._other: OtherPayer | None = None
        self._line: ServiceLine | None = None

    def build(self) -> None:
        """Fill the claim's `own`, `parties`, `other_payers` and `lines`."""
        openers = {
            "NM1": self._open_party,
            "SBR": self._open_other_payer,
            "LX": self._open_line,
            "LIN": self._open_drug,
            "SVD": self._open_adjudication,
            "LQ": self._open_form,
        }
        for segment in self._claim.segments:
            opener = openers.get(segment.elements[0])
            if opener is not None:
                opener(segment)
            segment.loop = self._loop
            self._current.append(segment)
            if self._line is not None:
                self._line.segments.append(segment)
            elif self._other is not None:
                self._other.segments.append(segment)

    def _open(self, loop: str, segments: list[Segment]) -> None:
        self._loop = loop
        self._current = segments

    def _open_party(self, segment: Segment) -> None:
        kind, role = self._claim.kind, segment[1]
        party = Party([])
        if self._line is not None:
            self._line.parties.append(party)
            self._open(LINE_PARTY_LOOPS[kind].get(role, "2420"), party.segments)
        elif self._other is not None:
            self._other.parties.append(party)
            self._open(OTHER_PAYER_PARTY_LOOPS[kind].get(role, "2330"), party.segments)
        else:
            self._claim.parties.append(party)
            self._open(CLAIM_PARTY_LOOPS[kind].get(role, "2310"), party.segments)

    def _open_other_payer(self, _: Segment) -> None:
        if self._line is None:
            self._other = OtherPayer([])
            self._claim.other_payers.append(self._other)
            self._open("2320", self._other.own.segments)

    def _open_line(self, _: Segment) -> None:
        self._line = ServiceLine(self._claim, len(self._claim.lines) + 1, [])
        self._claim.lines.append(self._line)
        self._open("2400", self._line.own.segments)

    def _open_drug(self, _: Segment) -> None:
        if self._line is not None:
            self._open("2410", [])

    def _open_adjudication(self, _: Segment) -> None:
        if self._line is not None:
            adjudication = Adjudication([])
            self._line.adjudications.append(adjudication)
            self._open("2430", adjudication.segments)

    def _open_form(self, _: Segment) -> None:
        if self._line is not None and self._loop != "2440":
            self._open("2440", [])
