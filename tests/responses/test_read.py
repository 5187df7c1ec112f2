from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_guard.acks import AckKind, AckSettings, acknowledgments
from edi_guard.control_numbers import ClockControlNumbers
from edi_guard.engine import Status, process
from edi_guard.findings import Disposition
from edi_guard.responses import ResponseError, Responses, read_responses
from edi_guard.x12 import Source
from tests.conftest import FIXTURES, make_settings
from tests.responses.samples import (
    TA1_REJECTED,
    ack_277,
    ack_999,
    interchange,
    transaction,
)

SETTINGS = make_settings()
FILES = sorted((*FIXTURES.glob("837[pi]/*"), *FIXTURES.glob("demo/*"), *FIXTURES.glob("second/*/*")))


def read(text: str) -> Responses:
    with Source.from_bytes(text.encode("latin-1")) as source:
        return read_responses(source)


def test_an_accepted_group() -> None:
    (group,) = read(interchange(ack_999("7", "A", "AK2*837*0001*005010X222A1", "IK5*A"))).groups
    assert (group.kind, group.control_number, group.version, group.code) == ("HC", "7", "005010X222A1", "A")
    assert (group.sender, group.receiver) == ("CLEARTEST", "EDIGUARDTEST")
    assert not group.is_rejected
    assert group.rejected_transactions == ()


def test_a_refused_transaction_set_and_what_was_wrong() -> None:
    segments = ["AK2*837*0001*005010X222A1", "IK3*NM1*12*2010*8", "IK4*9*67*7*W000000001"]
    segments += ["IK4*2:1*66*1", "IK3*CLM*20**3", "IK5*R*5*I5", "AK2*837*0002*005010X222A1", "IK5*A"]
    (group,) = read(interchange(ack_999("7", "P", *segments))).groups
    first, second = group.transactions
    assert (first.control_number, first.code, first.codes) == ("0001", "R", ("5", "I5"))
    assert [(e.segment, e.position, e.loop, e.codes, e.elements) for e in first.errors] == [
        ("NM1", 12, "2010", ("8", "7", "1"), ("9", "2-1")),
        ("CLM", 20, "", ("3",), ()),
    ]
    assert not second.is_rejected
    assert group.rejected_transactions == ("0001",)
    assert "W000000001" not in repr(group)


def test_the_older_997() -> None:
    body = transaction(
        "997", "", "AK1*HC*3", "AK2*837*0001", "AK3*REF*5**3", "AK4*1*128*1", "AK5*R*5", "AK9*R*1*1*0"
    )
    (group,) = read(interchange(body)).groups
    assert group.is_rejected
    assert group.transactions[0].errors[0].codes == ("3", "1")


def test_a_refused_interchange() -> None:
    (answer,) = read(interchange(ta1=TA1_REJECTED)).interchanges
    assert answer.is_rejected
    assert (answer.control_number, answer.note) == ("000000001", "006")


def test_claims() -> None:
    accepted, rejected, returned = read(
        interchange(ack_277(("PCN1", "A1:20"), ("PCN2", "A7:507"), ("PCN3", "A3:21:85")))
    ).claims
    assert (accepted.claim_number, accepted.payer_number, accepted.charge) == (
        "PCN1",
        "PAYER123",
        Decimal(200),
    )
    assert accepted.batch == "BATCH0001"
    assert [c.is_rejected for c in (accepted, rejected, returned)] == [False, True, True]
    status = returned.statuses[0]
    assert (status.category, status.status, status.entity, status.day) == (
        "A3",
        "21",
        "85",
        date(2026, 11, 24),
    )
    assert "PCN1" not in repr(accepted)


def test_statuses_of_lines_are_not_the_claims() -> None:
    body = ack_277(("PCN1", "A1:20")).replace("SE*20*", "SVC*HC:99213*90~STC*A7:454*20261124*U~SE*22*")
    (claim,) = read(interchange(body)).claims
    assert not claim.is_rejected
    assert [status.category for status in claim.line_statuses] == ["A7"]


def test_everything_in_one_file_with_other_delimiters() -> None:
    text = interchange(ack_999(), ack_277(("PCN1", "A1:20")), ta1=TA1_REJECTED, terminator="\n")
    text = text.replace("*", "|")
    found = read(text)
    assert (len(found.interchanges), len(found.groups), len(found.claims)) == (1, 1, 1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        interchange(ack_999())[:-40],
        (FIXTURES / "837p" / "base_office.edi").read_text(),
        interchange(transaction("277", "005010X212", "HL*1**22*0", "TRN*2*PCN1", "STC*F1:65")),
    ],
)
def test_what_is_no_answer_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(ResponseError) as caught:
        read(text)
    assert "\n" not in str(caught.value)


@given(st.data())
def test_broken_files_are_read_or_refused(data: st.DataObject) -> None:
    text = bytearray(
        interchange(ack_999("7", "R", "AK2*837*1", "IK3*NM1*1", "IK5*R"), ack_277(("P", "A7:1"))).encode()
    )
    for _ in range(data.draw(st.integers(1, 10))):
        text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.integers(0, 255))
    with Source.from_bytes(bytes(text)) as source:
        try:
            read_responses(source)
        except ResponseError as error:
            assert "\n" not in str(error)  # noqa: PT017 - both ends are right


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_what_we_write_ourselves_says_what_it_was_to_say(path: object) -> None:
    from datetime import UTC, datetime
    from pathlib import Path

    assert isinstance(path, Path)
    with Source.from_path(path) as source:
        outcome = process(source, SETTINGS)
        assert outcome.status is Status.PROCESSED
        settings = AckSettings(frozenset(AckKind))
        made = acknowledgments(source, outcome, settings, ClockControlNumbers(), datetime.now(UTC))
        texts = {kind: b"".join(blocks).decode("latin-1") for kind, blocks in made.items() if blocks}
    functional = read(texts[AckKind.FUNCTIONAL])
    assert len(functional.groups) == len({plan.span.group.control_number for plan in outcome.plans})
    assert not any(group.is_rejected for group in functional.groups)
    claims = read(texts[AckKind.CLAIMS]).claims if AckKind.CLAIMS in texts else ()
    told = sorted((claim.claim_number, claim.is_rejected) for claim in claims)
    expected = sorted(
        (claim.id, claim.disposition is Disposition.REJECTED)
        for claim in outcome.claims
        if claim.disposition is not Disposition.HELD
    )
    assert told == expected
