"""Sets what the rules say of each line beside what came of it.

A claim's first standing answer decides: what a correction achieved later is the correction's own outcome.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from edi_guard.backtest.judged import JudgedLine
from edi_guard.backtest.line_join import join_lines
from edi_guard.backtest.outcome import Decision, Outcome, claim_outcome, line_outcome, share_of
from edi_guard.backtest.replay import hits_of_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from edi_guard.backtest.claim_join import Join, JoinedClaim
    from edi_guard.backtest.rejection import Rejection
    from edi_guard.backtest.replay import Hits
    from edi_guard.backtest.sent import SentLine
    from edi_guard.remittance import RemittedLine

_NOTHING: Final = Decimal(0)


def judged_lines(
    join: Join,
    hits: Mapping[tuple[str, int], Hits],
    rejected: Mapping[tuple[str, int], Rejection],
    shadow: frozenset[str] = frozenset(),
) -> Iterator[JudgedLine]:
    """Yield every sent line with what the rules say of it and what became of it.

    Args:
        join: the claims with their answers.
        hits: for claims' keys, what the rules say of them.
        rejected: for claims' keys, how they were turned back; a payer's answer counts for more.
        shadow: rules that run in shadow.
    """
    for joined in join.claims:
        claim = joined.sent
        outcomes, day = _outcomes(joined, rejected.get(claim.key))
        said = hits_of_lines(claim, hits.get(claim.key, {}))
        for line, own in zip(claim.lines, said, strict=True):
            yield JudgedLine(claim, line, own, outcomes.get(line.number), day, shadow)


def _outcomes(joined: JoinedClaim, rejection: Rejection | None) -> tuple[Mapping[int, Outcome], date | None]:
    answer = joined.deciding
    if answer is None:
        if rejection is None:
            return {}, None
        return {line.number: _turned_back(line, rejection) for line in joined.sent.lines}, rejection.day
    lines = joined.sent.lines
    if not answer.claim.lines:
        whole = claim_outcome(answer.claim)
        return {one.number: _part_of(whole, one, lines) for one in lines}, answer.day
    parts = _parts(lines, answer.claim.lines)
    return {one.number: line_outcome(answer.claim, parts[one.number]) for one in lines}, answer.day


def _parts(
    sent: Sequence[SentLine], answered: Sequence[RemittedLine]
) -> defaultdict[int, list[RemittedLine]]:
    """Return what was answered to each sent line; of an answer to several lines each one's part."""
    by_number = {line.number: line for line in sent}
    matches = join_lines(sent, answered).matches
    together: defaultdict[int, list[SentLine]] = defaultdict(list)
    for number, answer, _ in matches:
        together[answer.number].append(by_number[number])
    parts: defaultdict[int, list[RemittedLine]] = defaultdict(list)
    for number, answer, _ in matches:
        several, own = together[answer.number], answer
        if len(several) > 1:
            own = _part_of_line(answer, *_weight(by_number[number], several))
        parts[number].append(own)
    return parts


def _weight(line: SentLine, among: Sequence[SentLine]) -> tuple[Decimal, Decimal]:
    """Return a line's part and the whole: by charges, or one like the other where nothing is charged."""
    whole = sum((one.charge or _NOTHING for one in among), _NOTHING)
    return (line.charge or _NOTHING, whole) if whole else (Decimal(1), Decimal(len(among)))


def _part_of(outcome: Outcome, line: SentLine, among: Sequence[SentLine]) -> Outcome:
    weight = _weight(line, among)
    return replace(outcome, denied=share_of(outcome.denied, *weight), paid=share_of(outcome.paid, *weight))


def _part_of_line(answer: RemittedLine, part: Decimal, whole: Decimal) -> RemittedLine:
    return replace(
        answer,
        charge=share_of(answer.charge, part, whole),
        paid=share_of(answer.paid, part, whole),
        adjustments=tuple(
            replace(one, amount=share_of(one.amount, part, whole)) for one in answer.adjustments
        ),
    )


def _turned_back(line: SentLine, rejection: Rejection) -> Outcome:
    return Outcome(Decision.REJECTED, line.charge or _NOTHING, _NOTHING, rejection.reasons, ())
