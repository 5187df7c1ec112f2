"""Counts, for each rule and kind of denial, what would have been stopped against what payers decided.

A line is judged when a payer decided it. A rule hits a line when it found something on the line, or on its
claim as a whole. What nobody decided yet is counted apart, never as right or wrong.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING, Final

from edi_guard.backtest.interval import Share
from edi_guard.backtest.judged import LEAST_CASES
from edi_guard.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from edi_guard.backtest.buckets import Buckets
    from edi_guard.backtest.expected import ExpectedPayments
    from edi_guard.backtest.judged import JudgedLine

_NOTHING: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class RuleMeasure:
    """What a rule did to some lines.

    Attributes:
        rule: its code.
        is_shadow: whether it runs in shadow.
        hits: lines that it hits.
        undecided: hits of which no payer decided anything.
        precision: denied lines among the decided hits.
        recall: hits among the denied lines with a reason that the rule predicts.
        false_holds: decided lines that were not denied and that the rule would have kept back, among all
            such lines.
        charge: dollars charged on the hits.
        expected: dollars that are usually paid for lines like the hits; hits without peers count nothing.
        denied: dollars denied on the hits.
        paid_at_risk: dollars paid on lines that the rule would have kept back.
    """

    rule: str
    is_shadow: bool
    hits: int
    undecided: int
    precision: Share
    recall: Share
    false_holds: Share
    charge: Decimal
    expected: Decimal
    denied: Decimal
    paid_at_risk: Decimal

    @property
    def is_shown(self) -> bool:
        """Whether there are cases enough to show a share of them."""
        return self.precision.total >= LEAST_CASES


@dataclass(slots=True)
class _Count:
    is_shadow: bool = False
    hits: int = 0
    undecided: int = 0
    denied_hits: int = 0
    decided_hits: int = 0
    predicted: int = 0
    predicted_hits: int = 0
    false_holds: int = 0
    charge: Decimal = field(default=_NOTHING)
    expected: Decimal = field(default=_NOTHING)
    denied: Decimal = field(default=_NOTHING)
    paid: Decimal = field(default=_NOTHING)

    def take(self, line: JudgedLine, severity: Severity, expected: Decimal, *, is_shadow: bool) -> None:
        """Count a hit."""
        self.is_shadow = is_shadow
        self.hits += 1
        self.charge += line.charge
        self.expected += expected
        if not line.is_decided:
            self.undecided += 1
            return
        self.decided_hits += 1
        self.denied_hits += line.is_denied
        self.denied += line.denied
        if severity >= Severity.HOLD and not is_shadow:
            self.paid += line.paid
            self.false_holds += not line.is_denied


def measure_rules(
    lines: Iterable[JudgedLine],
    predicted: Mapping[str, frozenset[str]],
    expected: ExpectedPayments | None = None,
) -> dict[str, RuleMeasure]:
    """Return what each rule did.

    Args:
        lines: every sent line, decided or not.
        predicted: the reasons that each rule predicts, by its code; other rules are not measured.
        expected: what is usually paid; without it nothing is expected.
    """
    counts: defaultdict[str, _Count] = defaultdict(_Count)
    not_denied = 0
    by_reason: defaultdict[str, list[JudgedLine]] = defaultdict(list)
    for line in lines:
        usual = (expected.of(line) if expected and line.hits else None) or _NOTHING
        for rule, severity in line.hits.items():
            if rule in predicted:
                counts[rule].take(line, severity, usual, is_shadow=rule in line.shadow)
        not_denied += line.is_decided and not line.is_denied
        for reason in line.reasons:
            by_reason[reason].append(line)
    for rule, reasons in predicted.items():
        of_rule = {id(line): line for reason in reasons for line in by_reason.get(reason, ())}.values()
        counts[rule].predicted = len(of_rule)
        counts[rule].predicted_hits = sum(rule in line.hits for line in of_rule)
    return {rule: _measure(rule, count, not_denied) for rule, count in sorted(counts.items())}


def _measure(rule: str, count: _Count, not_denied: int) -> RuleMeasure:
    return RuleMeasure(
        rule=rule,
        is_shadow=count.is_shadow,
        hits=count.hits,
        undecided=count.undecided,
        precision=Share(count.denied_hits, count.decided_hits),
        recall=Share(count.predicted_hits, count.predicted),
        false_holds=Share(count.false_holds, not_denied),
        charge=count.charge,
        expected=count.expected,
        denied=count.denied,
        paid_at_risk=count.paid,
    )


@dataclass(frozen=True, slots=True)
class BucketMeasure:
    """What all rules together did to one kind of denial.

    Attributes:
        bucket: the kind.
        hits: lines that a rule hits which predicts a denial of the kind.
        undecided: those of them that nobody decided.
        precision: denials of the kind among the decided hits.
        recall: denials of the kind that would have been kept back, among them all.
        dollars_denied: what was denied.
        dollars_caught: what was denied on lines that would have been kept back.
    """

    bucket: str
    hits: int
    undecided: int
    precision: Share
    recall: Share
    dollars_denied: Decimal
    dollars_caught: Decimal


def measure_buckets(
    lines: Sequence[JudgedLine], predicted: Mapping[str, frozenset[str]], buckets: Buckets
) -> list[BucketMeasure]:
    """Return what was denied and caught of each kind of denial, kinds without any case left out.

    Args:
        lines: every sent line, decided or not.
        predicted: the reasons that each rule predicts.
        buckets: which kind a reason is of.
    """
    kinds = {rule: {buckets.of(reason) for reason in reasons} for rule, reasons in predicted.items()}
    found = (_bucket(name, lines, kinds, buckets) for name in buckets.names)
    return [one for one in found if one.hits or one.recall.total]


def _bucket(
    name: str, lines: Sequence[JudgedLine], kinds: Mapping[str, set[str]], buckets: Buckets
) -> BucketMeasure:
    denied = [line for line in lines if line.is_denied and buckets.of_denial(line.reasons) == name]
    caught = [line for line in denied if line.is_kept_back]
    hits = [line for line in lines if any(name in kinds.get(rule, ()) for rule in line.hits)]
    decided = [line for line in hits if line.is_decided]
    right = [line for line in decided if any(buckets.of(reason) == name for reason in line.reasons)]
    return BucketMeasure(
        bucket=name,
        hits=len(hits),
        undecided=len(hits) - len(decided),
        precision=Share(len(right), len(decided)),
        recall=Share(len(caught), len(denied)),
        dollars_denied=_refused(denied),
        dollars_caught=_refused(caught),
    )


def split_by(lines: Iterable[JudgedLine], key: Callable[[JudgedLine], str]) -> dict[str, list[JudgedLine]]:
    """Return lines by something that they have, e.g. the payer or the kind of claim."""
    found: defaultdict[str, list[JudgedLine]] = defaultdict(list)
    for line in lines:
        found[key(line)].append(line)
    return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class Total:
    """What all rules together did to lines, or to claims.

    Attributes:
        cases: every line (claim).
        undecided: those that nobody decided.
        denied: denied ones among the decided ones; a claim is denied when one of its lines is.
        caught: denied ones that would have been kept back, among the denied ones.
        false_holds: those that were not denied and would have been kept back, among those not denied.
        dollars_denied: what was denied.
        dollars_caught: what was denied and would have been kept back.
        dollars_delayed: what was paid and would have been kept back.
        days_to_answer: the median of the days between sending and answer; None of no days.
    """

    cases: int
    undecided: int
    denied: Share
    caught: Share
    false_holds: Share
    dollars_denied: Decimal
    dollars_caught: Decimal
    dollars_delayed: Decimal
    days_to_answer: float | None


def measure_all(lines: Iterable[JudgedLine]) -> Total:
    """Return what all rules together did to some lines."""
    return _total([[line] for line in lines])


def measure_claims(lines: Iterable[JudgedLine]) -> Total:
    """Return what all rules together did to the claims of some lines: a claim is kept back whole."""
    claims: defaultdict[tuple[str, int], list[JudgedLine]] = defaultdict(list)
    for line in lines:
        claims[line.claim.key].append(line)
    return _total(list(claims.values()))


def _total(cases: Sequence[Sequence[JudgedLine]]) -> Total:
    decided = [case for case in cases if any(line.is_decided for line in case)]
    denied = [case for case in decided if any(line.is_denied for line in case)]
    caught = [case for case in denied if _is_kept_back(case)]
    fine = [case for case in decided if not any(line.is_denied for line in case)]
    delayed = [case for case in fine if _is_kept_back(case)]
    days = [days for case in decided if (days := case[0].days_to_answer) is not None]
    return Total(
        cases=len(cases),
        undecided=len(cases) - len(decided),
        denied=Share(len(denied), len(decided)),
        caught=Share(len(caught), len(denied)),
        false_holds=Share(len(delayed), len(fine)),
        dollars_denied=_refused(line for case in denied for line in case),
        dollars_caught=_refused(line for case in caught for line in case),
        dollars_delayed=sum((line.paid for case in delayed for line in case), _NOTHING),
        days_to_answer=median(days) if days else None,
    )


def _is_kept_back(case: Iterable[JudgedLine]) -> bool:
    return any(line.is_kept_back for line in case)


def _refused(lines: Iterable[JudgedLine]) -> Decimal:
    return sum((line.denied for line in lines), _NOTHING)
