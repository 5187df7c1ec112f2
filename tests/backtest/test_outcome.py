"""What counts as denied, and how sure a share is."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_guard.backtest.interval import Share
from edi_guard.backtest.outcome import Decision, line_outcome
from edi_guard.remittance import AdjustmentReason
from tests.backtest.test_join import answer, decided


def reason(text: str) -> AdjustmentReason:
    group, code, amount = text.split()
    return AdjustmentReason(group, code, Decimal(amount))


@pytest.mark.parametrize(
    ("reasons", "paid", "decision", "denied", "codes"),
    [
        (["CO 45 20"], 80, Decision.PAID, 0, ()),
        (["CO 107 100"], 0, Decision.DENIED, 100, ("107",)),
        (["CO 45 20", "CO 97 30"], 50, Decision.PARTLY_DENIED, 30, ("97",)),
        (["PR 1 100"], 0, Decision.PATIENT, 0, ()),
        (["PR 204 100"], 0, Decision.DENIED, 100, ("204",)),
        (["CO 45 60", "PR 3 40"], 0, Decision.PATIENT, 0, ()),
        (["CO 16 10", "CO 236 90"], 0, Decision.DENIED, 100, ("236", "16")),
        (["OA 23 100"], 0, Decision.PAID, 0, ()),
        (["CO 97 -30", "CO 45 20"], 110, Decision.PAID, 0, ()),
    ],
)
def test_what_counts_as_denied(
    reasons: list[str], paid: int, decision: Decision, denied: int, codes: tuple[str, ...]
) -> None:
    line = replace(decided(1), paid=Decimal(paid), adjustments=tuple(map(reason, reasons)), remarks=("N122",))
    claim = replace(answer().claim, lines=(line,))
    found = line_outcome(claim, [line])
    assert (found.decision, found.reasons, found.remarks) == (decision, codes, ("N122",))
    assert float(found.denied) == denied


def test_a_claim_that_was_answered_without_lines() -> None:
    claim = replace(answer().claim, adjustments=(reason("CO 29 100"),), remarks=("MA01",))
    found = line_outcome(claim, [])
    assert (found.decision, found.reasons, found.remarks) == (Decision.DENIED, ("29",), ("MA01",))


@pytest.mark.parametrize("status", ["22", "23", "25", "99"])
def test_what_was_not_decided(status: str) -> None:
    claim = replace(answer().claim, status_code=status, lines=(decided(1),))
    assert line_outcome(claim, [decided(1)]).decision is Decision.UNDECIDED
    decided_claim = replace(claim, status_code="1")
    assert line_outcome(decided_claim, []).decision is Decision.UNDECIDED


def test_a_split_line_is_one() -> None:
    parts = [replace(decided(1), paid=Decimal(50), adjustments=()), decided(2, charge=50)]
    found = line_outcome(replace(answer().claim, lines=tuple(parts)), parts)
    assert (found.decision, float(found.paid), float(found.denied)) == (Decision.PARTLY_DENIED, 50.0, 50.0)


def test_wilsons_interval() -> None:
    # Newcombe, Statistics in Medicine 17 (1998), table I: 81 of 263, and 0 of 20.
    assert Share(81, 263).interval == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert Share(0, 20).interval == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert Share(0, 0).interval is None
    assert Share(0, 0).value is None
    with pytest.raises(ValueError, match="no share"):
        Share(3, 2)


@given(total=st.integers(1, 10_000), data=st.data())
def test_an_interval_holds_its_share(total: int, data: st.DataObject) -> None:
    share = Share(data.draw(st.integers(0, total)), total)
    assert share.interval is not None
    assert share.value is not None
    low, high = share.interval
    assert 0 <= low <= share.value + 1e-12
    assert share.value - 1e-12 <= high <= 1
