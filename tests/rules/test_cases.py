"""Every case of every rule: what is found, what is repaired, and that nothing else is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.rules.harness import (
    Case,
    all_cases,
    described,
    findings,
    repaired_text,
    repairing_rules,
    run,
    settings_of,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("case", list(all_cases()), ids=lambda case: case.id)
def test_case(case: Case, tmp_path: Path) -> None:
    settings = settings_of(case, tmp_path)
    text = case.input()

    outcome = run(text, settings)

    found = findings(outcome)
    own = [described(scope, finding) for scope, finding in found if finding.rule == case.rule]
    everything = "\n".join(f"{f.rule} {described(s, f)}: {f.message}" for s, f in found)
    assert sorted(own) == sorted(case.expect), everything
    others = {f"{finding.rule} {finding.severity.label}" for _, finding in found}
    assert set(case.also) <= others, everything
    if not case.repairs:
        assert outcome.edits == ()
        return
    repaired = repaired_text(text, outcome)
    assert repaired == case.output()
    assert case.rule in repairing_rules(outcome)
    assert run(repaired, settings).edits == ()
