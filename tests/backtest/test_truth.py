"""On simulated pairs, what is measured is what was planted, exactly."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

import pytest

from edi_guard.backtest.answers import read_answers
from edi_guard.backtest.buckets import Buckets
from edi_guard.backtest.gaps import find_gaps
from edi_guard.backtest.interval import Share
from edi_guard.backtest.measure import (
    measure_all,
    measure_buckets,
    measure_claims,
    measure_rules,
    split_by,
)
from edi_guard.backtest.outcome import Decision
from edi_guard.backtest.replay import replay
from edi_guard.backtest.study import Gathering, Setup, Study
from edi_guard.findings import Severity
from edi_guard.simulation import Fate, Fault, Office, PlannedClaim, PlannedLine, Wording
from edi_guard.x12 import Source
from tests.conftest import make_settings

if TYPE_CHECKING:
    from collections.abc import Iterable

SEEDS = (1, 2, 3)
PREDICTED = {"THER101": frozenset({"107"}), "DOC101": frozenset({"252"})}
MEDICARE = "00430"
DECIDED = {Fate.PAID, Fate.DENIED, Fate.TURNED_BACK, Fate.REFUSED}
REFUSED = DECIDED - {Fate.PAID}

Planned = list[tuple[PlannedClaim, PlannedLine]]


@cache
def studied(seed: int) -> tuple[Office, Study]:
    office = Office(seed, 600, months=4)
    gathering = Gathering()
    for name, text in office.claim_files().items():
        with Source.from_bytes(text.encode("ascii"), name) as source:
            gathering.take_claims(name, replay(source, make_settings()))
    for name, text in office.answer_files().items():
        with Source.from_bytes(text.encode("ascii"), name) as source:
            gathering.take_answers(name, read_answers(source))
    return office, gathering.study(Setup(PREDICTED))


def planned(office: Office) -> Planned:
    """Return the planned lines in the order of the files."""
    return [(claim, line) for _, claims in office.batches() for claim in claims for line in claim.lines]


def hits(lines: Planned, rule: str) -> Planned:
    """Return what a rule has to find: it speaks of the guidance line."""
    faults = {"THER101": Fault.NO_PROCEDURE, "DOC101": Fault.NO_DOCUMENT}
    return [
        (claim, line)
        for claim, line in lines
        if claim.fault is faults[rule]
        and line.code == "G4000"
        # Medicare asks for documents when it wants them.
        and (rule != "DOC101" or claim.payer != MEDICARE)
    ]


def share(lines: Planned, of: set[Fate], among: set[Fate]) -> Share:
    return Share(sum(line.fate in of for _, line in lines), sum(line.fate in among for _, line in lines))


def denied(lines: Iterable[tuple[PlannedClaim, PlannedLine]]) -> int:
    return sum(line.denied for _, line in lines)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_kind_of_answer_is_planted(seed: int) -> None:
    office, _ = studied(seed)
    fates = {line.fate for claim in office.claims for line in claim.lines}
    assert fates == set(Fate)
    assert {claim.wording for claim in office.claims} == set(Wording)
    for name in ("is_named", "is_taken_back", "replaces", "has_line_numbers"):
        assert {bool(getattr(claim, name)) for claim in office.claims} == {True, False}
    accounts = Counter(claim.account for claim in office.claims if not claim.replaces)
    assert max(accounts.values()) > 1


@pytest.mark.parametrize("seed", SEEDS)
def test_every_line_gets_its_own_outcome(seed: int) -> None:
    office, study = studied(seed)
    assert study.join.unjoined == ()
    assert study.rejections.unjoined == Counter()
    assert study.inputs.imbalances == 0
    decisions = {
        Fate.PAID: Decision.PAID,
        Fate.DENIED: Decision.DENIED,
        Fate.TURNED_BACK: Decision.REJECTED,
        Fate.REFUSED: Decision.REJECTED,
    }
    for line, (claim, plan) in zip(study.lines, planned(office), strict=True):
        assert (line.claim.id, line.line.code, line.payer) == (claim.account, plan.code, claim.payer)
        if plan.fate is Fate.SILENCE:
            assert line.outcome is None
            continue
        assert line.outcome is not None
        assert line.outcome.decision is decisions[plan.fate]
        assert line.paid == plan.paid
        assert line.denied == plan.denied
        assert [reason[:6] for reason in line.reasons] == ([plan.reason] if plan.reason else [])


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("rule", sorted(PREDICTED))
def test_a_rule_is_measured_as_planted(seed: int, rule: str) -> None:
    office, study = studied(seed)
    lines = planned(office)
    found = measure_rules(study.lines, PREDICTED, study.expected)[rule]
    own = hits(lines, rule)
    decided = [(claim, line) for claim, line in own if line.fate in DECIDED]
    (reason,) = PREDICTED[rule]
    assert (found.hits, found.undecided) == (len(own), len(own) - len(decided))
    assert found.precision == share(own, REFUSED, DECIDED)
    assert found.recall == Share(
        sum(line.reason == reason for _, line in own), sum(line.reason == reason for _, line in lines)
    )
    assert found.denied == denied(own)
    assert found.charge == sum(line.charge for _, line in own)
    wrong = [line for _, line in decided if line.fate is Fate.PAID]
    assert found.paid_at_risk == sum(line.paid for line in wrong)
    assert found.false_holds == Share(len(wrong), sum(line.fate is Fate.PAID for _, line in lines))
    # Every payer pays four fifths of what is charged for guidance, and this is what is usual.
    assert found.expected == sum(line.charge * 8 // 10 for _, line in own)


@pytest.mark.parametrize("seed", SEEDS)
def test_all_together_by_payer_and_kind_as_planted(seed: int) -> None:
    office, study = studied(seed)
    lines = planned(office)
    kept = {id(line) for rule in PREDICTED for _, line in hits(lines, rule)}
    for key, of_plan, name in (
        (lambda line: line.payer, lambda claim: claim.payer, "60054"),
        (lambda line: line.kind, lambda claim: "837P" if claim.is_professional else "837I", "837I"),
        (lambda _: "", lambda _: "", ""),
    ):
        found = measure_all(split_by(study.lines, key)[name])
        own = [(claim, line) for claim, line in lines if of_plan(claim) == name]
        refused = [(claim, line) for claim, line in own if line.fate in REFUSED]
        paid = [(claim, line) for claim, line in own if line.fate is Fate.PAID]
        assert found.cases == len(own)
        assert found.denied == Share(len(refused), len(refused) + len(paid))
        assert found.caught == Share(sum(id(line) in kept for _, line in refused), len(refused))
        assert found.false_holds == Share(sum(id(line) in kept for _, line in paid), len(paid))
        assert found.dollars_denied == denied(refused)
        assert found.dollars_caught == denied((c, line) for c, line in refused if id(line) in kept)
        assert found.dollars_delayed == sum(line.paid for _, line in paid if id(line) in kept)


@pytest.mark.parametrize("seed", SEEDS)
def test_claims_as_planted(seed: int) -> None:
    office, study = studied(seed)
    found = measure_claims(study.lines)
    decided = [claim for claim in office.claims if claim.lines[0].fate in DECIDED]
    refused = [claim for claim in decided if any(line.fate in REFUSED for line in claim.lines)]
    assert found.cases == len(office.claims)
    assert found.denied == Share(len(refused), len(decided))
    assert found.dollars_denied == sum(line.denied for claim in refused for line in claim.lines)


@pytest.mark.parametrize("seed", SEEDS)
def test_kinds_of_denial_as_planted(seed: int) -> None:
    office, study = studied(seed)
    lines = planned(office)
    found = {one.bucket: one for one in measure_buckets(study.lines, PREDICTED, Buckets())}
    turned = [(claim, line) for claim, line in lines if line.fate in (Fate.TURNED_BACK, Fate.REFUSED)]
    assert found["turned back"].recall.total == len(turned)
    assert found["turned back"].dollars_denied == denied(turned)
    wanting = [(claim, line) for claim, line in lines if line.reason == "197"]
    assert found["authorization"].recall == Share(0, len(wanting))
    assert found["authorization"].dollars_denied == denied(wanting)
    coding = [(claim, line) for claim, line in lines if line.reason in ("107", "252", "97", "18")]
    kept = {id(line) for rule in PREDICTED for _, line in hits(lines, rule)}
    assert found["coding"].recall == Share(sum(id(line) in kept for _, line in coding), len(coding))


@pytest.mark.parametrize("seed", SEEDS)
def test_what_no_rule_speaks_of_is_found(seed: int) -> None:
    office, study = studied(seed)
    lines = planned(office)
    wanting = [(claim, line) for claim, line in lines if line.reason == "197"]
    alike = [(c, line) for c, line in lines if line.code == "73221" and line.fate in DECIDED]
    found = find_gaps(study.lines, Buckets())[0]
    assert (found.payer, found.code, found.modifiers, found.place) == ("87726", "73221", ("RT",), "19")
    assert (found.reason, found.bucket) == ("197", "authorization")
    assert found.denied == Share(len(wanting), len(alike))
    assert found.dollars == denied(wanting)


def test_the_same_seed_gives_the_same_bytes() -> None:
    first, second, other = Office(5, 50), Office(5, 50), Office(6, 50)
    assert first.claim_files() == second.claim_files() != other.claim_files()
    assert first.answer_files() == second.answer_files() != other.answer_files()


@pytest.mark.parametrize("seed", SEEDS)
def test_only_the_planted_faults_are_found(seed: int) -> None:
    _, study = studied(seed)
    assert {r for line in study.lines for r, level in line.hits.items() if level >= Severity.HOLD} == set(
        PREDICTED
    )
