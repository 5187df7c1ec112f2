"""A professional claim has at most fifty service lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.rules.harness import Case, Insertion, described, findings, run, settings_of

if TYPE_CHECKING:
    from pathlib import Path

BASE_LINES = 2


def claim_of(lines: int) -> Case:
    """Return a case with a professional claim of so many lines."""
    added = [
        segment
        for number in range(BASE_LINES + 1, lines + 1)
        for segment in (f"LX*{number}", "SV1*HC:99213*0*UN*1***1", "DTP*472*D8*20261102")
    ]
    insert = [Insertion("SE", segment, after=False) for segment in added]
    return Case("IG401", "lines", "837p/base_office.edi", insert=insert)


@pytest.mark.parametrize(("lines", "expected"), [(50, []), (51, ["line 51 LX reject"])])
def test_more_than_fifty_lines_are_refused(lines: int, expected: list[str], tmp_path: Path) -> None:
    case = claim_of(lines)

    found = findings(run(case.input(), settings_of(case, tmp_path)))

    assert [described(scope, finding) for scope, finding in found if finding.rule == "IG401"] == expected
