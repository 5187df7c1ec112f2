"""Which line of a claim a payer's line answers: by control number, else by what it says.

A payer may split a line, bundle several into one, and change codes (SVC06 has the one that was sent).
"""

from __future__ import annotations

import enum
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from edi_guard.backtest.sent import SentLine
    from edi_guard.remittance import RemittedLine


class LineMatch(enum.Enum):
    """By what a line was matched, the surest first."""

    CONTROL_NUMBER = "line control number"
    EXACT = "code, modifiers, day and charge"
    CODE_DAY = "code and day"
    SPLIT = "several answers that add up to the charge"
    BUNDLED = "one answer for several lines that add up to its charge"
    ONLY_LINE = "the only line of both"


@dataclass(frozen=True, slots=True)
class JoinedLines:
    """How the lines of a claim and of an answer belong together.

    Attributes:
        matches: the number of a sent line, the answer's line, and by what they were matched.
        unanswered: numbers of sent lines without an answer.
        unmatched: lines of the answer that belong to no sent line.
    """

    matches: tuple[tuple[int, RemittedLine, LineMatch], ...]
    unanswered: tuple[int, ...]
    unmatched: tuple[RemittedLine, ...]


def join_lines(sent: Sequence[SentLine], answered: Sequence[RemittedLine]) -> JoinedLines:
    """Match the lines of one claim with those of its answer; nothing is dropped.

    Args:
        sent: the claim's lines.
        answered: the answer's lines.
    """
    joiner = _Joiner(sent, answered)
    joiner.by_key(LineMatch.CONTROL_NUMBER, _sent_number, _answered_number)
    joiner.by_key(LineMatch.EXACT, _sent_exact, _answered_exact)
    joiner.named_bundles()
    joiner.splits()
    joiner.bundles()
    joiner.by_key(LineMatch.CODE_DAY, _sent_code_day, _answered_code_day)
    joiner.only_line()
    return joiner.result()


class _Joiner:
    def __init__(self, sent: Sequence[SentLine], answered: Sequence[RemittedLine]) -> None:
        self._total = len(sent), len(answered)
        self._charges = {line.number: line.charge or Decimal(0) for line in sent}
        self._sent = {line.number: line for line in sent}
        self._answered = {line.number: line for line in answered}
        self._matches: list[tuple[int, RemittedLine, LineMatch]] = []

    def result(self) -> JoinedLines:
        return JoinedLines(
            tuple(sorted(self._matches, key=lambda match: (match[0], match[1].number))),
            tuple(self._sent),
            tuple(self._answered.values()),
        )

    def _take(self, sent: Iterable[SentLine], answered: Iterable[RemittedLine], by: LineMatch) -> None:
        answers = list(answered)
        for line in list(sent):
            self._sent.pop(line.number, None)
            self._matches += [(line.number, answer, by) for answer in answers]
        for answer in answers:
            self._answered.pop(answer.number, None)

    def by_key(
        self,
        by: LineMatch,
        of_sent: Callable[[SentLine], Hashable],
        of_answered: Callable[[RemittedLine], Hashable],
    ) -> None:
        """Match what shares a key; where several lines on a side do, in their order, one with one."""
        answers: defaultdict[Hashable, list[RemittedLine]] = defaultdict(list)
        for answer in self._answered.values():
            answers[of_answered(answer)].append(answer)
        for line in list(self._sent.values()):
            key = of_sent(line)
            if key is None or not answers[key]:
                continue
            several = by is LineMatch.CONTROL_NUMBER and self._is_only(key, of_sent)
            taken = answers[key][:] if several else [answers[key][0]]
            del answers[key][: len(taken)]
            self._take([line], taken, by)

    def _is_only(self, key: Hashable, of_sent: Callable[[SentLine], Hashable]) -> bool:
        """Whether one sent line alone has a key, so that all answers with it are its own."""
        return sum(of_sent(line) == key for line in self._sent.values()) == 1

    def splits(self) -> None:
        """Match a line with several answers of its code and day that add up to its charge."""
        for line in list(self._sent.values()):
            parts = [a for a in self._answered.values() if _answered_code_day(a) == _sent_code_day(line)]
            if len(parts) > 1 and line.charge is not None and _charged(parts) == line.charge:
                self._take([line], parts, LineMatch.SPLIT)

    def bundles(self) -> None:
        """Match several lines of a day with one answer that has their charges in one."""
        for answer in list(self._answered.values()):
            together = self._of_day(answer)
            if len(together) > 1 and self._charge_of(together) == answer.charge:
                self._take(together, [answer], LineMatch.BUNDLED)

    def named_bundles(self) -> None:
        """Match the lines that an answer with another line's control number has in its charge."""
        for number, answer, by in list(self._matches):
            together = self._of_day(answer)
            missing = answer.charge - self._charges[number]
            if by is LineMatch.CONTROL_NUMBER and together and self._charge_of(together) == missing > 0:
                self._take(together, [answer], LineMatch.BUNDLED)

    def _of_day(self, answer: RemittedLine) -> list[SentLine]:
        day = answer.first
        return [
            line
            for line in self._sent.values()
            if line.charge is not None and (day is None or (line.period and line.period.first == day))
        ]

    def _charge_of(self, lines: Iterable[SentLine]) -> Decimal:
        return sum((self._charges[line.number] for line in lines), Decimal(0))

    def only_line(self) -> None:
        """Match the only line of a claim with the only line of its answer."""
        if self._total == (1, 1) and self._sent and self._answered:
            self._take(list(self._sent.values()), list(self._answered.values()), LineMatch.ONLY_LINE)


def _charged(answers: Iterable[RemittedLine]) -> Decimal:
    return sum((answer.charge for answer in answers), Decimal(0))


def _sent_number(line: SentLine) -> Hashable:
    return line.control_number.strip().upper() or None


def _answered_number(answer: RemittedLine) -> Hashable:
    return answer.control_number.upper() or ("none", answer.number)


def _sent_exact(line: SentLine) -> Hashable:
    day = line.period.first if line.period else None
    return line.code or line.revenue_code, frozenset(line.modifiers), day, line.charge


def _answered_exact(answer: RemittedLine) -> Hashable:
    code = answer.billed_code or answer.revenue_code
    return code, frozenset(answer.billed_modifiers), answer.first, answer.charge


def _sent_code_day(line: SentLine) -> Hashable:
    return line.code or line.revenue_code, line.period.first if line.period else None


def _answered_code_day(answer: RemittedLine) -> Hashable:
    return answer.billed_code or answer.revenue_code, answer.first
