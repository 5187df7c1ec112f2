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
from edi_guard.backtest.outcome import Decision, Outcome, line_outcome
from edi_guard.backtest.replay import hits_of_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
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
    matches = join_lines(joined.sent.lines, answer.claim.lines).matches
    parts: defaultdict[int, list[RemittedLine]] = defaultdict(list)
    together: defaultdict[int, list[int]] = defaultdict(list)
    for number, part, _ in matches:
        parts[number].append(part)
        together[part.number].append(number)
    charges = {line.number: line.charge or _NOTHING for line in joined.sent.lines}
    outcomes = {number: line_outcome(answer.claim, parts[number]) for number in charges}
    for numbers in together.values():
        if len(numbers) > 1:
            whole = sum((charges[number] for number in numbers), _NOTHING)
            for number in numbers:
                outcomes[number] = _share_of(outcomes[number], charges[number], whole)
    return outcomes, answer.day


def _share_of(outcome: Outcome, charge: Decimal, whole: Decimal) -> Outcome:
    """Return a line's part of what was decided of several lines in one, by its charge."""
    if not whole:
        return outcome
    part = charge / whole
    return replace(outcome, denied=outcome.denied * part, paid=outcome.paid * part)


def _turned_back(line: SentLine, rejection: Rejection) -> Outcome:
    return Outcome(Decision.REJECTED, line.charge or _NOTHING, _NOTHING, rejection.reasons, ())
