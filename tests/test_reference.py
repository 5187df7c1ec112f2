"""Files that users load beside the claims: the HCPCS table and the documentation manifest."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from edi_guard.reference.hcpcs import load_hcpcs
from edi_guard.rules.manifest import ManifestError, load_manifest
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

CODESETS = ROOT.parent / "shared" / "codesets"


def _record(code: str, record: str, words: str, first: str = "", last: str = "") -> str:
    line = f"{code}00100{record}{words:<80}"
    return f"{line:<229}C{'':<46}{first:<8}{last:<8}".ljust(320)


def test_the_fixed_width_file(tmp_path: Path) -> None:
    path = tmp_path / "hcpc.txt"
    rows = [
        _record("G9001", "3", "An invented service that needs", "20240101"),
        _record("G9001", "4", "a second line"),
        _record("G9002", "3", "An old service", "20200101", "20231231"),
    ]
    path.write_text("\n".join(rows), encoding="latin-1")
    table = load_hcpcs(path)

    found = table.hcpcs("G9001", date(2026, 1, 1))
    assert found is not None
    assert found.description == "An invented service that needs a second line"
    assert found.coverage == "C"
    assert table.hcpcs("G9001", date(2023, 12, 31)) is None
    assert table.hcpcs("G9002", date(2024, 1, 1)) is None
    assert table.hcpcs("G9002", date(2023, 12, 31)) is not None


def test_a_file_that_is_no_table_is_said(tmp_path: Path) -> None:
    path = tmp_path / "hcpc.txt"
    path.write_text("Dear Sir or Madam,")

    with pytest.raises(ValueError, match="not CMS's HCPCS file"):
        load_hcpcs(path)
    with pytest.raises(ValueError, match="cannot be read"):
        load_hcpcs(tmp_path / "nowhere.txt")


def test_what_cms_publishes_is_read() -> None:
    for path in CODESETS.glob("CMS_HCPC2019_CONTR*"):
        found = load_hcpcs(path).hcpcs("G0130", date(2019, 1, 2))
        assert found is not None
        assert "bone density" in found.description.lower()


HEAD = "claim,line,indication,rationale,integral,imaging-described,outcome-recorded\n"


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("claim,indication\nA,yes\n", "m.csv", "m.csv:1: the manifest lacks line"),
        ("claim,line,mood\nA,1,yes\n", "m.csv", "'mood' is no item"),
        (HEAD + "A,1,perhaps,yes,yes,yes,yes\n", "m.csv", "m.csv:2: indication is neither yes nor no"),
        (HEAD + "A,1,yes,yes,yes,yes,yes\n" * 2, "m.csv", "m.csv:3: the same claim and line"),
        ("{", "m.json", "m.json:1: the manifest is not JSON"),
        ("{}", "m.json", "must be a list"),
    ],
)
def test_what_is_wrong_with_a_manifest_is_said(text: str, name: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ManifestError, match=words):
        load_manifest(path)
