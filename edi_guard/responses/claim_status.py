"""Reads the 277CA (005010X214)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.responses.answers import ClaimAnswer, ClaimStatus

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from decimal import Decimal

    from edi_guard.x12 import Segment

_BATCH_LEVELS = ("20", "21", "19")
_PATIENT_LEVELS = ("PT", "22", "23")


def read_claim_status(segments: Iterable[Segment]) -> list[ClaimAnswer]:
    """Return what a transaction set says of claims.

    Args:
        segments: of the 277CA, ST to SE.
    """
    reader = _Reader()
    for segment in segments:
        reader.take(segment)
    reader.end_claim()
    return reader.claims


class _Reader:
    """Goes through the segments in order."""

    def __init__(self) -> None:
        self.claims: list[ClaimAnswer] = []
        self._level = ""
        self._batch = ""
        self._number = ""
        self._payer_number = ""
        self._charge: Decimal | None = None
        self._statuses: list[ClaimStatus] = []
        self._line_statuses: list[ClaimStatus] = []
        self._in_line = False

    def take(self, segment: Segment) -> None:
        """Take the next segment."""
        name = segment.id
        if name == "HL":
            self.end_claim()
            self._level = segment[3]
        elif name == "TRN":
            self._take_trace(segment)
        elif self._level not in _PATIENT_LEVELS:
            return
        elif name == "SVC":
            self._in_line = True
        elif name == "STC":
            self._take_status(segment)
        elif name == "REF" and segment[1] == "1K" and not self._in_line:
            self._payer_number = segment[2]

    def _take_trace(self, segment: Segment) -> None:
        if self._level in _PATIENT_LEVELS:
            self.end_claim()
            self._number = segment[2]
        elif self._level in _BATCH_LEVELS and segment[1] == "2":
            self._batch = segment[2]

    def _take_status(self, segment: Segment) -> None:
        from edi_guard.claims import read_amount

        statuses = [_status(segment, element) for element in (1, 10, 11) if segment[element]]
        if self._in_line:
            self._line_statuses += statuses
        else:
            self._statuses += statuses
            if self._charge is None:
                self._charge = read_amount(segment[4])

    def end_claim(self) -> None:
        """Keep the claim in hand, if there is one."""
        if self._number:
            self.claims.append(
                ClaimAnswer(
                    claim_number=self._number,
                    payer_number=self._payer_number,
                    charge=self._charge,
                    statuses=tuple(self._statuses),
                    line_statuses=tuple(self._line_statuses),
                    batch=self._batch,
                )
            )
        self._number = self._payer_number = ""
        self._charge = None
        self._statuses, self._line_statuses = [], []
        self._in_line = False


def _status(segment: Segment, element: int) -> ClaimStatus:
    parts = [*segment[element].split(segment.delimiters.component), "", ""]
    return ClaimStatus(parts[0], parts[1], parts[2], _day(segment[2]), segment[3])


def _day(text: str) -> date | None:
    from edi_guard.claims import read_day

    return read_day(text)
