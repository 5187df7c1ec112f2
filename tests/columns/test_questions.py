"""The questions that the documentation asks, asked as it asks them, against the JSON report."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from tests.builders import fixture
from tests.cli.command import run
from tests.conftest import FIXTURES, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
INPUTS = [FIXTURES / "demo", FIXTURES / "837p", FIXTURES / "837i", FIXTURES / "broken", "provider.837"]
Reports = list[dict[str, Any]]
Rows = list[tuple[Any, ...]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("asked")
    # All of its claims stay behind for what stands above them.
    text = fixture("demo/professional.837").replace("*XX*1999900016~", "*XX*1999900017~", 1)
    (folder / "provider.837").write_text(text, encoding="latin-1", newline="")
    done = run("check", *INPUTS, "--today", "2026-11-23", "--format", "parquet", "-o", "tables", cwd=folder)
    assert (done.code, done.out, done.err) == (3, "", "")
    return folder


@pytest.fixture(scope="module")
def reports(folder: Path) -> Reports:
    done = run("check", *INPUTS, "--today", "2026-11-23", "--format", "json", cwd=folder)
    found: Reports = json.loads(done.out)
    assert any(len(claims) > 1 for _, claims, _ in _kept_back(found))
    return found


def _kept_back(reports: Reports) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any]]]:
    """Yield each finding that keeps claims back, with its report and its claims."""
    for report in reports:
        by_ordinal = {claim["ordinal"]: claim for claim in report["claims"]}
        said = [(shared["affects"], shared) for shared in report["findings"]]
        said += [([claim["ordinal"]], found) for claim in report["claims"] for found in claim["findings"]]
        for ordinals, finding in said:
            if finding["severity"] in ("reject", "hold"):
                yield report, [by_ordinal[ordinal] for ordinal in ordinals], finding


def _rules(reports: Reports) -> Rows:
    at_risk: defaultdict[tuple[str, str], list[Decimal]] = defaultdict(list)
    for _, _, finding in _kept_back(reports):
        at_risk[finding["rule"], finding["name"]].append(Decimal(finding.get("charge_at_risk") or 0))
    rows: Rows = [(*rule, len(amounts), sum(amounts)) for rule, amounts in at_risk.items()]
    return sorted(rows, key=lambda row: (-row[3], row[0]))


def _payers(reports: Reports) -> Rows:
    by_payer: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for report in reports:
        for claim in report["claims"]:
            by_payer[claim["payer"]["id"]].append(claim)
    rows: Rows = []
    for payer, claims in by_payer.items():
        kept = [Decimal(claim["charge"]) for claim in claims if claim["disposition"] != "clean"]
        rows.append((payer, len(claims), len(claims) - len(kept), sum(kept)))
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def _to_do(reports: Reports) -> Rows:
    rows = []
    for report, claims, finding in _kept_back(reports):
        for claim in claims:
            if claim["disposition"] != "clean":
                path, charge = report["input"]["path"], Decimal(claim["charge"])
                said = (finding["rule"], finding["form_locator"], finding["fix"])
                rows.append(((-charge, path, claim["ordinal"], *said), (path, claim["id"], charge, *said)))
    return [row for _, row in sorted(rows)]


EXPECTED = [_rules, _payers, _to_do]


def test_each_question_is_asked_in_both_ways() -> None:
    assert len(re.findall("^```sql$", PAGE, re.MULTILINE)) == len(EXPECTED)
    assert len(re.findall("^```python$", PAGE, re.MULTILINE)) == len(EXPECTED)


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("number", range(len(EXPECTED)))
def test_duckdb_answers(number: int, folder: Path, reports: Reports, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    answer = duckdb.connect().execute(_blocks("sql")[number]).fetchall()

    assert len(answer) >= 3
    assert answer == EXPECTED[number](reports)


@pytest.mark.parametrize("number", range(len(EXPECTED)))
def test_pandas_answers(number: int, folder: Path, reports: Reports, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    known: dict[str, Any] = {}
    exec(_blocks("python")[number], known)  # noqa: S102 - our own page
    answer = list(known["answer"].itertuples(index=False, name=None))

    assert len(answer) >= 3
    assert answer == EXPECTED[number](reports)
