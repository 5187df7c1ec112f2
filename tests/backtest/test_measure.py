"""The counts are those that one counts by hand."""

from __future__ import annotations

from decimal import Decimal

from edi_guard.backtest.interval import Share
from edi_guard.backtest.measure import JudgedLine, measure_all, measure_rules, split_by
from edi_guard.backtest.outcome import Decision, Outcome
from edi_guard.findings import Severity

HOLD, WARN = Severity.HOLD, Severity.WARN


def outcome(decision: Decision, denied: int = 0, paid: int = 0, *reasons: str) -> Outcome:
    return Outcome(decision, Decimal(denied), Decimal(paid), reasons, ())


PAID = outcome(Decision.PAID, 0, 80)
DENIED = outcome(Decision.DENIED, 100, 0, "107")
OTHER = outcome(Decision.DENIED, 100, 0, "29")
PARTLY = outcome(Decision.PARTLY_DENIED, 30, 50, "97")
OPEN = outcome(Decision.UNDECIDED)


def line(result: Outcome | None, payer: str = "60054", **hits: Severity) -> JudgedLine:
    return JudgedLine(("a.837", 1), 1, payer, "837P", Decimal(100), hits, result)


LINES = [
    line(DENIED, PAIR101=HOLD),
    line(DENIED, PAIR101=HOLD, DOC101=WARN),
    line(DENIED),
    line(OTHER, PAIR101=HOLD),
    line(PARTLY, "60055", DOC101=HOLD),
    line(PAID, PAIR101=HOLD),
    line(PAID, DOC101=WARN),
    line(PAID),
    line(OPEN, PAIR101=HOLD),
    line(None, "60055", DOC101=HOLD),
]
PREDICTED = {"PAIR101": frozenset({"107", "B15"}), "DOC101": frozenset({"97"}), "TIME301": frozenset({"29"})}


def test_each_rule() -> None:
    found = measure_rules(LINES, PREDICTED)
    pair = found["PAIR101"]
    assert (pair.hits, pair.undecided) == (5, 1)
    assert pair.precision == Share(3, 4)
    # Three lines were denied for what it predicts; it hit two of them.
    assert pair.recall == Share(2, 3)
    assert pair.false_holds == Share(1, 3)
    assert [float(amount) for amount in (pair.charge, pair.denied, pair.paid_at_risk)] == [500.0, 300.0, 80.0]
    doc = found["DOC101"]
    assert (doc.hits, doc.undecided, doc.precision, doc.recall) == (4, 1, Share(2, 3), Share(1, 1))
    # Where it only warned, nothing would have been kept back.
    assert doc.false_holds == Share(0, 3)
    assert float(doc.paid_at_risk) == 50.0


def test_a_rule_that_hit_nothing_is_measured_by_what_it_missed() -> None:
    found = measure_rules(LINES, PREDICTED)["TIME301"]
    assert (found.hits, found.precision, found.recall) == (0, Share(0, 0), Share(0, 1))
    assert not found.is_shown


def test_all_rules_together() -> None:
    found = measure_all(LINES)
    assert (found.lines, found.undecided) == (10, 2)
    assert (found.denied, found.caught, found.false_holds) == (Share(5, 8), Share(4, 5), Share(1, 3))
    assert [float(amount) for amount in (found.dollars_denied, found.dollars_caught)] == [430.0, 330.0]


def test_by_payer() -> None:
    found = split_by(LINES, lambda one: one.payer)
    assert {payer: len(lines) for payer, lines in found.items()} == {"60054": 8, "60055": 2}
