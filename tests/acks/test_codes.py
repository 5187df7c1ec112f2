"""Which fault and which finding becomes which code."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from edi_guard.acks import AckKind
from edi_guard.acks.statuses import claim_statuses, line_statuses
from edi_guard.acks.values import MESSAGE_LENGTH, money, plain, sentence
from edi_guard.engine import SeverityChange
from edi_guard.findings import Finding, Prediction, Severity
from tests.acks.making import made, made_for, said, segments
from tests.builders import fixture
from tests.conftest import make_settings

GUIDANCE = "837p/base_guidance.edi"
OFFICE = "837p/base_office.edi"

# -------------------------------------------------------------------------------- TA1


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("control_number", "001"),
        ("last_terminator", "004"),
        ("version_4010", "017"),
        ("group_count", "021"),
        ("trailing_data", "022"),
        ("transaction_not_closed", "022"),
        ("truncated", "023"),
        ("same_interchange_twice", "025"),
    ],
)
def test_an_interchange_fault_is_refused_with_its_code(name: str, code: str) -> None:
    text = made_for(f"broken/{name}.edi")[AckKind.INTERCHANGE]

    assert segments(text, "TA1") == [f"TA1*000000001*261123*1200*R*{code}"]
    assert segments(text, "GS", "ST") == []


def test_a_sound_interchange_is_confirmed_when_asked_for() -> None:
    assert AckKind.INTERCHANGE not in made_for(OFFICE)
    asked = made_for(OFFICE, ("*000000001*0*T", "*000000001*1*T"))

    assert segments(asked[AckKind.INTERCHANGE], "TA1") == ["TA1*000000001*261123*1200*A*000"]


def test_a_group_that_no_999_can_name_is_told_by_ta1() -> None:
    texts = made_for(OFFICE, ("GS*HC*", "GS*QQ*"))

    assert AckKind.FUNCTIONAL not in texts
    assert segments(texts[AckKind.INTERCHANGE], "TA1") == ["TA1*000000001*261123*1200*E*024"]


def test_test_claims_where_production_is_configured() -> None:
    texts = made(fixture(OFFICE), make_settings(usage="P"))[1]

    assert segments(texts[AckKind.INTERCHANGE], "TA1") == ["TA1*000000001*261123*1200*R*020"]
    assert AckKind.CLAIMS not in texts


@pytest.mark.parametrize("name", ["empty", "not_x12", "short_isa", "same_delimiters", "utf_16"])
def test_what_has_no_readable_header_cannot_be_answered(name: str) -> None:
    assert made_for(f"broken/{name}.edi") == {}


# -------------------------------------------------------------------------------- 999


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("segment_count", ["IK5*R*4", "AK9*R*1*1*0"]),
        ("transaction_count", ["IK5*R", "AK9*R*2*1*0*5"]),
        ("remittance", ["IK5*R*1", "AK9*R*1*1*0"]),
        ("dental", ["IK5*R", "AK9*R*1*1*0*2"]),
        ("same_interchange_twice", ["IK5*R*23", "AK9*R*1*1*0*19"]),
        ("hierarchy_number", ["IK3*HL*12**8", "IK4*1**I12", "IK5*R*I5", "AK9*R*1*1*0"]),
        ("hierarchy_parent", ["IK3*CLM*19**2", "IK5*R*I5", "AK9*R*1*1*0"]),
        ("truncated", ["AK1*HC*1*005010X222A1", "AK9*R*0*0*0*3"]),
    ],
)
def test_a_refused_file_says_why(name: str, ending: list[str]) -> None:
    texts = made_for(f"broken/{name}.edi")

    assert said(texts[AckKind.FUNCTIONAL])[-len(ending) :] == ending
    assert AckKind.CLAIMS not in texts


def test_control_numbers_of_transaction_set_and_group() -> None:
    transaction = made_for(OFFICE, ("SE*29*0001", "SE*29*0002"))[AckKind.FUNCTIONAL]
    group = made_for(OFFICE, ("GE*1*1~", "GE*1*2~"))[AckKind.FUNCTIONAL]

    assert said(transaction)[-2:] == ["IK5*R*3", "AK9*R*1*1*0"]
    assert said(group)[-2:] == ["IK5*R", "AK9*R*1*1*0*4"]


def test_all_passed() -> None:
    assert said(made_for(OFFICE)[AckKind.FUNCTIONAL]) == [
        "AK1*HC*1*005010X222A1",
        "AK2*837*0001*005010X222A1",
        "IK5*A",
        "AK9*A*1*1*1",
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        # Elements carry the guide's codes, with place and claim.
        (("11:B:1*Y", "11:Q:1*Y"), ["IK3*CLM*19*2300*8", "CTX*CLM01:PCN0001", "IK4*5:2**7"]),
        (("PWK*OB*EL***AC*", "PWK*OB*EL****"), ["IK3*PWK*20*2300*8", "CTX*CLM01:PCN0001", "IK4*5**2"]),
        # Above the claims there is no claim to name.
        (("PER*IC*BILLING OFFICE*TE", "PER*IC*BILLING OFFICE*QQ"), ["IK3*PER*4*1000*8", "IK4*3**7"]),
    ],
)
def test_structural_errors_keep_place_and_code(change: tuple[str, str], expected: list[str]) -> None:
    lines = said(made_for(GUIDANCE, change)[AckKind.FUNCTIONAL])

    assert lines[2:-2] == expected
    assert lines[-2:] == ["IK5*E*I5", "AK9*E*1*1*1"]


def test_a_missing_segment_is_named_where_it_was_missed() -> None:
    text = made_for(GUIDANCE, ("HI*ABK:M25511*ABF:M7541~\n", ""), ("SE*30*", "SE*29*"))[AckKind.FUNCTIONAL]

    assert said(text)[2:-2] == ["IK3*HI*21*2300*3", "CTX*CLM01:PCN0001"]


def test_findings_without_the_guides_code_get_their_rules_code() -> None:
    text = made_for(GUIDANCE, ("HL*2*1*22*0", "HL*2*1*22*1"))[AckKind.FUNCTIONAL]

    assert said(text)[2:-2] == ["IK3*HL*12*2000*8", "IK4*4**7"]


def test_bad_values_are_not_repeated() -> None:
    text = made_for(GUIDANCE, ("*MI*W000000001", "*XX*W000000001"))[AckKind.FUNCTIONAL]

    assert "IK3*NM1" in text
    assert "W000000001" not in text


def test_a_superseded_guide() -> None:
    text = made_for(OFFICE, ("005010X222A1", "005010X222"))[AckKind.FUNCTIONAL]

    assert said(text)[-1] == "AK9*E*1*1*1*2"


def test_guides_that_differ() -> None:
    text = made_for(OFFICE, ("*X*005010X222A1", "*X*005010X222A2"))[AckKind.FUNCTIONAL]

    assert said(text)[-2:] == ["IK5*E*I6", "AK9*E*1*1*1*2"]


def test_an_empty_segment() -> None:
    text = made_for(OFFICE, ("HI*ABK", "~HI*ABK"))[AckKind.FUNCTIONAL]

    assert said(text)[-2:] == ["IK5*E*5", "AK9*E*1*1*1"]


# ------------------------------------------------------------------------------ 277CA


def _finding(rule: str = "PAIR101", *statuses: str, line: int | None = None) -> Finding:
    predicts = Prediction(claim_status=statuses)
    return Finding(rule, Severity.REJECT, "what is wrong", predicts=predicts, line=line)


@pytest.mark.parametrize(
    ("rule", "predicted", "expected"),
    [
        ("ID201", ("A7:562:85",), ("A7:562:85",)),
        ("PAIR101", ("A8:736", "A8:187"), ("A8:736", "A8:187")),
        ("ID202", ("A7:164:IL",), ("A7:164:IL",)),
        ("ID202", ("A7:164:??",), ("A7:21",)),
        ("ID202", ("A7:164:XYZ",), ("A7:164",)),
        ("AUTH101", ("A6:252", "R1:294"), ("A6:252",)),
        ("CODE201", (), ("A7:21",)),
        ("PAIR101", (), ("A3:21",)),
        ("PAIR101", ("R1:294",), ("A3:21",)),
        ("X101", ("A7:1", "A7:2", "A7:3", "A7:4"), ("A7:1", "A7:2", "A7:3")),
    ],
)
def test_a_finding_becomes_its_prediction(
    rule: str, predicted: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    (status,) = claim_statuses([_finding(rule, *predicted)])

    assert status.statuses == expected
    assert status.message == "what is wrong"


def test_what_is_the_same_is_said_once() -> None:
    twice = [_finding("ID201", "A7:562", line=1), _finding("ID201", "A7:562", line=2)]

    assert len(claim_statuses(twice)) == 1
    assert line_statuses([*twice, _finding("DATE201", "A7:187")]) == ("A7:562", "A7:187")


def test_a_rejected_claim_without_a_finding_still_has_a_status() -> None:
    (status,) = claim_statuses([])

    assert status.statuses == ("A3:21",)


def test_messages_fit_and_hold_no_delimiter() -> None:
    text = sentence("one: two*three~four^five\nsix " + "word " * 100)

    assert text.startswith("one; two three four five six word")
    assert len(text) <= MESSAGE_LENGTH
    assert text.endswith("word")
    assert len(sentence("x" * 500)) == MESSAGE_LENGTH


def test_values_fit_their_elements() -> None:
    assert plain(" M\xdcLLER ", 60) == "MULLER"
    assert plain("A:B*C", 60) == "A B C"
    assert plain("\x00", 60, "UNKNOWN") == "UNKNOWN"
    assert plain("1", 80, "UNKNOWN", 2) == "UNKNOWN"
    assert [money(Decimal(text)) for text in ("300.00", "0.50", "1E+3", "-0.0")] == [
        "300",
        "0.5",
        "1000",
        "0",
    ]
    assert money(None) == "0"


def test_clean_rejected_and_held_claims() -> None:
    outcome, texts = made(fixture("demo/professional.837"))
    text = texts[AckKind.CLAIMS]
    ids = {claim.disposition.value: claim.id for claim in outcome.claims}

    assert f"TRN*2*{ids['clean']}~STC*A1:20*20261123*WQ*" in text
    assert f"TRN*2*{ids['rejected']}~STC*A8:735*20261123*U*330********" in text
    assert ids["held"] not in text


def test_all_held_is_not_answered_yet() -> None:
    hold = SeverityChange("PAIR101", Severity.HOLD)
    text = fixture(GUIDANCE).replace("HC:20610:RT", "HC:99213")
    settings = replace(make_settings(), severities=(hold, SeverityChange("THER", Severity.HOLD)))
    texts = made(text, settings)[1]

    assert AckKind.CLAIMS not in texts
    assert said(texts[AckKind.FUNCTIONAL])[-2:] == ["IK5*E*I5", "AK9*E*1*1*1"]


def test_findings_above_the_claims_reject_each_claim_below() -> None:
    text = made_for(GUIDANCE, ("1999900016", "1999900017"))[AckKind.CLAIMS]

    assert "STC*A7:562:85*20261123*U*300********" in text
    assert "QTY*AA*1~AMT*YY*300~" in text


def test_lines_are_named_with_what_is_wrong() -> None:
    texts = made_for("demo/institutional.837")
    (claim, *_) = texts[AckKind.CLAIMS].split("~SVC*")[1:]

    assert claim.split("~")[1].startswith("STC*A")
    assert "*U" in claim.split("~")[1]


def test_an_institutional_claim_names_its_bill_type() -> None:
    assert "~REF*BLT*131~DTP*472*" in made_for("837i/base_outpatient.edi")[AckKind.CLAIMS]


def test_a_dependent_is_the_patient_under_the_subscribers_number() -> None:
    assert "NM1*QC*1*DOE*SAM****MI*W000000001~" in made_for("837p/base_dependent.edi")[AckKind.CLAIMS]


def test_nothing_of_a_patient_beyond_what_the_guide_requires() -> None:
    texts = made_for(GUIDANCE, ("HI*ABK:M25511", "HI*ABK:S83241A"), ("D8*19700101", "D8*19711213"))
    shown = "".join(texts.values())

    assert "DOE*JANE" in texts[AckKind.CLAIMS]
    assert "DOE" not in texts[AckKind.FUNCTIONAL]
    assert [mark for mark in ("S83241A", "19711213", "200 OAK AVENUE", "M7541") if mark in shown] == []
