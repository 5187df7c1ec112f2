"""999: what became of a functional group and its transaction sets (005010X231A1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.acks.codes import SEGMENTS_IN_ERROR, TRANSACTION_IDENTIFIERS
from edi_guard.acks.values import plain
from edi_guard.acks.writing import composite
from edi_guard.engine import Status
from edi_guard.findings import Disposition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.acks.notes import Notes, SegmentNote
    from edi_guard.acks.writing import Elements
    from edi_guard.engine import Outcome
    from edi_guard.x12 import FunctionalGroup, TransactionSpan

ACCEPTED = "A"
WITH_ERRORS = "E"
REFUSED = "R"
_MOST_CODES = 5
_LONGEST_COUNT = 6
_LONGEST_CONTEXT = 35


class FunctionalAck:
    """Makes the 999 of each functional group of an outcome."""

    def __init__(self, outcome: Outcome, notes: Notes) -> None:
        self._notes = notes
        self._refused = outcome.status is Status.FAILED
        clean = outcome.claims.ordinals_of(Disposition.CLEAN)
        self._with_claims_out = {
            plan.span.ordinal for plan in outcome.plans if not clean.issuperset(plan.ordinals)
        }

    def segments(self, group: FunctionalGroup) -> list[Elements]:
        """Return the segments between ST and SE."""
        version = plain(group.version, 12)
        made: list[Elements] = [("AK1", group.gs[1], group.control_number.strip(), version)]
        for span in group.transactions:
            if span.kind in TRANSACTION_IDENTIFIERS:
                made += self._transaction(span)
        made.append(self._trailer(group))
        return made

    # ----------------------------------------------------------- transaction

    def _transaction(self, span: TransactionSpan) -> Iterator[Elements]:
        yield ("AK2", span.kind, plain(span.control_number, 9, "0000"), plain(span.version, 35))
        for note in self._notes.of_segments(span):
            yield from _segment(note)
        verdict = self._verdict(span)
        found = self._notes.of_transaction(span)[:_MOST_CODES]
        if verdict == WITH_ERRORS and not found:
            found = [SEGMENTS_IN_ERROR]
        yield ("IK5", verdict, *found)

    def _verdict(self, span: TransactionSpan) -> str:
        if self._refused:
            return REFUSED
        if self._notes.of_transaction(span) or span.ordinal in self._with_claims_out:
            return WITH_ERRORS
        return ACCEPTED

    # ----------------------------------------------------------------- group

    def _trailer(self, group: FunctionalGroup) -> Elements:
        found = self._notes.of_group(group)[:_MOST_CODES]
        verdicts = [self._verdict(span) for span in group.transactions]
        received = str(len(verdicts))
        said = group.ge[1].strip() if group.ge is not None else ""
        counted = said.isascii() and said.isdigit() and len(said) <= _LONGEST_COUNT
        verdict = ACCEPTED
        if self._refused:
            verdict = REFUSED
        elif found or WITH_ERRORS in verdicts:
            verdict = WITH_ERRORS
        accepted = sum(verdict != REFUSED for verdict in verdicts)
        return ("AK9", verdict, said if counted else received, received, str(accepted), *found)


def _segment(note: SegmentNote) -> Iterator[Elements]:
    yield ("IK3", note.segment, str(note.number), note.loop, note.code)
    claim = plain(note.claim, _LONGEST_CONTEXT)
    if claim:
        yield ("CTX", composite("CLM01", claim))
    for error in sorted(note.elements):
        component = str(error.component) if error.component else ""
        # The bad value itself is left out: it may be a patient's.
        yield ("IK4", composite(str(error.element), component), "", error.code)
