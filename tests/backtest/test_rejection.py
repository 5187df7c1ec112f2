"""Acknowledgments find the claims that they turn back, and what finds none is counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal

from edi_guard.backtest.rejection import Rejection, UnjoinedRejection, join_rejections
from edi_guard.responses import ClaimAnswer, ClaimStatus, GroupAnswer, Responses, TransactionAnswer
from tests.backtest.making import batch, judged

DAY = date(2026, 11, 6)
CLAIM = judged(None, {}).claim


def _status(code: str) -> ClaimStatus:
    category, _, status = code.partition(":")
    return ClaimStatus(category, status, "", DAY, "U")


def turned_back(number: str = "PCN", of: str = "B1", charge: int | None = 100, *codes: str) -> Responses:
    statuses = tuple(_status(code) for code in codes or ("A7:562",))
    amount = None if charge is None else Decimal(charge)
    return Responses(claims=(ClaimAnswer(number, "", amount, statuses, (), of),))


def refused(group: str = "1", *transactions: str, code: str = "R") -> Responses:
    answers = tuple(TransactionAnswer("837", number, "R") for number in transactions)
    return Responses(groups=(GroupAnswer("HC", group, "", code, 1, 1, 0, answers, "HOUSE", "OFFICE"),))


def test_a_claim_by_its_number_and_batch() -> None:
    other = replace(CLAIM, key=("b.837", 1), batch=batch(number="B2"))
    found = join_rejections([CLAIM, other], [turned_back("pcn ", "B2", 100, "A7:562", "A7:500")])
    assert found.claims == {other.key: Rejection(("A7:562", "A7:500"), DAY)}
    assert found.unjoined == Counter()


def test_without_a_batch_the_charge_decides() -> None:
    other = replace(CLAIM, key=("b.837", 1), charge=Decimal(90))
    assert set(join_rejections([CLAIM, other], [turned_back("PCN", "", 90)]).claims) == {other.key}


def test_what_cannot_be_joined_is_counted() -> None:
    twin = replace(CLAIM, key=("b.837", 1))
    found = join_rejections(
        [CLAIM, twin], [turned_back("PCN", ""), turned_back("NONE"), refused("9", "0001")]
    )
    assert found.claims == {}
    assert found.unjoined == Counter(
        (UnjoinedRejection.SEVERAL_CLAIMS, UnjoinedRejection.NO_CLAIM, UnjoinedRejection.NO_BATCH)
    )


def test_what_is_accepted_is_no_rejection() -> None:
    accepted = ClaimAnswer("PCN", "", None, (ClaimStatus("A1", "19", "", DAY, "WQ"),), (), "B1")
    assert join_rejections([CLAIM], [Responses(claims=(accepted,))]).claims == {}
    assert join_rejections([CLAIM], [refused("1", code="A")]).claims == {}


def test_a_transaction_set_or_a_whole_group_that_is_refused() -> None:
    other = replace(CLAIM, key=("a.837", 99), batch=batch(transaction="0002"))
    assert set(join_rejections([CLAIM, other], [refused("1", "0002")]).claims) == {other.key}
    assert set(join_rejections([CLAIM, other], [refused("1")]).claims) == {CLAIM.key, other.key}


def test_numbers_that_came_again_in_another_file_decide_nothing() -> None:
    later = replace(CLAIM, key=("b.837", 1))
    found = join_rejections([CLAIM, later], [refused("1", "0001")])
    assert found.claims == {}
    assert found.unjoined == Counter((UnjoinedRejection.SEVERAL_BATCHES,))
