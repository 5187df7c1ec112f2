"""Runs the rules over what was sent, with the clock of the time, and sets what came of it beside.

A claim is judged as of the day of its batch (BHT04). Its first standing answer decides: what a correction
achieved later is the correction's own outcome.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from edi_guard.backtest.line_join import join_lines
from edi_guard.backtest.measure import JudgedLine
from edi_guard.backtest.outcome import line_outcome
from edi_guard.backtest.sent import SentClaim, sent_claim
from edi_guard.claims.values import read_day
from edi_guard.engine import process
from edi_guard.findings import Severity
from edi_guard.x12 import EnvelopeReader

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from edi_guard.backtest.claim_join import Join, JoinedClaim
    from edi_guard.backtest.outcome import Outcome
    from edi_guard.engine import Outcome as Verdict
    from edi_guard.engine import Settings
    from edi_guard.x12 import Source, TransactionText

_NOTHING: Final = Decimal(0)

Hits = dict[int, dict[str, Severity]]
"""For each line's number, the rules that hit it; number 0 is for the claim as a whole."""


def batch_day(source: Source) -> date | None:
    """Return the day of a file's first batch (BHT04); None when there is none that can be read."""
    for text in EnvelopeReader(source):
        return _day(text)
    return None


def _day(text: TransactionText) -> date | None:
    for segment in text.segments[:3]:
        if segment.id == "BHT":
            return read_day(segment[4].strip())
    return None


def replay(source: Source, settings: Settings) -> Iterator[tuple[SentClaim, str, Hits]]:
    """Yield the claims of a file, each with its kind and what the rules say of it as of its batch's day.

    Args:
        source: a file of claims as it was sent.
        settings: the rules, mappings and tables; `today` counts where a file states no day.
    """
    day = batch_day(source)
    verdict = process(source, settings if day is None else replace(settings, today=day))
    shared = _shared(verdict)
    known = {claim.ordinal: claim for claim in verdict.claims}
    for plan in verdict.plans:
        transaction = plan.read(source)
        for claim in transaction.claims:
            hits: Hits = defaultdict(dict)
            for finding in known[claim.ordinal].findings:
                _note(hits, finding.line or 0, finding.rule, finding.severity)
            for rule, severity in shared.get(claim.ordinal, {}).items():
                _note(hits, 0, rule, severity)
            yield sent_claim(claim, source.name, _day(transaction.text)), str(claim.kind), dict(hits)


def _shared(verdict: Verdict) -> Mapping[int, dict[str, Severity]]:
    found: defaultdict[int, dict[str, Severity]] = defaultdict(dict)
    for one in verdict.findings:
        for ordinal in one.affects:
            _worse(found[ordinal], one.finding.rule, one.finding.severity)
    return found


def _note(hits: Hits, line: int, rule: str, severity: Severity) -> None:
    _worse(hits.setdefault(line, {}), rule, severity)


def _worse(hits: dict[str, Severity], rule: str, severity: Severity) -> None:
    # What is only said for information was never meant to stop anything.
    if severity > Severity.INFO:
        hits[rule] = max(severity, hits.get(rule, severity))


def judged_lines(join: Join, said: Mapping[tuple[str, int], tuple[str, Hits]]) -> Iterator[JudgedLine]:
    """Yield every sent line with what the rules say of it and what became of it.

    Args:
        join: the claims with their answers.
        said: for each claim's key its kind, and what the rules say of it.
    """
    for joined in join.claims:
        kind, hits = said[joined.sent.key]
        outcomes = _outcomes(joined)
        for line in joined.sent.lines:
            yield JudgedLine(
                claim=joined.sent.key,
                number=line.number,
                payer=joined.sent.payer,
                kind=kind,
                charge=line.charge or _NOTHING,
                hits={**hits.get(0, {}), **_severer(hits.get(0, {}), hits.get(line.number, {}))},
                outcome=outcomes.get(line.number),
            )


def _severer(of_claim: Mapping[str, Severity], of_line: Mapping[str, Severity]) -> dict[str, Severity]:
    return {rule: max(severity, of_claim.get(rule, severity)) for rule, severity in of_line.items()}


def _outcomes(joined: JoinedClaim) -> dict[int, Outcome]:
    if not joined.answers:
        return {}
    answer = joined.answers[0][0].claim
    lines = join_lines(joined.sent.lines, answer.lines)
    parts = defaultdict(list)
    for number, part, _ in lines.matches:
        parts[number].append(part)
    return {line.number: line_outcome(answer, parts[line.number]) for line in joined.sent.lines}
