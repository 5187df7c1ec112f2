"""Makes the acknowledgments of a judged input."""

from __future__ import annotations

from itertools import chain, groupby
from typing import TYPE_CHECKING, NamedTuple

from edi_guard.acks.answered import AnsweredTransaction
from edi_guard.acks.claim_status import ClaimAck
from edi_guard.acks.functional import FunctionalAck
from edi_guard.acks.interchange import interchange_note, is_due
from edi_guard.acks.kinds import AckKind, AckSettings
from edi_guard.acks.notes import Notes, can_be_answered
from edi_guard.acks.writing import CLAIM_ACK, IMPLEMENTATION_ACK, AckWriter, Answer
from edi_guard.partition import transactions_of
from edi_guard.workers import all_in_order, jobs_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from edi_guard.acks.claim_status import AnsweredClaim
    from edi_guard.acks.writing import Elements, Written
    from edi_guard.claims import Transaction
    from edi_guard.engine import Outcome
    from edi_guard.engine.plan import TransactionPlan
    from edi_guard.partition import ControlNumbers
    from edi_guard.x12 import FunctionalGroup, Interchange, Source


def acknowledgments(
    source: Source,
    outcome: Outcome,
    settings: AckSettings,
    numbers: ControlNumbers,
    now: datetime,
    jobs: int = 1,
) -> dict[AckKind, Iterator[bytes] | None]:
    """Return the bytes of each kind of acknowledgment, None where it is not wanted or not due.

    Args:
        source: the input, read again for names and identifiers.
        outcome: its verdict.
        settings: what is wanted.
        numbers: the control numbers.
        now: gives the time; the day is that of the verdict.
        jobs: how many processes work on it; what comes out is the same.

    What is returned raises a `WorkerDiedError` where a process died.
    """
    made = _Acknowledger(source, outcome, settings, numbers, now, jobs)
    return {kind: made.blocks(kind) if kind in settings.kinds else None for kind in AckKind}


class _Acknowledger:
    def __init__(
        self,
        source: Source,
        outcome: Outcome,
        settings: AckSettings,
        numbers: ControlNumbers,
        now: datetime,
        jobs: int,
    ) -> None:
        day = outcome.today
        self._moment = now.replace(year=day.year, month=day.month, day=day.day)
        self._source = source
        self._outcome = outcome
        self._numbers = numbers
        self._writer = AckWriter(numbers, self._moment, line_breaks=settings.line_breaks)
        self._notes = Notes(outcome)
        self._claim_ack = ClaimAck(outcome)
        self._jobs = jobs_for(outcome.size, jobs)

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
        functional, written = FunctionalAck(self._outcome, self._notes), self._writer.written
        for interchange in self._outcome.envelope.interchanges:
            answered = groups[id(interchange)]
            if not answered:
                continue
            if kind is AckKind.FUNCTIONAL:
                answers = (Answer(group, [written(functional.segments(group))]) for group in answered)
                yield from self._writer.interchange(interchange, IMPLEMENTATION_ACK, answers)
            else:
                answers = (Answer(group, self._claim_acks(group)) for group in answered)
                yield from self._writer.interchange(interchange, CLAIM_ACK, answers)

    # ---------------------------------------------------------------- claims

    def _has_answered_claims(self, group: FunctionalGroup) -> bool:
        return any(
            plan.span.group is group and self._claim_ack.is_due(plan.ordinals) for plan in self._outcome.plans
        )

    def _claim_acks(self, group: FunctionalGroup) -> Iterator[Iterable[Written]]:
        """Yield the segments for each transaction set, a few sets or a section in memory at a time."""
        for is_long, together in groupby(self._due(group), key=_is_long):
            if is_long:
                yield from map(self._written_claim_ack, together)
            else:
                yield from all_in_order(self._whole_claim_ack, together, self._jobs)

    def _due(self, group: FunctionalGroup) -> Iterator[_Due]:
        stop = 0
        for plans in transactions_of(self._outcome.plans):
            start, stop = stop, stop + len(plans)
            if plans[0].span.group is group and any(map(self._is_due, plans)):
                yield _Due(range(start, stop), f"{self._numbers():09d}")

    def _is_due(self, plan: TransactionPlan) -> bool:
        return self._claim_ack.is_due(plan.ordinals)

    def _claim_ack_of(self, due: _Due) -> Iterator[Elements]:
        plans = self._outcome.plans[due.plans.start : due.plans.stop]
        asked = AnsweredTransaction(plans, self._outcome.claims, self._heads(plans[0]))
        if _is_long(due):
            sections: Iterator[Iterable[AnsweredClaim]] = all_in_order(self._section, due.plans, self._jobs)
        else:
            sections = iter([self._claim_ack.answers(asked.first, plans[0].ordinals)])
        answers = chain.from_iterable(sections)
        yield from self._claim_ack.segments(asked, answers, f"{self._moment:%H%M}", due.number)

    def _section(self, number: int) -> list[AnsweredClaim]:
        plan = self._outcome.plans[number]
        return list(self._claim_ack.answers(self._heads(plan), plan.ordinals))

    def _heads(self, plan: TransactionPlan) -> Transaction:
        return plan.read_heads(self._source, self._claim_ack.with_lines)

    def _written_claim_ack(self, due: _Due) -> Iterator[Written]:
        return self._writer.written(self._claim_ack_of(due))

    def _whole_claim_ack(self, due: _Due) -> list[Written]:
        return list(self._written_claim_ack(due))


class _Due(NamedTuple):
    """A transaction set that is answered by a 277CA.

    It is handed to other processes, which know the plans: a plan names its envelopes, and they all others.

    Attributes:
        plans: the numbers of its plans, one for each section, counted from 0 in the outcome.
        number: what the answer is known by.
    """

    plans: range
    number: str


def _is_long(due: _Due) -> bool:
    """Whether an answer is too long to be held: it is given out section by section."""
    return len(due.plans) > 1
