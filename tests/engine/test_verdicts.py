"""What findings make of claims: inheritance, pairs that stay together, modes, exceptions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from edi_guard.engine import (
    Mode,
    Outcome,
    RuleException,
    Settings,
    SeverityChange,
    Status,
    process,
)
from edi_guard.findings import Disposition, Severity
from edi_guard.rules.ruleset import Ruleset
from edi_guard.x12 import Source
from tests.builders import build, fixture
from tests.conftest import make_settings


def _process(text: str, settings: Settings | None = None) -> Outcome:
    with Source.from_bytes(text.encode("latin-1")) as source:
        return process(source, settings or make_settings())


def _rules(outcome: Outcome) -> list[str]:
    return [finding.rule for claim in outcome.claims for finding in claim.findings]


def test_a_wrong_billing_npi_blocks_every_claim_below_and_is_reported_once() -> None:
    text = fixture("demo/professional.837").replace(build.npi(1), "1999900017")

    outcome = _process(text)

    shared = [item for item in outcome.findings if item.finding.rule == "ID201"]
    assert [item.affects for item in shared] == [tuple(range(1, 11))]
    assert {c.disposition for c in outcome.claims[:10]} == {Disposition.REJECTED}
    assert outcome.claims[12].disposition is Disposition.CLEAN
    assert "ID201" not in _rules(outcome)
    assert shared[0].finding.charge_at_risk == sum(c.charge or 0 for c in outcome.claims[:10])


def test_the_same_fault_above_two_levels_is_one_finding() -> None:
    claim = build.Claim("PCN0001", (build.Line("20550", "110"),))
    other = build.Claim("PCN0002", (build.Line("20551", "110"),))
    provider = build.Provider("SAMPLE CLINIC", 1, (build.Subscriber("DOE", "JANE", "W1", (claim,)),), npi="1")
    second = build.Provider("SAMPLE CLINIC", 1, (build.Subscriber("ROE", "JIM", "W2", (other,)),), npi="1")

    outcome = _process(build.single(build.PROFESSIONAL, provider, second))

    assert [i.affects for i in outcome.findings if i.finding.rule == "ID201"] == [(1, 2)]


def test_pairs_that_need_each_other_stay_together_through_a_chain() -> None:
    """Claim 3 needs claim 2's procedure; claim 2's target needs claim 1's, which is rejected."""
    therapy, target = build.Line("20610:RT", "180"), build.Line("G4000:RT", "120")
    document = build.DOCUMENT
    claims = (
        build.Claim("PCN0001", (therapy,), total="1"),
        build.Claim("PCN0002", (target,), middle=(document,)),
    )
    subscriber = build.Subscriber("DOE", "JANE", "W1", claims)

    outcome = _process(build.single(build.PROFESSIONAL, build.Provider("CLINIC", 1, (subscriber,))))

    assert [c.disposition for c in outcome.claims] == [Disposition.REJECTED, Disposition.HELD]
    assert [f.rule for f in outcome.claims[1].findings] == ["PAIR304"]


def test_a_pair_on_two_released_claims_has_no_finding() -> None:
    therapy, target = build.Line("20610:RT", "180"), build.Line("G4000:RT", "120")
    claims = (
        build.Claim("PCN0001", (therapy,)),
        build.Claim("PCN0002", (target,), middle=(build.DOCUMENT,)),
    )
    subscriber = build.Subscriber("DOE", "JANE", "W1", claims)

    outcome = _process(build.single(build.PROFESSIONAL, build.Provider("CLINIC", 1, (subscriber,))))

    assert [c.disposition for c in outcome.claims] == [Disposition.CLEAN, Disposition.CLEAN]
    assert outcome.claims[1].target_lines[0].primary_claims == (1,)
    assert _rules(outcome) == []


@pytest.mark.parametrize(
    ("mode", "severity", "disposition"),
    [
        (Mode.STANDARD, Severity.INFO, Disposition.CLEAN),
        (Mode.STANDARD, Severity.WARN, Disposition.CLEAN),
        (Mode.STANDARD, Severity.HOLD, Disposition.HELD),
        (Mode.STANDARD, Severity.REJECT, Disposition.REJECTED),
        (Mode.STRICT, Severity.WARN, Disposition.HELD),
        (Mode.STRICT, Severity.INFO, Disposition.CLEAN),
        (Mode.ADVISORY, Severity.REJECT, Disposition.CLEAN),
    ],
)
def test_modes(mode: Mode, severity: Severity, disposition: Disposition) -> None:
    assert mode.disposition(severity) is disposition


def test_nobody_can_switch_off_that_a_broken_file_is_refused() -> None:
    settings = make_settings(mode=Mode.ADVISORY, ruleset=Ruleset(ignore=["ENV"]))

    assert _process(fixture("broken/segment_count.edi"), settings).status is Status.FAILED
    assert _process(fixture("broken/hierarchy_parent.edi"), settings).status is Status.FAILED


def test_the_configuration_changes_a_severity_for_one_payer() -> None:
    text = fixture("837p/base_guidance.edi").replace("*120*UN*1*", "*120*UN*2*")
    changes = (SeverityChange("UNIT", Severity.WARN), SeverityChange("UNIT401", Severity.REJECT, "60054"))

    outcome = _process(text, make_settings(severities=changes))

    assert outcome.claims[0].disposition is Disposition.REJECTED


@pytest.mark.parametrize(
    ("until", "disposition"),
    [(date(2026, 11, 23), Disposition.CLEAN), (date(2026, 11, 22), Disposition.HELD)],
)
def test_an_exception_counts_until_its_day_and_says_why(until: date, disposition: Disposition) -> None:
    text = fixture("837p/base_guidance.edi").replace("*120*UN*1*", "*120*UN*2*")
    exception = RuleException("UNIT401", until, "contract amendment 7", procedure="G4000")

    outcome = _process(text, make_settings(exceptions=(exception,)))

    assert outcome.claims[0].disposition is disposition
    assert _rules(outcome) == ["UNIT401"]
    if disposition is Disposition.CLEAN:
        assert "contract amendment 7" in outcome.claims[0].findings[0].message


def test_a_line_whose_code_failed_gets_no_findings_that_follow_from_it() -> None:
    text = fixture("837p/base_guidance.edi").replace("D8*20261102~\nSE", "D8*20271102~\nSE")

    outcome = _process(text)

    assert _rules(outcome) == ["DATE302"]


def test_a_rule_that_crashes_lets_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        message = "a rule's own fault"
        raise ZeroDivisionError(message)

    monkeypatch.setattr("edi_guard.rules.pairing.assess", crash)

    with pytest.raises(ZeroDivisionError):
        _process(fixture("837p/base_guidance.edi"))


def test_the_same_bytes_and_settings_give_the_same_outcome() -> None:
    settings = make_settings()
    first, second = (_process(fixture("demo/institutional.837"), settings) for _ in range(2))

    assert list(first.claims) == list(second.claims)
    assert first.findings == second.findings


def test_adding_an_unrelated_claim_changes_no_finding() -> None:
    claims = build._demo_professional()
    first = _process(build.interchange([build.Group((claims,))]))
    extra = build.Provider(
        "SAMPLE CLINIC",
        9,
        (build.Subscriber("NEW", "ONE", "W9", (build.Claim("NEW1", (build.Line("20550", "50"),)),)),),
    )
    more = build.Transaction(build.PROFESSIONAL, (*claims.providers, extra), "0001", "B")
    second = _process(build.interchange([build.Group((more,))]))

    assert [[f.rule for f in c.findings] for c in first.claims] == [
        [f.rule for f in c.findings] for c in second.claims[:-1]
    ]
    assert second.claims[-1].findings == ()


def test_a_rule_in_shadow_is_counted_and_not_applied() -> None:
    text = fixture("demo/professional.837")
    plain = _process(text)
    rule = next(f.rule for c in plain.claims for f in c.findings if f.severity is Severity.HOLD)
    held = {c.ordinal for c in plain.claims if c.disposition is Disposition.HELD}

    outcome = _process(text, replace(make_settings(), shadow=(rule,)))

    (before, after) = (
        [f for c in one.claims for f in c.findings if f.rule == rule] for one in (plain, outcome)
    )
    assert [f.shadow for f in after] == [f.severity for f in before]
    assert {f.severity for f in after} == {Severity.INFO}
    assert all("in shadow" in f.message for f in after)
    assert {c.ordinal for c in outcome.claims if c.disposition is Disposition.HELD} < held


def test_repairs_of_rules_in_shadow_are_not_made() -> None:
    text = fixture("demo/professional.837")
    mended = {repair.rule for claim in _process(text).claims for repair in claim.repairs}
    assert mended

    outcome = _process(text, replace(make_settings(), shadow=tuple(mended)))

    assert not any(claim.repairs for claim in outcome.claims)
