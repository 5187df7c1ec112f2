"""The result of a back-test as plain data; nothing in it is about a single claim."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from edi_guard.backtest.measure import LEAST_CASES, measure_all, measure_rules, split_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

    from edi_guard.backtest.claim_join import Join
    from edi_guard.backtest.interval import Share
    from edi_guard.backtest.measure import JudgedLine, RuleMeasure, Total


@dataclass(slots=True)
class Inputs:
    """What was read.

    Attributes:
        claim_files: files of claims.
        remittance_files: files of remittances.
        refused: files that could not be used, each with the reason.
        imbalances: sums in remittances that do not add up.
    """

    claim_files: int = 0
    remittance_files: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    imbalances: int = 0


def summary(
    inputs: Inputs, join: Join, lines: Sequence[JudgedLine], predicted: Mapping[str, frozenset[str]]
) -> dict[str, Any]:
    """Return the result: what was read and joined, all rules together, each rule, and by payer and kind.

    Args:
        inputs: what was read.
        join: the claims with their answers.
        lines: every sent line, judged.
        predicted: the adjustment reasons that each rule predicts.
    """
    answered = [one for one in join.claims if one.answers]
    return {
        "schema_version": 1,
        "inputs": {
            "claim_files": inputs.claim_files,
            "remittance_files": inputs.remittance_files,
            "refused": inputs.refused,
            "imbalances": inputs.imbalances,
        },
        "join": {
            "claims": len(join.claims),
            "answered": len(answered),
            "answers": sum(len(one.answers) for one in answered),
            "certain": sum(how.name == "CERTAIN" for one in answered for _, how in one.answers),
            "reversed": sum(len(one.reversed) for one in join.claims),
            "unjoined": dict(Counter(why.value for _, why in join.unjoined)),
        },
        "total": _total(measure_all(lines)),
        "rules": [_rule(one) for one in measure_rules(lines, predicted).values() if _says_something(one)],
        "payers": _parts(split_by(lines, lambda line: line.payer).items()),
        "kinds": _parts(split_by(lines, lambda line: line.kind).items()),
    }


def _says_something(one: RuleMeasure) -> bool:
    return bool(one.hits or one.recall.total)


def _parts(parts: Iterable[tuple[str, list[JudgedLine]]]) -> list[dict[str, Any]]:
    return [{"name": name, **_total(measure_all(lines))} for name, lines in parts]


def _total(one: Total) -> dict[str, Any]:
    return {
        "lines": one.lines,
        "undecided": one.undecided,
        "denied": _share(one.denied),
        "caught": _share(one.caught),
        "false_holds": _share(one.false_holds),
        "dollars_denied": _dollars(one.dollars_denied),
        "dollars_caught": _dollars(one.dollars_caught),
    }


def _rule(one: RuleMeasure) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "hits": one.hits,
        "undecided": one.undecided,
        "precision": _share(one.precision),
        "recall": _share(one.recall),
        "false_holds": _share(one.false_holds),
        "charge": _dollars(one.charge),
        "denied": _dollars(one.denied),
        "paid_at_risk": _dollars(one.paid_at_risk),
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
