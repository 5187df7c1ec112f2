"""What counts as denied, and how sure a share is."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_guard.backtest.claim_join import join_claims
from edi_guard.backtest.interval import Share
from edi_guard.backtest.judge import judged_lines
from edi_guard.backtest.outcome import Decision, Outcome, claim_outcome, line_outcome
from edi_guard.backtest.rejection import Rejection
from edi_guard.remittance import AdjustmentReason, RemittedLine
from tests.backtest.test_join import answer, decided
from tests.backtest.test_join import claim as sent_claim
from tests.backtest.test_join import line as sent_line


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
    found = claim_outcome(claim)
    assert (found.decision, found.reasons, found.remarks) == (Decision.DENIED, ("29",), ("MA01",))


@pytest.mark.parametrize("share", [1, 0])
def test_what_is_taken_from_the_claim_as_a_whole_is_taken_from_its_lines(share: int) -> None:
    lines = tuple(
        replace(
            decided(number, charge=charge),
            adjustments=(),
            paid=Decimal(charge * share),
        )
        for number, charge in ((1, 180), (2, 120))
    )
    claim = replace(answer(charge=300).claim, lines=lines, adjustments=(reason("CO 29 300"),))
    for line in lines:
        found = line_outcome(claim, [line])
        assert (found.decision, found.reasons) == (Decision.DENIED, ("29",))
        assert dollars(found) == [(float(line.charge), 0.0)]


def test_what_is_said_of_the_lines_and_again_of_the_claim_counts_once() -> None:
    line = decided(1)
    claim = replace(answer().claim, lines=(line,), adjustments=line.adjustments)
    assert line_outcome(claim, [line]).denied == 100


def test_what_is_taken_from_a_claim_beside_what_is_taken_from_its_lines() -> None:
    line = replace(decided(1), paid=Decimal(70), adjustments=(reason("CO 45 30"),))
    other = replace(line, number=2)
    claim = replace(
        answer(charge=200).claim,
        paid=Decimal(120),
        lines=(line, other),
        adjustments=(reason("CO 97 20"),),
    )
    found = line_outcome(claim, [line])
    assert found.decision is Decision.PARTLY_DENIED
    assert dollars(found) == [(10, 60)]


def joined(
    *parts: RemittedLine, paid: int = 0, charges: tuple[int, ...] = (180, 120)
) -> list[Outcome | None]:
    """Return what became of the lines of a claim that was answered so."""
    total = sum(charges)
    lines = tuple(sent_line(number, charge=charge) for number, charge in enumerate(charges, start=1))
    adjusted = (reason(f"CO 29 {total - paid}"),) if not parts else ()
    answered = answer(charge=total, paid=Decimal(paid), lines=parts, adjustments=adjusted)
    join = join_claims([sent_claim(1, charge=total, lines=lines)], [answered])
    return [line.outcome for line in judged_lines(join, {}, {})]


def dollars(*found: Outcome | None) -> list[tuple[float, float]]:
    return [(float(one.denied), float(one.paid)) for one in found if one is not None]


def test_an_answer_without_lines_is_for_all_lines_together() -> None:
    assert dollars(*joined()) == [(180, 0), (120, 0)]
    assert dollars(*joined(paid=100)) == [(120, 60), (80, 40)]


def test_an_answer_to_a_claim_without_charges_is_for_all_lines_alike() -> None:
    assert dollars(*joined(paid=-10, charges=(0, 0))) == [(5, -5), (5, -5)]


def test_an_answer_for_several_lines_is_shared_by_what_they_charge() -> None:
    part = replace(decided(1, "80050", charge=300), paid=Decimal(30), adjustments=(reason("CO 97 270"),))
    assert dollars(*joined(part, paid=30)) == [(162, 18), (108, 12)]


def test_what_a_payer_decided_counts_for_more_than_that_it_was_turned_back_before() -> None:
    sent = sent_claim(1)
    turned = {sent.key: Rejection(("A7:562",), None)}
    (answered,) = judged_lines(join_claims([sent], [answer(lines=(decided(1),))]), {}, turned)
    (silent,) = judged_lines(join_claims([sent], []), {}, turned)
    assert answered.reasons == ("97",)
    assert silent.reasons == ("A7:562",)


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
