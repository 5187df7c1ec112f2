"""Every acknowledgment of every fixture is valid, complete, and counts right."""

from __future__ import annotations

import random
from decimal import Decimal
from itertools import pairwise

import pytest

from edi_guard.acks import AckKind, AckSettings
from edi_guard.engine import Outcome, Status
from edi_guard.findings import Disposition
from tests.acks.making import envelope_of, errors_of_pyx12, made, made_for, segments
from tests.builders import fixture
from tests.conftest import FIXTURES, effort

FILES = sorted(
    path.relative_to(FIXTURES).as_posix()
    for path in FIXTURES.glob("*/*")
    if path.suffix in (".edi", ".837") and path.parent.name != "build"
)
BASES = ["837p/base_guidance.edi", "837p/base_dependent.edi", "837i/base_outpatient.edi"]


def _prove(outcome: Outcome, texts: dict[AckKind, str]) -> None:
    for kind, text in texts.items():
        assert errors_of_pyx12(text) == "", kind
        assert envelope_of(text).faults == []
    _prove_functional(outcome, texts)
    _prove_claims(outcome, texts.get(AckKind.CLAIMS, ""))


def _prove_functional(outcome: Outcome, texts: dict[AckKind, str]) -> None:
    groups = [group for i in outcome.envelope.interchanges for group in i.groups]
    text = texts.get(AckKind.FUNCTIONAL, "")

    assert len(segments(text, "AK1")) == len(segments(text, "AK9")) == len(groups)
    assert len(segments(text, "AK2")) == len(segments(text, "IK5")) == len(outcome.envelope.transactions)
    verdicts = {part.split("*")[1] for part in segments(text, "AK9", "IK5")}
    if outcome.status is Status.FAILED:
        assert verdicts <= {"R"}
    else:
        assert "R" not in verdicts
        assert ("E" in verdicts) == any(c.disposition is not Disposition.CLEAN for c in outcome.claims) or (
            "IK3" in text
        )


def _prove_claims(outcome: Outcome, text: str) -> None:
    clean = [c for c in outcome.claims if c.disposition is Disposition.CLEAN]
    rejected = [c for c in outcome.claims if c.disposition is Disposition.REJECTED]
    answered = sorted(c.id for c in [*clean, *rejected])
    levels = [level for level in text.split("~HL*") if level.split("~")[0].endswith("*PT")]
    # The last level of a transaction set runs into the next one, whose traces are not of claims.
    traces = [trace for level in levels for trace in segments(level.split("~SE*")[0], "TRN")]
    named = sorted(trace.split("*")[2] for trace in traces)

    assert bool(text) == bool(answered)
    assert named == answered
    for qualifiers, claims in ((("90", "QA"), clean), (("AA", "QC"), rejected)):
        for qualifier in qualifiers:
            counts = [int(p.split("*")[2]) for p in segments(text, "QTY") if p.split("*")[1] == qualifier]
            assert sum(counts) == len(claims)
    for qualifier, claims in (("YU", clean), ("YY", rejected)):
        amounts = [Decimal(p.split("*")[2]) for p in segments(text, "AMT") if p.split("*")[1] == qualifier]
        # Once for the receiver, once for the provider.
        assert sum(amounts) == 2 * sum(c.charge or Decimal(0) for c in claims)
    _prove_hierarchy(text)


def _prove_hierarchy(text: str) -> None:
    for part in text.split("ST*277*")[1:]:
        numbers = [int(hl.split("*")[1]) for hl in segments(part, "HL")]
        assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("name", FILES)
def test_every_fixture_gets_valid_answers(name: str) -> None:
    outcome, texts = made(fixture(name))

    _prove(outcome, texts)


def _mutated(base: str, chance: random.Random) -> str:
    parts = fixture(base).split("~\n")
    index = chance.randrange(3, len(parts) - 4)
    elements = parts[index].split("*")
    kind = chance.choice(["drop", "double", "blank", "spoil"])
    if kind == "drop":
        del parts[index]
    elif kind == "double":
        parts.insert(index, parts[index])
    else:
        place = chance.randrange(1, len(elements))
        elements[place] = "" if kind == "blank" else "\xd6 x^:y"
        parts[index] = "*".join(elements)
    se = next(i for i, part in enumerate(parts) if part.startswith("SE*"))
    st = next(i for i, part in enumerate(parts) if part.startswith("ST*"))
    parts[se] = f"SE*{se - st + 1}*0001"
    return "~\n".join(parts)


def _check_mutations(base: str, number: int) -> None:
    chance = random.Random(base)  # noqa: S311 - a reproducible choice, no secret
    for _ in range(number):
        _, texts = made(_mutated(base, chance))
        for kind, text in texts.items():
            assert errors_of_pyx12(text) == "", kind
            assert envelope_of(text).faults == []


@pytest.mark.parametrize("base", BASES)
def test_faulty_claims_get_valid_answers(base: str) -> None:
    _check_mutations(base, 6)


@pytest.mark.deep
@pytest.mark.parametrize("base", BASES)
def test_many_faulty_claims_get_valid_answers(base: str) -> None:
    _check_mutations(base, effort(30))


def test_control_numbers_are_never_the_same() -> None:
    texts = made(fixture("delimiters/two_interchanges.edi"))[1]
    used = [
        part.split("*")[index]
        for text in texts.values()
        for part in segments(text, "ISA", "GS", "BHT")
        for identifier, index in (("ISA", 13), ("GS", 6), ("BHT", 3))
        if part.split("*")[0] == identifier
    ]

    assert len(used) == len(set(used)) == 10
    assert all(first < second for first, second in pairwise(used))


def test_sender_and_receiver_change_places() -> None:
    for text in made_for("837p/base_office.edi").values():
        (isa,), (gs,) = segments(text, "ISA"), segments(text, "GS")

        assert isa.split("*")[6].strip() == gs.split("*")[2] == "CLEARTEST"
        assert isa.split("*")[8].strip() == gs.split("*")[3] == "EDIGUARDTEST"
        assert isa.split("*")[15] == "T"


def test_line_breaks_are_a_choice() -> None:
    text = fixture("837p/base_office.edi")
    plain = made(text)[1][AckKind.FUNCTIONAL]
    broken = made(text, wanted=AckSettings(line_breaks=True))[1][AckKind.FUNCTIONAL]

    assert "\n" not in plain
    assert broken.replace("~\n", "~") == plain


def test_only_the_kinds_wanted_are_made() -> None:
    wanted = AckSettings(frozenset({AckKind.FUNCTIONAL}))

    assert set(made(fixture("837p/base_office.edi"), wanted=wanted)[1]) == {AckKind.FUNCTIONAL}
