"""Makes the acknowledgments of a judged input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.acks.claim_status import ClaimAck
from edi_guard.acks.functional import FunctionalAck
from edi_guard.acks.interchange import interchange_note, is_due
from edi_guard.acks.kinds import AckKind, AckSettings
from edi_guard.acks.notes import Notes, can_be_answered
from edi_guard.acks.writing import CLAIM_ACK, IMPLEMENTATION_ACK, AckWriter, Answer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from edi_guard.acks.writing import Elements
    from edi_guard.engine import Outcome
    from edi_guard.partition import ControlNumbers
    from edi_guard.x12 import FunctionalGroup, Interchange, Source


def acknowledgments(
    source: Source,
    outcome: Outcome,
    settings: AckSettings,
    numbers: ControlNumbers,
    now: datetime,
) -> dict[AckKind, Iterator[bytes] | None]:
    """Return the bytes of each kind of acknowledgment, None where it is not wanted or not due.

    Args:
        source: the input, read again for names and identifiers.
        outcome: its verdict.
        settings: what is wanted.
        numbers: the control numbers.
        now: gives the time; the day is that of the verdict.
    """
    made = _Acknowledger(source, outcome, settings, numbers, now)
    return {kind: made.blocks(kind) if kind in settings.kinds else None for kind in AckKind}


class _Acknowledger:
    def __init__(
        self,
        source: Source,
        outcome: Outcome,
        settings: AckSettings,
        numbers: ControlNumbers,
        now: datetime,
    ) -> None:
        day = outcome.today
        self._moment = now.replace(year=day.year, month=day.month, day=day.day)
        self._source = source
        self._outcome = outcome
        self._numbers = numbers
        self._writer = AckWriter(numbers, self._moment, line_breaks=settings.line_breaks)
        self._notes = Notes(outcome)
        self._claim_ack = ClaimAck(outcome)

    def blocks(self, kind: AckKind) -> Iterator[bytes] | None:
        """Return the bytes of one kind, None when no part of the input is due for it."""
        if kind is AckKind.INTERCHANGE:
            due = [i for i in self._outcome.envelope.interchanges if is_due(i, self._notes)]
            return self._interchange_acks(due) if due else None
        chosen = can_be_answered if kind is AckKind.FUNCTIONAL else self._has_answered_claims
        groups = {
            id(interchange): [group for group in interchange.groups if chosen(group)]
            for interchange in self._outcome.envelope.interchanges
        }
        return self._groups(kind, groups) if any(groups.values()) else None

    def _interchange_acks(self, due: Sequence[Interchange]) -> Iterator[bytes]:
        for interchange in due:
            note = interchange_note(interchange, self._notes, self._outcome, self._moment)
            yield from self._writer.interchange_ack(interchange, note)

    def _groups(self, kind: AckKind, groups: dict[int, list[FunctionalGroup]]) -> Iterator[bytes]:
        functional = FunctionalAck(self._outcome, self._notes)
        for interchange in self._outcome.envelope.interchanges:
            answered = groups[id(interchange)]
            if not answered:
                continue
            if kind is AckKind.FUNCTIONAL:
                answers = (Answer(group, [functional.segments(group)]) for group in answered)
                yield from self._writer.interchange(interchange, IMPLEMENTATION_ACK, answers)
            else:
                answers = (Answer(group, self._claim_acks(group)) for group in answered)
                yield from self._writer.interchange(interchange, CLAIM_ACK, answers)

    # ---------------------------------------------------------------- claims

    def _has_answered_claims(self, group: FunctionalGroup) -> bool:
        return any(
            plan.span.group is group and self._claim_ack.is_due(plan.ordinals) for plan in self._outcome.plans
        )

    def _claim_acks(self, group: FunctionalGroup) -> Iterator[list[Elements]]:
        """Yield the segments for each transaction set, one set's claims in memory at a time."""
        for plan in self._outcome.plans:
            if plan.span.group is group and self._claim_ack.is_due(plan.ordinals):
                transaction = plan.parse(plan.read_text(self._source))
                number = f"{self._numbers():09d}"
                yield self._claim_ack.segments(transaction, f"{self._moment:%H%M}", number)
