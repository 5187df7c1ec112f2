"""Which claim an answer is for, and what became of it in the end.

By the patient's account number first, which payers give back, cut off or in capitals; it is not unique over
the years, so that charge, days, payee and patient decide among several. Without it, these alone decide. A
reversal (CLP02 22) takes an earlier answer back. What cannot be matched is counted with the reason.
"""

from __future__ import annotations

import enum
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from edi_guard.backtest.line_join import join_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from edi_guard.backtest.line_join import JoinedLines
    from edi_guard.backtest.sent import SentClaim
    from edi_guard.remittance import Remittance, RemittedClaim

# Payers give back twenty characters of the account number at least (005010X221A1, CLP01).
_KEPT: Final = 20
_SHORTEST_PREFIX: Final = 8
_REPLACEMENT: Final = "7"
_REPLACING: Final = frozenset({"7", "8"})


class Confidence(enum.IntEnum):
    """How sure a match is."""

    LIKELY = 1
    CERTAIN = 2


class Unjoined(enum.Enum):
    """Why an answer belongs to no claim."""

    NO_CLAIM = "no claim with its number, nor one like it, was given"
    AMBIGUOUS = "several claims fit alike"
    NOT_REVERSED = "it takes back a payment that was not given"


@dataclass(frozen=True, slots=True)
class Answer:
    """A payer's claim with the payment it came in."""

    claim: RemittedClaim
    payer: str
    payee: str
    day: date | None
    file: str


@dataclass(slots=True)
class JoinedClaim:
    """A sent claim with the answers to it, in the order of their days.

    Attributes:
        sent: the claim.
        answers: the answers that stand, and by what confidence.
        reversed: answers that were taken back, in the order in which that happened.
        is_replaced: whether a later claim replaces or voids it, by which the payer takes its answer back.
    """

    sent: SentClaim
    answers: list[tuple[Answer, Confidence]] = field(default_factory=list)
    reversed: list[Answer] = field(default_factory=list)
    is_replaced: bool = False

    @property
    def deciding(self) -> Answer | None:
        """The answer that says what became of the claim as it was sent; None when there is none.

        The first that stands. Where none does as another claim took this one's place, what was decided before
        that.
        """
        if self.answers:
            return self.answers[0][0]
        return self.reversed[-1] if self.is_replaced and self.reversed else None

    def lines(self) -> Iterator[JoinedLines]:
        """Yield how the lines of each standing answer belong to the claim's."""
        for answer, _ in self.answers:
            yield join_lines(self.sent.lines, answer.claim.lines)


@dataclass(frozen=True, slots=True)
class Join:
    """Every claim with its answers, and every answer that found none.

    Attributes:
        claims: in the order given; without answers where none came.
        unjoined: answers without a claim, each with the reason.
    """

    claims: tuple[JoinedClaim, ...]
    unjoined: tuple[tuple[Answer, Unjoined], ...]


def answers_of(remittances: Iterable[tuple[str, Remittance]]) -> list[Answer]:
    """Return the answers of remittances, each given with its file's name, in the order of their days."""
    found = [
        Answer(claim, remittance.payer, remittance.payee, remittance.date, file)
        for file, remittance in remittances
        for claim in remittance.claims
    ]
    return sorted(found, key=lambda answer: (answer.day is None, answer.day, answer.claim.ordinal))


def join_claims(sent: Iterable[SentClaim], answers: Iterable[Answer]) -> Join:
    """Match answers with the claims they are for; nothing is dropped.

    Args:
        sent: every claim that was sent.
        answers: in the order of their days, reversals among them.
    """
    joiner = _Joiner(sent)
    for answer in answers:
        joiner.take(answer)
    joiner.mark_replaced()
    return Join(tuple(joiner.claims), tuple(joiner.unjoined))


class _Joiner:
    def __init__(self, sent: Iterable[SentClaim]) -> None:
        self.claims = [JoinedClaim(claim) for claim in sent]
        self.unjoined: list[tuple[Answer, Unjoined]] = []
        self._by_id: defaultdict[str, list[JoinedClaim]] = defaultdict(list)
        self._by_likeness: defaultdict[tuple[object, ...], list[JoinedClaim]] = defaultdict(list)
        self._by_control: dict[tuple[str, str], JoinedClaim] = {}
        for joined in self.claims:
            number = normal_number(joined.sent.id)
            self._by_id[number[:_KEPT]].append(joined)
            self._by_likeness[joined.sent.member.upper(), joined.sent.charge].append(joined)
        self._numbered = sorted(((normal_number(one.sent.id), at) for at, one in enumerate(self.claims)))

    def take(self, answer: Answer) -> None:
        """Give an answer to its claim."""
        if answer.claim.is_reversal:
            self._reverse(answer)
            return
        found = self._claim_of(answer)
        if isinstance(found, Unjoined):
            self.unjoined.append((answer, found))
            return
        joined, confidence = found
        joined.answers.append((answer, confidence))
        if answer.claim.payer_control_number:
            self._by_control[answer.payer, answer.claim.payer_control_number] = joined

    def mark_replaced(self) -> None:
        """Mark the claims whose answers were taken back because another claim replaces or voids them."""
        gone = {
            (one.sent.payer, one.sent.original) for one in self.claims if one.sent.frequency in _REPLACING
        }
        for joined in self.claims:
            numbers = {(joined.sent.payer, answer.claim.payer_control_number) for answer in joined.reversed}
            joined.is_replaced = bool(numbers & gone)

    def _reverse(self, answer: Answer) -> None:
        """Take the newest standing answer back that the reversal is about."""
        known = self._by_control.get((answer.payer, answer.claim.payer_control_number))
        candidates = [known] if known else self._by_id.get(normal_number(answer.claim.id)[:_KEPT], [])
        for joined in candidates:
            for at in reversed(range(len(joined.answers))):
                earlier = joined.answers[at][0]
                if earlier.payer == answer.payer and earlier.claim.charge == -answer.claim.charge:
                    joined.reversed.append(joined.answers.pop(at)[0])
                    return
        self.unjoined.append((answer, Unjoined.NOT_REVERSED))

    def _claim_of(self, answer: Answer) -> tuple[JoinedClaim, Confidence] | Unjoined:
        number = normal_number(answer.claim.id)
        candidates = self._by_id.get(number[:_KEPT]) or self._cut_off(number)
        ranks = [_rank(one.sent, answer) for one in candidates]
        if ranks and (most := max(ranks))[0] > 0:
            best = [one for one, rank in zip(candidates, ranks, strict=True) if rank == most]
            chosen = best[0] if len(best) == 1 else _unanswered_first(best)
            if chosen is None:
                return Unjoined.AMBIGUOUS
            return chosen, Confidence.CERTAIN if most[0] >= _CERTAIN else Confidence.LIKELY
        return self._alike(answer)

    def _cut_off(self, number: str) -> list[JoinedClaim]:
        """Return the claims of whose number the payer kept a shorter beginning."""
        if len(number) < _SHORTEST_PREFIX:
            return []
        first = bisect_left(self._numbered, (number, 0))
        following = (self._numbered[at] for at in range(first, len(self._numbered)))
        longer = takewhile(lambda item: item[0].startswith(number), following)
        return [self.claims[at] for _, at in longer]

    def _alike(self, answer: Answer) -> tuple[JoinedClaim, Confidence] | Unjoined:
        """Return the one claim of the patient, charge and days, whatever its number."""
        if not answer.claim.patient:
            return Unjoined.NO_CLAIM
        known = self._by_likeness.get((answer.claim.patient.upper(), answer.claim.charge), [])
        found = [one for one in known if _same_days(one.sent, answer) and not _is_too_early(answer, one.sent)]
        if len(found) > 1:
            return Unjoined.AMBIGUOUS
        return (found[0], Confidence.LIKELY) if found else Unjoined.NO_CLAIM


# Charge and days, or one of them with patient and payee.
_CERTAIN: Final = 4


def _rank(sent: SentClaim, answer: Answer) -> tuple[int, bool]:
    """Return how well a claim fits: what it repeats of it, then whether it went to the payer who answers.

    Payers call themselves otherwise than they are called in claims, so that the second shows only which of
    two claims with the same number an answer is for: the first payer's or the second one's.
    """
    return _score(sent, answer), bool(sent.payer) and sent.payer == answer.payer


def _score(sent: SentClaim, answer: Answer) -> int:
    """Return how much of a claim an answer repeats; the number itself is not counted."""
    score = 0
    score += 2 * (sent.charge == answer.claim.charge)
    score += 2 * _same_days(sent, answer)
    score += bool(sent.billing) and sent.billing == answer.payee
    score += bool(sent.member) and sent.member.upper() == answer.claim.patient.upper()
    if sent.frequency == _REPLACEMENT and sent.frequency == answer.claim.frequency:
        score += 1
    return 0 if _is_too_early(answer, sent) else score


def _is_too_early(answer: Answer, sent: SentClaim) -> bool:
    """Whether the claim was not sent yet when the answer was given."""
    return sent.sent is not None and answer.day is not None and answer.day < sent.sent


def _same_days(sent: SentClaim, answer: Answer) -> bool:
    claim = answer.claim
    firsts = [day for day in (claim.first, *(line.first for line in claim.lines)) if day is not None]
    own = sent.days
    return bool(firsts and own and own[0] <= min(firsts) <= own[1])


def _unanswered_first(found: list[JoinedClaim]) -> JoinedClaim | None:
    """Return the first of several like claims that has no answer yet: payers answer in the order sent."""
    return next((one for one in found if not one.answers and not one.reversed), None)


def normal_number(identifier: str) -> str:
    """Return an account number as payers may give it back: in capitals, without spaces around it."""
    return identifier.strip().upper()
