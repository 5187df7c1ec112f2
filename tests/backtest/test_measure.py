"""The counts are those that one counts by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from edi_guard.backtest.buckets import Buckets
from edi_guard.backtest.expected import ExpectedPayments
from edi_guard.backtest.interval import Share
from edi_guard.backtest.measure import measure_all, measure_buckets, measure_rules, split_by
from edi_guard.backtest.outcome import Decision, Outcome
from edi_guard.findings import Severity
from tests.backtest.making import judged

if TYPE_CHECKING:
    from edi_guard.backtest.judged import JudgedLine

HOLD, WARN = Severity.HOLD, Severity.WARN


def outcome(decision: Decision, denied: int = 0, paid: int = 0, *reasons: str) -> Outcome:
    return Outcome(decision, Decimal(denied), Decimal(paid), reasons, ())


PAID = outcome(Decision.PAID, 0, 80)
DENIED = outcome(Decision.DENIED, 100, 0, "107")
OTHER = outcome(Decision.DENIED, 100, 0, "29")
PARTLY = outcome(Decision.PARTLY_DENIED, 30, 50, "97")
OPEN = outcome(Decision.UNDECIDED)


def line(result: Outcome | None, payer: str = "60054", **hits: Severity) -> JudgedLine:
    return judged(result, hits, payer=payer)


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
    assert (found.cases, found.undecided) == (10, 2)
    assert (found.denied, found.caught, found.false_holds) == (Share(5, 8), Share(4, 5), Share(1, 3))
    assert [float(amount) for amount in (found.dollars_denied, found.dollars_caught)] == [430.0, 330.0]


def test_by_payer() -> None:
    found = split_by(LINES, lambda one: one.payer)
    assert {payer: len(lines) for payer, lines in found.items()} == {"60054": 8, "60055": 2}


def test_a_rule_in_shadow_is_counted_and_keeps_nothing_back() -> None:
    shadow = frozenset({"PAIR101"})
    lines = [judged(one.outcome, one.hits, payer=one.payer, shadow=shadow) for one in LINES]
    found = measure_rules(lines, PREDICTED)["PAIR101"]
    assert found.is_shadow
    assert (found.hits, found.precision, found.recall) == (5, Share(3, 4), Share(2, 3))
    assert found.false_holds == Share(0, 3)
    assert found.paid_at_risk == 0
    assert measure_all(lines).caught == Share(1, 5)


def test_kinds_of_denial() -> None:
    found = {one.bucket: one for one in measure_buckets(LINES, PREDICTED, Buckets())}
    coding = found["coding"]
    assert (coding.hits, coding.undecided) == (8, 2)
    assert (coding.precision, coding.recall) == (Share(3, 6), Share(3, 4))
    assert [float(amount) for amount in (coding.dollars_denied, coding.dollars_caught)] == [330, 230]
    assert (found["timely filing"].recall, found["timely filing"].hits) == (Share(1, 1), 0)
    # What the user sorts otherwise counts there.
    mine = {one.bucket: one for one in measure_buckets(LINES, PREDICTED, Buckets({"mine": ["107"]}))}
    assert mine["mine"].recall == Share(2, 3)
    assert mine["coding"].recall.total == 1


def test_reasons_sort_into_kinds() -> None:
    buckets = Buckets()
    kinds = {"A7:562": "turned back", "999": "turned back", "197": "authorization", "Z9": "other"}
    assert {reason: buckets.of(reason) for reason in kinds} == kinds
    assert buckets.of_denial(("Z9", "50", "29")) == "coverage"
    assert buckets.of_denial(()) == "other"


def test_what_is_usually_paid() -> None:
    paid = [judged(outcome(Decision.PAID, 0, amount), {}) for amount in (70, 80, 90)]
    elsewhere = [judged(outcome(Decision.PAID, 0, 40), {}, payer="9") for _ in range(3)]
    held = [judged(outcome(Decision.PAID, 0, 1), {"PAIR101": HOLD}) for _ in range(9)]
    usual = ExpectedPayments([*paid, *elsewhere, *held])
    assert usual.of(judged(None, {})) == 80
    assert usual.of(judged(None, {}, units=2)) == 160
    assert usual.of(judged(None, {}, payer="9")) == 40
    # No line of this payer was paid: what others pay.
    assert usual.of(judged(None, {}, payer="5")) == 55
    assert usual.of(judged(None, {}, code="76942")) is None
