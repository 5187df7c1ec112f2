"""What is measured must be what is said to be measured: as many faults as planted, each found."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from benchmarks.faults import BOTH, FAULTS
from benchmarks.generate import Generator, write
from edi_guard import check
from edi_guard.findings import Disposition, Severity
from edi_guard.rules import load_rules

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.faults import Fault
    from edi_guard.report import Report

TODAY = date(2026, 11, 23)
DISPOSITIONS = {"rejected": Disposition.REJECTED, "held": Disposition.HELD}


def _concerned(report: Report) -> set[int]:
    """Return the claims of which more is said than what is worth knowing, or that are repaired."""
    concerned = {claim.ordinal for claim in report.claims if claim.repairs}
    concerned |= {c.ordinal for c in report.claims for f in c.findings if f.severity != Severity.INFO.label}
    for finding in report.findings:
        concerned |= set(finding.affects) if finding.severity != Severity.INFO.label else set()
    for repair in report.repairs:
        concerned |= set(repair.affects)
    return concerned


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("share", [0.0, 0.05, 0.5])
def test_as_many_claims_are_concerned_as_were_planted(kind: str, share: float, tmp_path: Path) -> None:
    written = write(tmp_path / "claims.837", kind, 150_000, share=share)

    report = check(tmp_path / "claims.837", today=TODAY)

    planted = sum(written.fates.values())
    assert report.summary.claims == written.claims
    assert len(_concerned(report)) == planted
    assert abs(planted - share * written.claims) <= 2
    assert report.summary.rejected == written.fates["rejected"]
    assert report.summary.held == written.fates["held"]
    assert report.summary.repairs == written.fates["repaired"]


@pytest.mark.parametrize("share", [0.05, 0.5])
def test_faults_are_spread_over_the_file(share: float, tmp_path: Path) -> None:
    written = write(tmp_path / "claims.837", "837P", 200_000, share=share)

    concerned = _concerned(check(tmp_path / "claims.837", today=TODAY))

    quarter = written.claims / 4
    for number in range(4):
        among = [n for n in concerned if number * quarter < n <= (number + 1) * quarter]
        assert abs(len(among) - share * quarter) <= 3


@pytest.mark.parametrize("kind", BOTH)
def test_every_fault_is_planted_sooner_or_later(kind: str, tmp_path: Path) -> None:
    written = write(tmp_path / "claims.837", kind, 300_000, share=0.5)

    assert written.faults.keys() == {fault.rule for fault in FAULTS if kind in fault.kinds}


@pytest.mark.parametrize(
    ("kind", "fault"),
    [(kind, fault) for fault in FAULTS for kind in fault.kinds],
    ids=[f"{kind} {fault.words}" for fault in FAULTS for kind in fault.kinds],
)
def test_a_fault_meets_its_fate(kind: str, fault: Fault) -> None:
    text = "".join(Generator(kind, seed=3, share=1.0, faults=[fault]).blocks(600))

    report = check(text.encode(), today=TODAY)

    last = report.claims[-1]
    assert len(report.claims) == text.count("CLM*")
    if fault.fate == "repaired":
        assert {repair.rule for repair in (*last.repairs, *report.repairs)} == {fault.rule}
        assert last.disposition == Disposition.CLEAN
    else:
        said = [f for f in (*last.findings, *report.findings) if f.severity != Severity.INFO.label]
        assert fault.rule in {finding.rule for finding in said}
        assert last.disposition == DISPOSITIONS.get(fault.fate, Disposition.CLEAN)


def test_faults_name_rules() -> None:
    assert {fault.rule for fault in FAULTS} <= load_rules().keys()


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two, other = (tmp_path / name for name in ("one", "two", "other"))
    assert write(one, "837P", 50_000, share=0.2) == write(two, "837P", 50_000, share=0.2)
    write(other, "837P", 50_000, seed=2, share=0.2)

    assert one.read_bytes() == two.read_bytes()
    assert one.read_bytes() != other.read_bytes()


@pytest.mark.parametrize("kind", BOTH)
def test_all_claims_may_stand_in_one_transaction_set(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "claims.837"
    written = write(path, kind, 300_000, claims_per_transaction=None)

    report = check(path, today=TODAY)

    assert path.read_text().count("\nST*") == 1
    assert report.summary.clean == written.claims > 400
    assert 300_000 <= written.size == path.stat().st_size < 302_000
