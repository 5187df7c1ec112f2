"""Remittances are read whole, and what does not add up or cannot be read is said."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edi_guard.remittance import (
    ClaimStatus,
    Remittance,
    RemittanceError,
    imbalances,
    read_remittances,
)
from edi_guard.x12 import Source
from tests.conftest import CORPUS, FIXTURES

if TYPE_CHECKING:
    from decimal import Decimal

TEXT = (FIXTURES / "835" / "every_kind.835").read_text(encoding="ascii")


def dollars(*amounts: Decimal | None) -> list[float | None]:
    return [None if amount is None else float(amount) for amount in amounts]


def read(text: str) -> list[Remittance]:
    with Source.from_bytes(text.encode("latin-1"), "era.835") as source:
        return list(read_remittances(source))


@pytest.fixture(scope="module")
def remittance() -> Remittance:
    (found,) = read(TEXT)
    return found


def test_who_pays_whom_how_much(remittance: Remittance) -> None:
    assert (remittance.payer, remittance.payee) == ("60054", "1999900016")
    assert (remittance.trace, remittance.date) == ("12345678", date(2026, 11, 30))
    assert remittance.amount == 421
    assert remittance.unreadable == ()
    (plb,) = remittance.provider_adjustments
    assert (plb.reason, plb.reference) == ("WO", "PCN0009")
    assert plb.amount == 13


def test_a_claim_with_its_lines(remittance: Remittance) -> None:
    claim = remittance.claims[0]
    assert (claim.id, claim.status, claim.payer_control_number) == (
        "PCN0001",
        ClaimStatus.PROCESSED,
        "PAYER0001",
    )
    assert dollars(claim.charge, claim.paid, claim.patient_responsibility) == [300, 144, 36]
    assert (claim.patient, claim.rendering) == ("W000000001", "1999901014")
    assert (claim.first, claim.last) == (date(2026, 11, 2), date(2026, 11, 2))
    assert claim.received == date(2026, 11, 10)
    assert claim.remarks == ("MA01",)
    paid, denied = claim.lines
    assert (paid.code, paid.modifiers) == ("20610", ("RT",))
    assert dollars(paid.charge, paid.paid) == [180, 144]
    assert paid.adjustments[0].is_patient_share
    assert dollars(denied.paid, denied.units, denied.billed_units) == [0, 0, 1]
    assert (denied.control_number, denied.remarks) == ("1L2", ("N122", "M15"))
    (reason,) = denied.adjustments
    assert (reason.group, reason.reason) == ("CO", "107")
    assert dollars(reason.amount, reason.quantity) == [120, 1]
    assert not reason.is_patient_share


def test_a_reversal_and_the_correction(remittance: Remittance) -> None:
    taken_back, corrected = remittance.claims[1:3]
    assert taken_back.is_reversal
    assert dollars(taken_back.charge, taken_back.paid) == [-200, -160]
    assert not corrected.is_reversal
    changed = corrected.lines[1]
    assert (changed.code, changed.billed_code) == ("20551", "20550")
    assert (changed.first, changed.last) == (date(2026, 10, 3), date(2026, 10, 4))
    assert [one.reason for one in changed.adjustments] == ["45", "97"]
    assert dollars(*(one.amount for one in changed.adjustments)) == [20, 10]


def test_what_was_not_decided_here(remittance: Remittance) -> None:
    forwarded, unknown = remittance.claims[3:]
    assert forwarded.status is ClaimStatus.FORWARDED
    assert (forwarded.lines[0].code, forwarded.lines[0].revenue_code) == ("", "0360")
    assert [one.is_patient_share for one in forwarded.lines[0].adjustments] == [False, True]
    assert unknown.status is ClaimStatus.NO_PATIENT
    assert [one.reason for one in unknown.adjustments] == ["31"]
    assert ClaimStatus.of("77") is ClaimStatus.UNKNOWN


def test_what_adds_up(remittance: Remittance) -> None:
    assert imbalances(remittance) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("BPR*I*421*", "BPR*I*420*"), [(None, None, "payment", 420, 421)]),
        (
            ("CAS*CO*107*120*1", "CAS*CO*107*119*1"),
            [(1, 2, "line payment", 0, 1), (1, None, "claim payment", 144, 145)],
        ),
        (
            ("SVC*HC:20610:RT*180*144", "SVC*HC:20610:RT*181*144"),
            [(1, 1, "line payment", 144, 145), (1, None, "claim charge", 300, 301)],
        ),
        (
            ("CLP*PCN0004*4*90*0*", "CLP*PCN0004*4*90*1*"),
            [(5, None, "claim payment", 1, 0), (None, None, "payment", 421, 422)],
        ),
    ],
)
def test_what_does_not_add_up_is_said(
    change: tuple[str, str], expected: list[tuple[int | None, int | None, str, int, int]]
) -> None:
    assert change[0] in TEXT
    (found,) = read(TEXT.replace(*change))
    said = [(one.claim, one.line, one.what, int(one.stated), int(one.computed)) for one in imbalances(found)]
    assert said == expected


def test_what_cannot_be_read_is_named() -> None:
    (found,) = read(
        TEXT.replace("CLP*PCN0001*1*300*", "CLP*PCN0001*1*3OO*").replace("DTM*232*20261102", "DTM*232*2026")
    )
    assert found.unreadable == ("CLP03", "DTM02")
    assert found.claims[0].charge == 0


def test_a_debit_is_negative() -> None:
    (found,) = read(TEXT.replace("BPR*I*421*C*", "BPR*I*421*D*"))
    assert found.amount == -421


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", r"no whole X12 interchange \(empty file\)"),
        ("Dear Sir", "not x12"),
        (TEXT[:-200], "no whole X12 interchange"),
        ((FIXTURES / "837p/base_guidance.edi").read_text(encoding="ascii"), "there is no remittance"),
    ],
)
def test_what_is_no_remittance_is_one_sentence(text: str, words: str) -> None:
    with pytest.raises(RemittanceError, match=words) as caught:
        read(text)
    assert "\n" not in str(caught.value)


@settings(max_examples=150)
@given(data=st.data())
def test_a_damaged_remittance_is_read_or_refused(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(TEXT) - 1))
    text = TEXT[:at] + data.draw(st.sampled_from("*~:^X9-. ")) + TEXT[at + data.draw(st.integers(0, 3)) :]
    try:
        for found in read(text):
            imbalances(found)
    except RemittanceError:
        pass


def test_remittances_of_others_are_read() -> None:
    """Where they are present; what is refused is broken by its own account."""
    found = refused = 0
    for path in sorted(CORPUS.glob("*/*835*")) if CORPUS.is_dir() else ():
        with Source.from_path(path) as source:
            try:
                found += sum(len(one.claims) for one in read_remittances(source))
            except RemittanceError:
                refused += 1
    assert not CORPUS.is_dir() or (found > 30 and refused < found)
