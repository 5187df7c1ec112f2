"""The result of a back-test as plain data; nothing in it is about a single claim.

Shares of fewer than eleven cases are left out, and so are groups of denials with fewer lines.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from edi_guard.backtest.gaps import find_gaps
from edi_guard.backtest.judged import LEAST_CASES
from edi_guard.backtest.measure import (
    measure_all,
    measure_buckets,
    measure_claims,
    measure_rules,
    split_by,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from edi_guard.backtest.compare import Comparison, Moved
    from edi_guard.backtest.gaps import Gap
    from edi_guard.backtest.interval import Share
    from edi_guard.backtest.judged import JudgedLine
    from edi_guard.backtest.measure import BucketMeasure, RuleMeasure, Total
    from edi_guard.backtest.study import Inputs, Study
    from edi_guard.backtest.suggest import Effect, Evidence, Suggestion, Suggestions

SCHEMA_VERSION: Final = 2
_NOTHING: Final = Decimal(0)


def summary(study: Study) -> dict[str, Any]:
    """Return what was read and joined, what the rules did, and what no rule speaks of."""
    lines = study.lines
    return {
        "schema_version": SCHEMA_VERSION,
        "inputs": _inputs(study.inputs),
        "join": _join(study),
        "total": _total(measure_all(lines)),
        "claims": _total(measure_claims(lines)),
        "rules": _rules(study, lines),
        "buckets": [
            _bucket(one) for one in measure_buckets(lines, study.setup.predicted, study.setup.buckets)
        ],
        "payers": _parts(study, split_by(lines, lambda line: line.payer)),
        "kinds": _parts(study, split_by(lines, lambda line: line.kind)),
        "gaps": _gaps(find_gaps(lines, study.setup.buckets)),
    }


def _inputs(inputs: Inputs) -> dict[str, Any]:
    return {
        "claim_files": inputs.claim_files,
        "remittance_files": inputs.remittance_files,
        "response_files": inputs.response_files,
        "unusable": inputs.unusable,
        "repeated": inputs.repeated,
        "refused": {path: list(rules) for path, rules in inputs.refused.items()},
        "imbalances": inputs.imbalances,
        "unreadable": inputs.unreadable,
        "unchecked": dict(sorted(inputs.unchecked.items())),
    }


def _join(study: Study) -> dict[str, Any]:
    claims = study.join.claims
    answered = [one for one in claims if one.deciding is not None]
    unjoined = Counter(why.value for _, why in study.join.unjoined)
    unjoined.update({why.value: count for why, count in study.rejections.unjoined.items()})
    return {
        "claims": len(claims),
        "answered": len(answered),
        "turned_back": sum(
            one.deciding is None and one.sent.key in study.rejections.claims for one in claims
        ),
        "answers": sum(len(one.answers) for one in claims),
        "certain": sum(how.name == "CERTAIN" for one in claims for _, how in one.answers),
        "reversed": sum(len(one.reversed) for one in claims),
        "unjoined": dict(unjoined),
    }


def _parts(study: Study, parts: Mapping[str, list[JudgedLine]]) -> list[dict[str, Any]]:
    return [
        {"name": name, **_total(measure_all(lines)), "rules": _rules(study, lines, least=LEAST_CASES)}
        for name, lines in parts.items()
    ]


def _rules(study: Study, lines: Sequence[JudgedLine], least: int = 0) -> list[dict[str, Any]]:
    found = measure_rules(lines, study.setup.predicted, study.expected)
    return [_rule(one) for one in found.values() if (one.hits or one.recall.total) and one.hits >= least]


def _total(one: Total) -> dict[str, Any]:
    return {
        "cases": one.cases,
        "undecided": one.undecided,
        "denied": _share(one.denied),
        "caught": _share(one.caught),
        "false_holds": _share(one.false_holds),
        "dollars_denied": _dollars_of(one.dollars_denied, one.denied.count),
        "dollars_caught": _dollars_of(one.dollars_caught, one.caught.count),
        "dollars_delayed": _dollars_of(one.dollars_delayed, one.false_holds.count),
        "days_to_answer": one.days_to_answer,
    }


def _rule(one: RuleMeasure) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "shadow": one.is_shadow,
        "hits": one.hits,
        "undecided": one.undecided,
        "precision": _share(one.precision),
        "recall": _share(one.recall),
        "false_holds": _share(one.false_holds),
        "charge": _dollars_of(one.charge, one.hits),
        "expected": _dollars_of(one.expected, one.hits),
        "denied": _dollars_of(one.denied, one.precision.count),
        "paid_at_risk": _dollars_of(one.paid_at_risk, one.false_holds.count),
    }


def _bucket(one: BucketMeasure) -> dict[str, Any]:
    return {
        "bucket": one.bucket,
        "hits": one.hits,
        "undecided": one.undecided,
        "precision": _share(one.precision),
        "recall": _share(one.recall),
        "dollars_denied": _dollars_of(one.dollars_denied, one.recall.total),
        "dollars_caught": _dollars_of(one.dollars_caught, one.recall.count),
    }


def _gaps(gaps: Sequence[Gap]) -> dict[str, Any]:
    shown = [gap for gap in gaps if gap.is_shown]
    small = [gap for gap in gaps if not gap.is_shown]
    return {
        "groups": [
            {
                "payer": gap.payer,
                "code": gap.code,
                "modifiers": list(gap.modifiers),
                "place": gap.place,
                "reason": gap.reason,
                "bucket": gap.bucket,
                "denied": _share(gap.denied),
                "dollars": _dollars(gap.dollars),
            }
            for gap in shown
        ],
        "small_groups": len(small),
        "dollars_in_small_groups": _dollars_of(
            sum((gap.dollars for gap in small), _NOTHING), sum(gap.denied.count for gap in small)
        ),
    }


def comparison(found: Comparison, names: tuple[str, str]) -> dict[str, Any]:
    """Return two configurations beside each other as plain data.

    Args:
        found: how they differ.
        names: what the configurations are called.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "names": list(names),
        "first": _total(found.first),
        "second": _total(found.second),
        "held": _moved(found.held),
        "released": _moved(found.released),
        "rules": [
            {"rule": one.rule, "held": _moved(one.held), "released": _moved(one.released)}
            for one in found.rules
        ],
    }


def _moved(one: Moved) -> dict[str, Any]:
    return {
        "lines": one.lines,
        "denied": _share(one.denied),
        "dollars_denied": _dollars_of(one.dollars_denied, one.lines),
        "dollars_paid": _dollars_of(one.dollars_paid, one.lines),
    }


def suggested(found: Suggestions) -> dict[str, Any]:
    """Return suggestions with their evidence as plain data."""
    return {
        "schema_version": SCHEMA_VERSION,
        "limit": found.limit,
        "choosing": [f"{year}-{month:02d}" for year, month in found.choosing],
        "showing": [f"{year}-{month:02d}" for year, month in found.showing],
        "chosen_on": [_effect(one) for one in found.chosen_on],
        "shown_on": [_effect(one) for one in found.shown_on],
        "suggestions": [_suggestion(one) for one in found.suggestions],
    }


def _suggestion(one: Suggestion) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "payer": one.payer,
        "before": one.before.label,
        "after": one.after.label,
        "chosen_on": _evidence(one.chosen_on),
        "shown_on": _evidence(one.shown_on),
    }


def _evidence(one: Evidence) -> dict[str, Any]:
    return {
        "denied": _share(one.denied),
        "dollars_denied": _dollars_of(one.dollars_denied, one.denied.total),
        "dollars_paid": _dollars_of(one.dollars_paid, one.denied.total),
    }


def _effect(one: Effect) -> dict[str, Any]:
    return {
        "caught": _share(one.caught),
        "false_holds": _share(one.false_holds),
        "dollars_caught": _dollars_of(one.dollars_caught, one.caught.total),
    }


def _share(share: Share) -> dict[str, Any]:
    """Return a share; of few cases only that they are few."""
    if share.total < LEAST_CASES:
        return {"total": share.total, "count": None, "share": None, "interval": None}
    interval = share.interval
    return {
        "total": share.total,
        "count": share.count,
        "share": round(share.value or 0.0, 4),
        "interval": [round(end, 4) for end in interval] if interval else None,
    }


def _dollars(amount: Decimal) -> str:
    return f"{amount:.2f}"


def _dollars_of(amount: Decimal, cases: int) -> str | None:
    """Return dollars; None where they would be those of a few lines."""
    return _dollars(amount) if not cases or cases >= LEAST_CASES else None
