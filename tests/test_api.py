"""The Python face."""

from __future__ import annotations

import io

import edi_guard
from tests.conftest import FIXTURES, TODAY

DEMO = FIXTURES / "demo/professional.837"


def test_check_takes_a_path_bytes_or_a_file() -> None:
    data = DEMO.read_bytes()
    reports = [
        edi_guard.check(DEMO, today=TODAY),
        edi_guard.check(str(DEMO), today=TODAY),
        edi_guard.check(data, today=TODAY),
        edi_guard.check(io.BytesIO(data), today=TODAY),
    ]

    assert [report.claims[3].findings[0].rule for report in reports] == ["PAIR101"] * 4


def test_clean_gives_the_parts_and_the_report() -> None:
    outcome = edi_guard.clean(DEMO, today=TODAY)

    counts = [part.count(b"CLM*") for part in (outcome.clean, outcome.held, outcome.rejected)]
    summary = outcome.report.summary
    assert counts == [summary.clean, summary.held, summary.rejected]
    assert sum(counts) == 14


def test_clean_of_a_refused_file_gives_nothing() -> None:
    outcome = edi_guard.clean(FIXTURES / "broken/truncated.edi", today=TODAY)

    assert (outcome.clean, outcome.held, outcome.rejected) == (b"", b"", b"")
    assert outcome.report.status == "failed"
