"""The Python face."""

from __future__ import annotations

import gzip
import io
from typing import TYPE_CHECKING

import pytest

import edi_guard
from tests.archives.making import zipped
from tests.conftest import FIXTURES, TODAY

if TYPE_CHECKING:
    from pathlib import Path

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


def test_check_takes_what_is_packed(tmp_path: Path) -> None:
    data = DEMO.read_bytes()
    path = tmp_path / "claims.837.gz"
    path.write_bytes(gzip.compress(data))
    archive = zipped([("a.837", data), ("readme.md", b"x")])
    reports = [
        edi_guard.check(path, today=TODAY),
        edi_guard.check(gzip.compress(data), today=TODAY),
        edi_guard.check(io.BytesIO(archive), today=TODAY),
    ]
    plain = edi_guard.check(data, today=TODAY)

    assert [report.input.path for report in reports] == [str(path), "-", "-:a.837"]
    assert [(r.input.sha256, r.input.bytes) for r in reports] == [(plain.input.sha256, plain.input.bytes)] * 3
    assert [report.claims for report in reports] == [plain.claims] * 3
    assert edi_guard.clean(archive, today=TODAY).clean == edi_guard.clean(data, today=TODAY).clean


def test_an_archive_of_several_is_refused() -> None:
    data = DEMO.read_bytes()

    report = edi_guard.check(zipped([("a.837", data), ("b.837", data)]), today=TODAY)

    assert report.status == "failed"
    assert [finding.rule for finding in report.findings] == ["ENV105"]


def test_the_limits_of_the_configuration_count(tmp_path: Path) -> None:
    config = tmp_path / "edi-guard.toml"
    config.write_text("[archives]\nmax-expanded-megabytes = 1\n")
    packed = gzip.compress(DEMO.read_bytes() + b" " * (1 << 20))

    assert edi_guard.check(packed, today=TODAY).status == "processed"
    assert edi_guard.check(packed, today=TODAY, config=config).status == "failed"


def test_a_file_that_is_not_there_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        edi_guard.check("nowhere.837.gz")


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
