"""Severities are chosen on some months, within the limit, and shown on others."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_guard.backtest.outcome import Decision, Outcome
from edi_guard.backtest.suggest import SuggestionError, suggest
from edi_guard.findings import Severity
from tests.backtest.making import judged

if TYPE_CHECKING:
    from edi_guard.backtest.judged import JudgedLine

PAID = Outcome(Decision.PAID, Decimal(0), Decimal(80), (), ())
DENIED = Outcome(Decision.DENIED, Decimal(100), Decimal(0), ("107",), ())
HOLD, WARN, REJECT = Severity.HOLD, Severity.WARN, Severity.REJECT
MONTHS = (1, 2, 3)


def lines(denied: int, paid: int, payer: str = "60054", **hits: Severity) -> list[JudgedLine]:
    """Return as many lines in each month."""
    return [
        judged(outcome, hits, payer=payer, sent=date(2026, month, 5))
        for month in MONTHS
        for outcome, number in ((DENIED, denied), (PAID, paid))
        for _ in range(number)
    ]


CLEAN = lines(0, 500)


def chosen(given_lines: list[JudgedLine], limit: float = 0.01) -> dict[tuple[str, str], str]:
    found = suggest([*CLEAN, *given_lines], limit)
    return {(one.rule, one.payer): one.after.label for one in found.suggestions}


def test_two_of_three_months_choose() -> None:
    found = suggest([*CLEAN, *lines(20, 2, PAIR101=WARN)], 0.01)
    assert (found.choosing, found.showing) == (((2026, 1), (2026, 2)), ((2026, 3),))
    (one,) = found.suggestions
    assert (one.before, one.after) == (WARN, HOLD)
    assert (one.chosen_on.denied.count, one.chosen_on.denied.total) == (40, 44)
    assert (one.shown_on.denied.count, one.shown_on.denied.total) == (20, 22)
    before, after = found.shown_on
    assert (before.caught.count, after.caught.count) == (0, 20)
    assert (before.false_holds.count, after.false_holds.count) == (0, 2)


def test_what_is_mostly_paid_is_not_held() -> None:
    assert chosen(lines(1, 30, DOC101=HOLD)) == {("DOC101", "60054"): "warn"}


def test_payers_are_told_apart() -> None:
    given_lines = lines(20, 1, "1", DOC101=HOLD) + lines(0, 20, "2", DOC101=HOLD)
    assert chosen(given_lines) == {("DOC101", "1"): "hold", ("DOC101", "2"): "warn"}


def test_what_another_rule_saves_already_saves_nothing_again() -> None:
    given_lines = lines(20, 0, PAIR101=WARN, DOC101=WARN) + lines(0, 5, DOC101=WARN)
    assert chosen(given_lines) == {("PAIR101", "60054"): "hold", ("DOC101", "60054"): "warn"}


def test_a_rejection_that_payers_pay_is_lowered_and_another_is_kept() -> None:
    given_lines = lines(2, 20, "1", ID201=REJECT) + lines(20, 1, "2", ID201=REJECT)
    assert chosen(given_lines) == {("ID201", "1"): "warn", ("ID201", "2"): "reject"}


def test_shadow_few_cases_and_what_refuses_files_are_left_alone() -> None:
    few = lines(3, 0, SIM301=WARN)
    dark = [
        judged(one.outcome, {"AUTH101": HOLD}, sent=one.claim.sent or date.min, shadow=frozenset({"AUTH101"}))
        for one in lines(20, 0)
    ]
    assert chosen([*lines(0, 20, ENV303=REJECT), *few, *dark]) == {}


def test_one_month_is_not_enough() -> None:
    with pytest.raises(SuggestionError, match="two months at least"):
        suggest([judged(PAID, {}, sent=date(2026, 1, day)) for day in range(1, 20)], 0.01)


@given(
    cells=st.lists(
        st.tuples(st.integers(0, 15), st.integers(0, 15), st.sampled_from(["A", "B", "C"])), max_size=6
    ),
    limit=st.floats(0, 0.2),
)
def test_the_limit_is_kept_in_the_months_chosen_on(cells: list[tuple[int, int, str]], limit: float) -> None:
    made = [
        line
        for number, (denied, paid, payer) in enumerate(cells)
        for line in lines(denied, paid, payer, **{f"PAIR10{number}": WARN})
    ]
    found = suggest([*lines(1, 40), *made], limit)
    _, after = found.chosen_on
    assert after.false_holds.count <= limit * after.false_holds.total
    assert after.dollars_caught >= found.chosen_on[0].dollars_caught
