"""Answers find their claims and lines, and what finds none is counted with the reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_guard.backtest.claim_join import Answer, Confidence, Unjoined, answers_of, join_claims
from edi_guard.backtest.line_join import LineMatch, join_lines
from edi_guard.backtest.sent import SentClaim, SentLine, batch_of, sent_claim
from edi_guard.claims import ClaimKind, Period, read_claims
from edi_guard.remittance import AdjustmentReason, RemittedClaim, RemittedLine, read_remittances
from edi_guard.x12 import EnvelopeReader, Source
from tests.backtest.making import batch
from tests.builders import fixture
from tests.conftest import FIXTURES

if TYPE_CHECKING:
    from collections.abc import Sequence

DAY = date(2026, 11, 2)


def line(number: int, code: str = "20610", charge: int = 100, control: str = "", day: date = DAY) -> SentLine:
    return SentLine(number, code, (), "", Decimal(charge), Period(day, day), control)


def decided(
    number: int, code: str = "20610", charge: int = 100, control: str = "", billed: str = "", day: date = DAY
) -> RemittedLine:
    return RemittedLine(
        number=number,
        code=code,
        modifiers=(),
        billed_code=billed or code,
        billed_modifiers=(),
        revenue_code="",
        charge=Decimal(charge),
        paid=Decimal(0),
        units=Decimal(1),
        billed_units=Decimal(1),
        first=day,
        last=day,
        control_number=control,
        adjustments=(AdjustmentReason("CO", "97", Decimal(charge)),),
        remarks=(),
    )


def matched(sent: Sequence[SentLine], answered: Sequence[RemittedLine]) -> list[tuple[int, int, LineMatch]]:
    found = join_lines(sent, answered)
    return [(number, answer.number, by) for number, answer, by in found.matches]


def test_lines_by_their_control_number_whatever_their_order() -> None:
    sent = [line(1, control="A1"), line(2, control="a2")]
    assert matched(sent, [decided(1, control="A2"), decided(2, control="A1")]) == [
        (1, 2, LineMatch.CONTROL_NUMBER),
        (2, 1, LineMatch.CONTROL_NUMBER),
    ]


def test_lines_without_control_numbers_by_what_they_say() -> None:
    sent = [line(1, "20610", 180), line(2, "G4000", 120)]
    assert matched(sent, [decided(1, "G4000", 120), decided(2, "20611", 180, billed="20610")]) == [
        (1, 2, LineMatch.EXACT),
        (2, 1, LineMatch.EXACT),
    ]


def test_a_control_number_that_several_lines_have_is_no_sure_sign() -> None:
    sent = [line(1, "20610", control="X"), line(2, "G4000", control="X")]
    found = matched(sent, [decided(1, "20610", control="X"), decided(2, "G4000", control="X")])
    assert [(one, two) for one, two, _ in found] == [(1, 1), (2, 2)]


def test_a_line_that_was_split() -> None:
    assert matched([line(1, charge=100)], [decided(1, charge=60), decided(2, charge=40)]) == [
        (1, 1, LineMatch.SPLIT),
        (1, 2, LineMatch.SPLIT),
    ]
    assert matched(
        [line(1, control="A")], [decided(1, charge=60, control="A"), decided(2, charge=40, control="A")]
    ) == [
        (1, 1, LineMatch.CONTROL_NUMBER),
        (1, 2, LineMatch.CONTROL_NUMBER),
    ]


def test_a_line_whose_charge_or_modifiers_the_payer_changed() -> None:
    sent = [line(1, "20610", 180), line(2, "G4000", 120)]
    assert matched(sent, [decided(1, "G4000", 100), decided(2, "20610", 180)]) == [
        (1, 2, LineMatch.EXACT),
        (2, 1, LineMatch.CODE_DAY),
    ]
    other_day = decided(1, "G4000", 100, day=date(2026, 11, 3))
    assert join_lines(sent, [other_day]).unanswered == (1, 2)


def test_an_answer_with_one_line_number_for_several_lines() -> None:
    sent = [line(1, "80048", 30, "A"), line(2, "84443", 20, "B"), line(3, "99213", 90, "C")]
    answered = [decided(1, "80050", 50, "A"), decided(2, "99213", 90, "C")]
    assert matched(sent, answered) == [
        (1, 1, LineMatch.CONTROL_NUMBER),
        (2, 1, LineMatch.BUNDLED),
        (3, 2, LineMatch.CONTROL_NUMBER),
    ]


def test_lines_that_were_bundled() -> None:
    sent = [line(1, "80048", 30), line(2, "84443", 20)]
    assert matched(sent, [decided(1, "80050", 50)]) == [(1, 1, LineMatch.BUNDLED), (2, 1, LineMatch.BUNDLED)]


def test_what_belongs_nowhere_is_said() -> None:
    found = join_lines([line(1), line(2, "G4000")], [decided(1), decided(2, "99999", 7)])
    assert found.unanswered == (2,)
    assert [answer.number for answer in found.unmatched] == [2]
    assert matched([line(1, "20610", 5)], [decided(1, "99999", 7)]) == [(1, 1, LineMatch.ONLY_LINE)]


@given(
    sent=st.lists(
        st.tuples(st.sampled_from("ABC"), st.integers(1, 3), st.sampled_from(["", "1", "2"])), max_size=5
    ),
    answered=st.lists(
        st.tuples(st.sampled_from("ABC"), st.integers(1, 3), st.sampled_from(["", "1", "2"])), max_size=5
    ),
)
def test_no_line_is_dropped_or_answered_twice(
    sent: list[tuple[str, int, str]], answered: list[tuple[str, int, str]]
) -> None:
    lines = [line(n, code, charge, control) for n, (code, charge, control) in enumerate(sent, 1)]
    answers = [decided(n, code, charge, control) for n, (code, charge, control) in enumerate(answered, 1)]
    found = join_lines(lines, answers)
    numbers = {number for number, _, _ in found.matches}
    assert numbers.isdisjoint(found.unanswered)
    assert numbers | set(found.unanswered) == {one.number for one in lines}
    used = {answer.number for _, answer, _ in found.matches}
    assert used.isdisjoint(answer.number for answer in found.unmatched)
    assert used | {answer.number for answer in found.unmatched} == {one.number for one in answers}


# --------------------------------------------------------------------- claims


def claim(number: int, identifier: str = "PCN0001", charge: int = 100, **changes: object) -> SentClaim:
    made = SentClaim(
        key=("a.837", number),
        id=identifier,
        kind="837P",
        payer="60054",
        billing="1999900016",
        member="W1",
        charge=Decimal(charge),
        frequency="1",
        original="",
        batch=batch(),
        lines=(line(1, charge=charge),),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def answer(
    identifier: str = "PCN0001",
    charge: int = 100,
    control: str = "P1",
    day: date = date(2026, 11, 20),
    **changes: object,
) -> Answer:
    made = RemittedClaim(
        ordinal=1,
        id=identifier,
        status_code="22" if charge < 0 else "1",
        charge=Decimal(charge),
        paid=Decimal(0),
        patient_responsibility=Decimal(0),
        payer_control_number=control,
        facility_code="11",
        frequency="1",
        patient="W1",
        rendering="",
        first=DAY,
        last=DAY,
        received=None,
        adjustments=(),
        remarks=(),
        lines=(),
    )
    return Answer(replace(made, **changes), "60054", "1999900016", day, "era.835")  # type: ignore[arg-type]


def test_a_claim_by_its_number() -> None:
    (joined,) = join_claims([claim(1)], [answer("pcn0001 ")]).claims
    assert [confidence for _, confidence in joined.answers] == [Confidence.CERTAIN]


def test_a_number_that_was_cut_off() -> None:
    sent = [claim(1, "PCN00000000000000000000001"), claim(2, "PCN9")]
    (joined, _) = join_claims(sent, [answer("PCN00000000000")]).claims
    assert len(joined.answers) == 1


def test_a_number_that_was_used_before_is_told_apart_by_charge_and_days() -> None:
    last_year = Period(date(2025, 3, 1), date(2025, 3, 1))
    older = claim(
        1, charge=90, batch=batch(date(2025, 3, 5)), lines=(replace(line(1, charge=90), period=last_year),)
    )
    found = join_claims([older, claim(2)], [answer()]).claims
    assert [len(one.answers) for one in found] == [0, 1]


def test_without_a_number_by_patient_charge_and_days() -> None:
    (joined,) = join_claims([claim(1)], [answer("SOMETHING")]).claims
    assert [confidence for _, confidence in joined.answers] == [Confidence.LIKELY]


def test_what_finds_no_claim_is_counted_with_the_reason() -> None:
    like = [claim(1, "A1"), claim(2, "A2")]
    assert [why for _, why in join_claims(like, [answer("B")]).unjoined] == [Unjoined.AMBIGUOUS]
    assert [why for _, why in join_claims([], [answer()]).unjoined] == [Unjoined.NO_CLAIM]
    assert [why for _, why in join_claims([claim(1)], [answer(charge=-100)]).unjoined] == [
        Unjoined.NOT_REVERSED
    ]


def test_nothing_answers_what_was_not_sent_yet() -> None:
    for patient in ("W1", ""):
        found = join_claims([claim(1)], [answer(day=date(2026, 11, 1), patient=patient)])
        assert found.claims[0].answers == []
        assert [why for _, why in found.unjoined] == [Unjoined.NO_CLAIM]


def test_a_reversal_takes_back_and_the_correction_stands() -> None:
    found = join_claims(
        [claim(1)],
        [
            answer(),
            answer(charge=-100, day=date(2026, 12, 1)),
            answer(control="P2", day=date(2026, 12, 1), paid=Decimal(80)),
        ],
    )
    (joined,) = found.claims
    assert [one.claim.paid for one, _ in joined.answers] == [80]
    assert len(joined.reversed) == 1
    assert found.unjoined == ()


def test_a_replacement_has_its_own_answer() -> None:
    corrected = claim(2, frequency="7", original="P1", batch=batch(date(2026, 11, 25)))
    found = join_claims(
        [claim(1), corrected], [answer(), answer(control="P2", day=date(2026, 12, 10), frequency="7")]
    )
    assert [[one.claim.payer_control_number for one, _ in joined.answers] for joined in found.claims] == [
        ["P1"],
        ["P2"],
    ]


def which(sent: Sequence[SentClaim], *answers: Answer) -> list[int]:
    """Return how many answers each claim has."""
    return [len(one.answers) for one in join_claims(sent, answers).claims]


@pytest.mark.parametrize(
    ("other", "changes"),
    [
        (claim(1, charge=90), {}),
        (claim(1, lines=(line(1, day=date(2026, 10, 1)),)), {}),
        (claim(1, billing="1999900024"), {}),
        (claim(1, member="W2"), {}),
        (claim(1, payer="62308"), {}),
        (claim(1), {"frequency": "7"}),
        (claim(1, batch=batch(date(2026, 11, 30))), {}),
    ],
    ids=["charge", "days", "payee", "patient", "payer", "frequency", "day sent"],
)
def test_of_two_claims_with_a_number_the_one_that_the_answer_repeats(
    other: SentClaim, changes: dict[str, Any]
) -> None:
    own = claim(2, **changes)
    assert which([other, own], answer(**changes)) == [0, 1]
    assert which([own, other], answer(**changes)) == [1, 0]


def test_of_claims_that_fit_alike_the_first_without_an_answer() -> None:
    """Payers answer in the order sent; an answer more than there are claims belongs to none for certain."""
    twins = [claim(1), claim(2)]
    assert which(twins, answer()) == [1, 0]
    assert which(twins, answer(), answer(control="P2")) == [1, 1]
    found = join_claims(twins, [answer(), answer(control="P2"), answer(control="P3")])
    assert [why for _, why in found.unjoined] == [Unjoined.AMBIGUOUS]


def test_the_first_standing_answer_decides() -> None:
    (joined,) = join_claims([claim(1)], [answer(), answer(control="P2", day=date(2026, 12, 1))]).claims
    assert joined.deciding is not None
    assert joined.deciding.claim.payer_control_number == "P1"


def test_a_reversal_takes_the_newest_answer_back() -> None:
    days = [date(2026, 11, number) for number in (20, 21, 22)]
    back = answer(charge=-100, control="", day=days[2])
    (joined,) = join_claims(
        [claim(1)], [answer(day=days[0]), answer("PCN0001", 100, "P2", days[1]), back]
    ).claims
    assert [one.claim.payer_control_number for one in joined.reversed] == ["P2"]
    assert joined.deciding is not None
    assert joined.deciding.claim.payer_control_number == "P1"


def test_a_reversal_of_another_charge_or_payer_takes_nothing_back() -> None:
    other_payer = replace(answer(charge=-100), payer="62308")
    for back in (answer(charge=-90), other_payer):
        found = join_claims([claim(1)], [answer(), back])
        assert [len(one.answers) for one in found.claims] == [1]
        assert [why for _, why in found.unjoined] == [Unjoined.NOT_REVERSED]


def test_what_was_decided_before_a_replacement_took_its_place() -> None:
    corrected = claim(2, frequency="7", original="P1", batch=batch(date(2026, 11, 25)))
    back = answer(charge=-100, day=date(2026, 12, 1))
    replaced, other = (
        join_claims(sent, [answer(), back]).claims[0] for sent in ([claim(1), corrected], [claim(1)])
    )
    assert replaced.deciding is not None
    assert replaced.deciding.claim.payer_control_number == "P1"
    assert other.deciding is None


def test_real_files_from_end_to_end() -> None:
    """The fixtures' own claim and remittance."""
    with Source.from_bytes(fixture("837p/base_guidance.edi").encode("latin-1")) as source:
        (text,) = EnvelopeReader(source)
        (claims,) = [read_claims(text, ClaimKind.PROFESSIONAL, 1).claims]
    sent = [sent_claim(one, "a.837", batch_of(text)) for one in claims]
    with Source.from_path(FIXTURES / "835" / "every_kind.835") as source:
        answers = answers_of(("era.835", one) for one in read_remittances(source))
    found = join_claims(sent, answers)
    (lines,) = found.claims[0].lines()
    assert [(number, one.code) for number, one, _ in lines.matches] == [(1, "20610"), (2, "G4000")]
    assert {why for _, why in found.unjoined} == {Unjoined.NO_CLAIM, Unjoined.NOT_REVERSED}
