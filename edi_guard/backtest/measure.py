"""Counts, for each rule, what it would have stopped against what payers decided.

A line is judged when a payer decided it. A rule hits a line when it found something on the line, or on its
claim as a whole. What nobody decided yet is counted apart, never as right or wrong.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from edi_guard.backtest.interval import Share
from edi_guard.backtest.outcome import Decision, Outcome
from edi_guard.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

# Cells with fewer cases are not shown: a share of them says little, and may say too much about somebody.
LEAST_CASES: Final = 11
_DENIED: Final = frozenset({Decision.DENIED, Decision.PARTLY_DENIED})
_NOTHING: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class JudgedLine:
    """A sent line with what the rules say of it and what became of it.

    Attributes:
        claim: the claim's key: file and ordinal.
        number: the line within the claim.
        payer: 2010BB NM109.
        kind: ``837P`` or ``837I``.
        charge: in dollars.
        hits: each rule that hits it, with its severity.
        outcome: what became of it; None when no answer came.
    """

    claim: tuple[str, int]
    number: int
    payer: str
    kind: str
    charge: Decimal
    hits: Mapping[str, Severity]
    outcome: Outcome | None

    @property
    def is_decided(self) -> bool:
        """Whether a payer decided it."""
        return self.outcome is not None and self.outcome.decision is not Decision.UNDECIDED

    @property
    def is_denied(self) -> bool:
        """Whether a payer refused it, in part or whole."""
        return self.outcome is not None and self.outcome.decision in _DENIED

    @property
    def is_kept_back(self) -> bool:
        """Whether any rule would have held or rejected it."""
        return any(severity >= Severity.HOLD for severity in self.hits.values())


@dataclass(frozen=True, slots=True)
class RuleMeasure:
    """What a rule did to some lines.

    Attributes:
        rule: its code.
        hits: lines that it hits.
        undecided: hits of which no payer decided anything.
        precision: denied lines among the decided hits.
        recall: hits among the denied lines with a reason that the rule predicts.
        false_holds: decided lines that were not denied and that the rule would have kept back, among all
            such lines.
        charge: dollars charged on the hits.
        denied: dollars denied on the hits.
        paid_at_risk: dollars paid on lines that the rule would have kept back.
    """

    rule: str
    hits: int
    undecided: int
    precision: Share
    recall: Share
    false_holds: Share
    charge: Decimal
    denied: Decimal
    paid_at_risk: Decimal

    @property
    def is_shown(self) -> bool:
        """Whether there are cases enough to show a share of them."""
        return self.precision.total >= LEAST_CASES


@dataclass(slots=True)
class _Count:
    hits: int = 0
    undecided: int = 0
    denied_hits: int = 0
    decided_hits: int = 0
    predicted: int = 0
    predicted_hits: int = 0
    false_holds: int = 0
    charge: Decimal = field(default=_NOTHING)
    denied: Decimal = field(default=_NOTHING)
    paid: Decimal = field(default=_NOTHING)

    def take(self, line: JudgedLine, severity: Severity) -> None:
        """Count a hit."""
        self.hits += 1
        self.charge += line.charge
        if not line.is_decided or line.outcome is None:
            self.undecided += 1
            return
        self.decided_hits += 1
        self.denied_hits += line.is_denied
        self.denied += line.outcome.denied
        if severity >= Severity.HOLD:
            self.paid += line.outcome.paid
            self.false_holds += not line.is_denied


def measure_rules(
    lines: Iterable[JudgedLine], predicted: Mapping[str, frozenset[str]]
) -> dict[str, RuleMeasure]:
    """Return what each rule did.

    Args:
        lines: every sent line, decided or not.
        predicted: the adjustment reasons that each rule predicts, by its code; rules that are not in it are
            not measured.
    """
    counts: defaultdict[str, _Count] = defaultdict(_Count)
    not_denied = 0
    by_reason: defaultdict[str, list[JudgedLine]] = defaultdict(list)
    for line in lines:
        for rule, severity in line.hits.items():
            if rule in predicted:
                counts[rule].take(line, severity)
        if line.is_decided:
            not_denied += not line.is_denied
        if line.is_denied and line.outcome is not None:
            for reason in line.outcome.reasons:
                by_reason[reason].append(line)
    for rule, reasons in predicted.items():
        of_rule = {id(line): line for reason in reasons for line in by_reason.get(reason, ())}.values()
        counts[rule].predicted = len(of_rule)
        counts[rule].predicted_hits = sum(rule in line.hits for line in of_rule)
    return {rule: _measure(rule, count, not_denied) for rule, count in sorted(counts.items())}


def _measure(rule: str, count: _Count, not_denied: int) -> RuleMeasure:
    return RuleMeasure(
        rule=rule,
        hits=count.hits,
        undecided=count.undecided,
        precision=Share(count.denied_hits, count.decided_hits),
        recall=Share(count.predicted_hits, count.predicted),
        false_holds=Share(count.false_holds, not_denied),
        charge=count.charge,
        denied=count.denied,
        paid_at_risk=count.paid,
    )


def split_by(lines: Iterable[JudgedLine], key: Callable[[JudgedLine], str]) -> dict[str, list[JudgedLine]]:
    """Return lines by something that they have, e.g. the payer or the kind of claim."""
    found: defaultdict[str, list[JudgedLine]] = defaultdict(list)
    for line in lines:
        found[key(line)].append(line)
    return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class Total:
    """What all rules together did.

    Attributes:
        lines: every line.
        undecided: lines that nobody decided.
        denied: denied lines among the decided ones.
        caught: denied lines that would have been kept back, among the denied ones.
        false_holds: lines that were not denied and would have been kept back, among those not denied.
        dollars_denied: what was denied.
        dollars_caught: what was denied on lines that would have been kept back.
    """

    lines: int
    undecided: int
    denied: Share
    caught: Share
    false_holds: Share
    dollars_denied: Decimal
    dollars_caught: Decimal


def measure_all(lines: Iterable[JudgedLine]) -> Total:
    """Return what all rules together did to some lines."""
    known = list(lines)
    decided = [line for line in known if line.is_decided]
    denied = [line for line in decided if line.is_denied]
    caught = [line for line in denied if line.is_kept_back]
    fine = [line for line in decided if not line.is_denied]
    return Total(
        lines=len(known),
        undecided=len(known) - len(decided),
        denied=Share(len(denied), len(decided)),
        caught=Share(len(caught), len(denied)),
        false_holds=Share(sum(line.is_kept_back for line in fine), len(fine)),
        dollars_denied=_refused(denied),
        dollars_caught=_refused(caught),
    )


def _refused(lines: Iterable[JudgedLine]) -> Decimal:
    return sum((line.outcome.denied for line in lines if line.outcome is not None), _NOTHING)
