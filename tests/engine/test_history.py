"""What left with earlier files: how a claim is recognized, and what knowing of it changes."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from edi_guard.claims import Period
from edi_guard.claims.values import plain_amount, shifted
from edi_guard.engine import Mode, Status, process
from edi_guard.engine.glance import glance_of, likeness_of, patient_mark
from edi_guard.engine.reading import read_file
from edi_guard.findings import Disposition
from edi_guard.guide import CompiledGuide
from edi_guard.guide.pyx12_guide import Pyx12Guide
from edi_guard.outputs import render
from edi_guard.policy import load_policies
from edi_guard.report import exit_code, make_report
from edi_guard.rules.context import Context
from edi_guard.rules.facts import ClaimFact, FileFacts, LineFact, claim_fact
from edi_guard.x12 import Source
from tests.builders import build, fixture
from tests.cli.test_never_crashes import _recounted
from tests.conftest import FIXTURES, TODAY, make_settings
from tests.earlier import DAY, FILE, EarlierFiles

if TYPE_CHECKING:
    from datetime import date

    from edi_guard.engine import Outcome, Settings

FILES = sorted(
    path.relative_to(FIXTURES).as_posix()
    for folder in ("837p", "837i", "demo", "second")
    for path in (FIXTURES / folder).rglob("*.*")
    if path.suffix in (".edi", ".837")
)
SETTINGS = make_settings(guide=CompiledGuide())
NO_LEDGER = {"DUP901", "FREQ901"}
WITH_LEDGER = " or of earlier files"
every_file = pytest.mark.parametrize("name", FILES)


def _process(text: str, settings: Settings) -> Outcome:
    with Source.from_bytes(text.encode("latin-1")) as source:
        return process(source, settings)


@cache
def _sent_before(name: str) -> EarlierFiles:
    return EarlierFiles.of(fixture(name), SETTINGS)


# ------------------------------------------------------------- recognizing a claim


@every_file
def test_a_glance_a_claim_and_its_facts_are_alike(name: str) -> None:
    context = Context(today=TODAY, policies=SETTINGS.policies, facts=FileFacts())
    with Source.from_bytes(fixture(name).encode("latin-1")) as source:
        pairs = [
            pair
            for work in read_file(source, SETTINGS, context).work
            for pair in zip(work.glances, work.plan.read(source).claims, strict=True)
        ]

    assert pairs
    for glance, claim in pairs:
        assert glance.likeness == glance_of(claim).likeness == likeness_of(claim_fact(claim))


def _fact(charge: str | None, patient: tuple[str, ...] = ("W1", "DOE", "JANE", "19700101")) -> ClaimFact:
    amount = None if charge is None else Decimal(charge)
    line = LineFact(1, "20610", (), Period(DAY, DAY), "", None, amount)
    return ClaimFact(
        ordinal=1,
        id="PCN1",
        patient=patient,
        payer="60054",
        billing="1999900016",
        frequency="1",
        charge=amount,
        inpatient_procedure=False,
        lines=(line,),
    )


def test_marks_are_those_that_ledgers_keep() -> None:
    """A ledger outlives the process and the machine: these numbers may never change."""
    assert patient_mark(("W1", "DOE", "JANE", "19700101")) == 15896974660264547047
    assert likeness_of(_fact("120")) == 8091244660169464430


@pytest.mark.parametrize("other", ["120.0", "120.00", "0120", "120."])
def test_amounts_count_by_value(other: str) -> None:
    assert likeness_of(_fact(other)) == likeness_of(_fact("120"))
    assert _fact(other).fingerprint == _fact("120").fingerprint


@pytest.mark.parametrize("other", ["12", "1200", "120.01", "-120", None])
def test_other_amounts_are_not_alike(other: str | None) -> None:
    assert likeness_of(_fact(other)) != likeness_of(_fact("120"))
    assert _fact(other).fingerprint != _fact("120").fingerprint


def test_no_amount_is_not_zero() -> None:
    assert [plain_amount(amount) for amount in (None, Decimal(0), Decimal("0.00"), Decimal("-0"))] == [
        "",
        "0",
        "0",
        "0",
    ]


@pytest.mark.parametrize(
    "other",
    [
        ("W1\x1fDOE", "JANE", "19700101", ""),
        ("W1DOE", "", "JANE", "19700101"),
        ("W1", "DOE", "JANE19700101", ""),
        ("", "W1", "DOE", "JANE"),
    ],
)
def test_what_stands_in_which_part_of_a_patients_key_counts(other: tuple[str, ...]) -> None:
    assert patient_mark(other) != patient_mark(("W1", "DOE", "JANE", "19700101"))


def test_capitals_beyond_latin_1_are_told_apart() -> None:
    keys = [("W1", name.upper(), "", "") for name in ("MU\xffOZ", "MU\xb5OZ", "MU?OZ", "MU\xdfOZ")]

    assert len({patient_mark(key) for key in keys}) == len(keys)


# ------------------------------------------------------------ what a ledger changes


def _said(text: str, settings: Settings) -> dict[str, Any]:
    """Return the report without what is said only because there is no ledger."""
    report: dict[str, Any] = json.loads(render("json", [make_report(_process(text, settings))]))
    report["findings"] = [f for f in report["findings"] if f["rule"] not in NO_LEDGER]
    report["summary"]["findings"].pop("info")
    return report


@every_file
def test_an_empty_ledger_changes_nothing_else(name: str) -> None:
    without, given = SETTINGS, replace(SETTINGS, history=EarlierFiles())

    known = _process(fixture(name), given)
    assert NO_LEDGER.isdisjoint(shared.finding.rule for shared in known.findings)
    assert json.dumps(_said(fixture(name), given)).replace(WITH_LEDGER, "") == json.dumps(
        _said(fixture(name), without)
    )


def test_an_empty_ledger_silences_both_rules_that_lack_one() -> None:
    policies = load_policies(example_payers=True)
    settings = replace(SETTINGS, policies=policies)
    text = fixture("837p/base_example_payer.edi")

    rules = {shared.finding.rule for shared in _process(text, settings).findings}
    assert rules >= NO_LEDGER
    known = _process(text, replace(settings, history=EarlierFiles()))
    assert {shared.finding.rule for shared in known.findings} == rules - NO_LEDGER


@every_file
def test_a_file_that_left_before_is_all_duplicates(name: str) -> None:
    with Source.from_bytes(fixture(name).encode("latin-1")) as source:
        outcome = process(source, replace(SETTINGS, history=_sent_before(name)))
        claims = [claim for plan in outcome.plans for claim in plan.read(source).claims]

    reported = {
        claim.ordinal: [finding.message for finding in claim.findings if finding.rule == "DUP304"]
        for claim in outcome.claims
    }
    assert claims
    for claim in claims:
        words = reported[claim.ordinal]
        assert len(words) == (0 if claim.is_resubmission or not claim.lines else 1)
        assert all(f"{DAY}" in message and FILE in message for message in words)


def test_a_claim_without_services_is_no_duplicate() -> None:
    text = fixture("837p/base_office.edi")
    text = _recounted(text[: text.index("LX*1~")] + text[text.index("SE*29*") :])

    outcome = _process(text, replace(SETTINGS, history=EarlierFiles.of(text, SETTINGS)))
    assert outcome.status is Status.PROCESSED
    assert [f.rule for claim in outcome.claims for f in claim.findings if f.rule == "DUP304"] == []


def test_a_payers_own_replacement_is_compared_with_nothing() -> None:
    name = "second/837p/replacement.edi"
    outcome = _process(fixture(name), replace(SETTINGS, history=_sent_before(name)))

    rules = {finding.rule for claim in outcome.claims for finding in claim.findings}
    assert not {"DUP304", "DOC304"} & rules


# ------------------------------------------------------------------- primaries


def _claim(number: str, *lines: build.Line, **changes: Any) -> build.Claim:
    return build.Claim(number, lines, middle=(("PWK", "OB", "EL", "", "", "AC", f"D{number}"),), **changes)


def _file(*claims: build.Claim) -> str:
    subscriber = build.Subscriber("DOE", "JANE", "W1", claims)
    text: str = build.single(build.PROFESSIONAL, build.Provider("CLINIC", 1, (subscriber,)))
    return text


THERAPY, TARGET = build.Line("20610:RT", "180"), build.Line("G4000:RT", "120")


def test_a_line_says_that_its_procedure_left_before() -> None:
    history = EarlierFiles.of(_file(_claim("OLD1", THERAPY)), SETTINGS)

    (claim,) = _process(_file(_claim("NEW1", TARGET)), replace(SETTINGS, history=history)).claims
    (target,) = claim.target_lines
    assert (target.primary_lines, target.primary_claims, target.primary_earlier) == ((), (), True)
    assert claim.findings == ()


def test_a_procedure_that_left_needs_no_claim_of_the_file_to_leave() -> None:
    """The file's other procedure is on a rejected claim."""
    history = EarlierFiles.of(_file(_claim("OLD1", THERAPY)), SETTINGS)
    text = _file(_claim("NEW1", replace(THERAPY, charge="190"), total="1"), _claim("NEW2", TARGET))

    rejected, paired = _process(text, replace(SETTINGS, history=history)).claims
    assert rejected.disposition is Disposition.REJECTED
    assert (paired.disposition, paired.findings) == (Disposition.CLEAN, ())
    assert [f.rule for f in _process(text, SETTINGS).claims[1].findings] == ["PAIR304"]


def test_a_procedure_on_the_claim_is_named_beside_an_earlier_one() -> None:
    history = EarlierFiles.of(_file(_claim("OLD1", build.Line("20550:RT", "110"))), SETTINGS)
    settings = replace(SETTINGS, history=history)

    (claim,) = _process(_file(_claim("NEW1", THERAPY, TARGET)), settings).claims
    assert (claim.target_lines[0].primary_lines, claim.target_lines[0].primary_earlier) == ((1,), True)
    assert claim.findings == ()


def test_without_an_earlier_one_the_line_says_so() -> None:
    settings = replace(SETTINGS, history=EarlierFiles())

    (claim,) = _process(_file(_claim("NEW1", THERAPY, TARGET)), settings).claims
    assert not claim.target_lines[0].primary_earlier


@pytest.mark.parametrize(("history", "words"), [(None, ""), (EarlierFiles(), WITH_LEDGER)])
def test_what_was_looked_through_is_said(history: EarlierFiles | None, words: str) -> None:
    (claim,) = _process(_file(_claim("NEW1", TARGET)), replace(SETTINGS, history=history)).claims

    (finding,) = claim.findings
    assert finding.rule == "PAIR101"
    assert finding.message.endswith(f"on this claim or another one of the file{words}")


def test_lines_of_one_day_ask_once() -> None:
    history = EarlierFiles()
    lines = [build.Line(f"{code}:RT", "10") for code in ("G4000", "76942", "77002")]

    _process(_file(_claim("NEW1", THERAPY, *lines)), replace(SETTINGS, history=history))
    assert history.asked_for_services == 1


@pytest.mark.parametrize("guide", [CompiledGuide(), Pyx12Guide()], ids=["glancing", "thorough"])
@pytest.mark.parametrize("day", ["99991231", "99991230"])
def test_a_mistyped_year_ends_where_the_calendar_does(day: str, guide: Any) -> None:
    line = build.Line("G4000:RT", "120", date=day)
    settings = replace(SETTINGS, guide=guide, history=EarlierFiles())

    outcome = _process(_file(_claim("NEW1", line)), settings)
    assert [f.rule for f in outcome.claims[0].findings] == ["DATE302"]


def test_days_end_where_the_calendar_does() -> None:
    first, last = DAY.min, DAY.max

    assert shifted(DAY, 3) == DAY.replace(day=19)
    assert shifted(DAY, -3) == DAY.replace(day=13)
    assert _ends(first, last) == (first, last, last, first)


def _ends(first: date, last: date) -> tuple[date, date, date, date]:
    return shifted(first, -1), shifted(last, 1), shifted(first, 10**9), shifted(last, -(10**10))


# ------------------------------------------------------------------- frequency


def _guided(day: str) -> tuple[build.Line, build.Line]:
    return replace(THERAPY, date=day), replace(TARGET, date=day)


def _over_frequency(*subscribers: build.Subscriber) -> list[int]:
    """Return the claims with more services than the example payer covers: two in 180 days."""
    settings = replace(SETTINGS, policies=load_policies(example_payers=True))
    text = build.single(build.PROFESSIONAL, build.Provider("CLINIC", 1, subscribers))
    claims = _process(text, settings).claims
    return [c.ordinal for c in claims if any(f.rule == "FREQ401" for f in c.findings)]


def _insured(payer: str, *claims: build.Claim) -> build.Subscriber:
    return build.Subscriber("DOE", "JANE", "W1", claims, payer=("A HEALTH PLAN", payer))


@pytest.mark.parametrize(("payer", "over"), [("EXAMPLE1", [3]), ("60054", [])])
def test_only_what_the_same_payer_got_counts_within_the_file(payer: str, over: list[int]) -> None:
    earlier = _claim("OLD1", *_guided("20260901")), _claim("OLD2", *_guided("20260920"))

    assert (
        _over_frequency(_insured(payer, *earlier), _insured("EXAMPLE1", _claim("NEW1", *_guided("20261102"))))
        == over
    )


@pytest.mark.parametrize(("frequency", "over"), [("1", [3]), ("7", [])])
def test_a_replacement_does_not_count_its_original_within_the_file(frequency: str, over: list[int]) -> None:
    last = _claim("NEW2", *_guided("20261102"), frequency=frequency)
    claims = _claim("OLD1", *_guided("20260901")), _claim("NEW1", *_guided("20261102")), last

    assert _over_frequency(_insured("EXAMPLE1", *claims)) == over


# ----------------------------------------------------------- without a ledger


@pytest.mark.parametrize("mode", list(Mode))
def test_that_there_is_no_ledger_blocks_nothing(mode: Mode) -> None:
    outcome = _process(_file(_claim("NEW1", THERAPY, TARGET)), replace(SETTINGS, mode=mode))

    assert [shared.affects for shared in outcome.findings if shared.finding.rule == "DUP901"] == [(1,)]
    assert exit_code([make_report(outcome)]) == 0


def test_that_there_is_no_ledger_is_said_once_a_file() -> None:
    outcome = _process(fixture("demo/professional.837"), SETTINGS)

    said = [shared for shared in outcome.findings if shared.finding.rule == "DUP901"]
    assert len(outcome.claims) > 1
    assert [shared.affects for shared in said] == [tuple(claim.ordinal for claim in outcome.claims)]
