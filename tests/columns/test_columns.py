"""The tables hold what the report holds, in the types that the documentation names."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, get_args

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from edi_guard.columns import CLAIMS, FINDINGS, INPUTS, TABLES, ListOf, Record, rows_of, unjudged
from edi_guard.columns.arrow import arrow_schema, batch_of
from edi_guard.columns.parquet import ParquetTable
from edi_guard.columns.words import table_markdown
from edi_guard.engine import process
from edi_guard.masking import Hasher, Phi
from edi_guard.report import (
    ClaimReport,
    FindingReport,
    Report,
    SharedFindingReport,
    SharedRepairReport,
    make_report,
)
from edi_guard.x12 import Source
from tests.builders import fixture
from tests.columns.plain import plain
from tests.conftest import FIXTURES, ROOT, TODAY, make_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edi_guard.columns import Column, Table

PAGE = ROOT / "docs" / "tables.md"
# Of the report, what no table holds: the names that every report bears, and what is always null.
LEFT_OUT = {"schema", "tool.name", "findings.claim"}


def _report(name: str, phi: Phi = Phi.MINIMAL) -> Report:
    with Source.from_bytes(fixture(name).encode("latin-1"), name) as source:
        return make_report(process(source, make_settings()), phi, Hasher(b"a key for tests"))


def _rows(report: Report) -> dict[Table, list[dict[str, Any]]]:
    found: dict[Table, list[dict[str, Any]]] = {table: [] for table in TABLES}
    for table, row in rows_of(report):
        found[table].append(plain(row))
    return found


# ------------------------------------------------------------- nothing is left out


def _leaves(kind: Any, above: str = "") -> Iterator[str]:
    """Yield the report's values by their path, through lists and what may be missing."""
    structs = [kind] if isinstance(kind, type) else []
    structs += [inner for inner in get_args(kind) if isinstance(inner, type)]
    inner = next((one for one in structs if issubclass(one, msgspec.Struct)), None)
    if inner is None:
        yield above
        return
    for field in msgspec.structs.fields(inner):
        yield from _leaves(field.type, f"{above}.{field.name}".lstrip("."))


def _sources(columns: tuple[Column, ...], above: str = "") -> Iterator[str]:
    for column in columns:
        path = f"{above}.{column.source}".lstrip(".")
        inner = column.type.item if isinstance(column.type, ListOf) else column.type
        if isinstance(inner, Record):
            yield from _sources(inner.columns, path)
        else:
            yield path


def test_every_value_of_the_report_is_in_a_table() -> None:
    held = {path.replace("claim.", "claims.", 1) for path in _sources(CLAIMS.columns)}
    held |= {path.replace("finding.", "findings.", 1) for path in _sources(FINDINGS.columns)}
    held |= {path.replace("affects", "findings.affects", 1) for path in _sources(FINDINGS.columns)}
    held |= {path.replace("transaction", "findings.transaction", 1) for path in _sources(FINDINGS.columns)}
    held |= set(_sources(INPUTS.columns))

    # The segments around a place are for those who read the text.
    said = {path for path in _leaves(Report) if ".excerpt." not in path}
    assert said - held == LEFT_OUT


@pytest.mark.parametrize("phi", list(Phi))
@pytest.mark.parametrize("name", ["demo/professional.837", "demo/institutional.837", "broken/truncated.edi"])
def test_values_are_those_of_the_report(name: str, phi: Phi) -> None:
    report = _report(name, phi)
    rows = _rows(report)

    assert [row["ordinal"] for row in rows[CLAIMS]] == [claim.ordinal for claim in report.claims]
    for row, claim in zip(rows[CLAIMS], report.claims, strict=True):
        _same_claim(row, claim, report)
    (described,) = rows[INPUTS]
    assert (described["path"], described["status"]) == (name, report.status)
    assert described["charge_held"] == Decimal(report.summary.charges.held)
    assert described["claims"] == report.summary.claims == len(rows[CLAIMS])
    for repair, shared in zip(described["shared_repairs"], report.repairs, strict=True):
        _same_repair(repair, shared)
    said: list[tuple[ClaimReport | None, FindingReport]] = [(None, shared) for shared in report.findings]
    said += [(claim, found) for claim in report.claims for found in claim.findings]
    for row, (owner, finding) in zip(rows[FINDINGS], said, strict=True):
        _same_finding(row, finding)
        _same_owner(row, owner, finding)


def _same_claim(row: dict[str, Any], claim: ClaimReport, report: Report) -> None:
    assert row["sha256"] == report.input.sha256
    assert row["today"] == TODAY
    assert (row["claim_id"], row["disposition"]) == (claim.id, claim.disposition)
    assert row["payer_id"] == claim.payer.id
    assert row["charge"] == (None if claim.charge is None else Decimal(claim.charge))
    assert row["service_from"] == (date.fromisoformat(claim.service_from) if claim.service_from else None)
    assert row["transaction_control_number"] == claim.transaction
    targets = [(t.line, t.code, list(t.primary_lines)) for t in claim.target_lines]
    assert [(t["line"], t["code"], t["primary_lines"]) for t in row["target_lines"]] == targets
    for found, finding in zip(row["findings"], claim.findings, strict=True):
        _same_finding(found, finding)
    for made, repair in zip(row["repairs"], claim.repairs, strict=True):
        _same_repair(made, repair)
    view = claim.view
    assert row["facility"] == (view.facility if view else None)
    assert (row["patient"] is None) is (view is None or view.patient is None)
    if view is not None:
        for line, seen in zip(row["lines"], view.lines, strict=True):
            assert (line["code"], line["place"]) == (seen.code, seen.place)
            assert line["units"] == (None if seen.units is None else Decimal(seen.units))


def _same_finding(row: dict[str, Any], finding: FindingReport) -> None:
    assert (row["rule"], row["severity"], row["line"]) == (finding.rule, finding.severity, finding.line)
    assert (row["message"], row["observed"]) == (finding.message, finding.observed)
    assert row["byte_start"] == (finding.location.byte_start if finding.location else None)
    assert row["element"] == (finding.location.element if finding.location else None)
    assert row["carc"] == list(finding.predicts.carc)
    at_risk = finding.charge_at_risk
    assert row["charge_at_risk"] == (None if at_risk is None else Decimal(at_risk))


def _same_owner(row: dict[str, Any], owner: ClaimReport | None, finding: FindingReport) -> None:
    if owner is None:
        assert isinstance(finding, SharedFindingReport)
        assert (row["ordinal"], row["claim_id"], row["disposition"]) == (None, None, None)
        assert row["affects"] == list(finding.affects)
    else:
        assert (row["ordinal"], row["claim_id"]) == (owner.ordinal, owner.id)
        assert row["affects"] == [owner.ordinal]


def _same_repair(row: dict[str, Any], repair: Any) -> None:
    assert (row["rule"], row["before"], row["after"]) == (repair.rule, repair.before, repair.after)
    assert row["byte_end"] == repair.location.byte_end
    if isinstance(repair, SharedRepairReport):
        assert row["affects"] == list(repair.affects)


def test_what_is_hidden_in_the_report_is_hidden_here() -> None:
    name = "demo/professional.837"
    shown = str(_rows(_report(name, Phi.FULL)))
    names = {
        claim.view.patient.name
        for claim in _report(name, Phi.FULL).claims
        if claim.view and claim.view.patient
    }

    assert names
    assert all(name in shown for name in names)
    for phi in (Phi.MINIMAL, Phi.NONE):
        hidden = str(_rows(_report(name, phi)))
        assert not any(name in hidden for name in names)
    assert "DEMO0004" not in hidden


# --------------------------------------------------------------------------- types


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("120", Decimal("120.00")),
        ("-0.5", Decimal("-0.50")),
        ("9999999999999999.99", Decimal("9999999999999999.99")),
        ("10000000000000000", None),
        ("1.005", None),
        ("9" * 60, None),
    ],
)
def test_amounts_are_never_rounded(text: str, held: Decimal | None) -> None:
    report = _report("demo/professional.837")
    claim = msgspec.structs.replace(report.claims[0], charge=text)
    rows = _rows(msgspec.structs.replace(report, claims=(claim,)))[CLAIMS]

    assert rows[0]["charge"] == held
    assert batch_of(rows, arrow_schema(CLAIMS)).to_pylist() == rows


def test_an_input_without_a_verdict_has_a_row() -> None:
    tool = _report("demo/professional.837").tool
    row = unjudged("a.837", "it cannot be read", TODAY, tool, 12)
    (read,) = batch_of([row], arrow_schema(INPUTS)).to_pylist()

    assert (read["path"], read["bytes"], read["status"]) == ("a.837", 12, "unjudged")
    assert read["error"] == "it cannot be read"
    assert (read["sha256"], read["claims"], read["charge_total"]) == (None, None, None)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_file_holds_the_rows_in_the_schema(table: Table, tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    rows = [row for name in sorted(FIXTURES.glob("837?/*.edi")) for row in _rows(_report(str(name)))[table]]
    with path.open("wb") as stream, ParquetTable(table, stream) as written:
        for row in rows:
            written.add(row)

    assert pq.read_schema(path).remove_metadata() == arrow_schema(table)
    assert pq.read_table(path).to_pylist() == rows


def test_a_table_without_rows_is_one(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    with path.open("wb") as stream, ParquetTable(CLAIMS, stream):
        pass

    assert pq.read_table(path).num_rows == 0
    assert pq.read_schema(path).remove_metadata() == arrow_schema(CLAIMS)


def test_rows_are_written_group_by_group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edi_guard.columns.parquet._ROWS_AT_ONCE", 3)
    monkeypatch.setattr("edi_guard.columns.parquet._GROUP_BYTES", 1)
    path = tmp_path / "table.parquet"
    rows = _rows(_report("demo/professional.837"))[CLAIMS]
    with path.open("wb") as stream, ParquetTable(CLAIMS, stream) as written:
        for row in rows:
            written.add(row)

    assert pq.ParquetFile(path).num_row_groups == -(-len(rows) // 3)
    assert pq.read_table(path).to_pylist() == rows


# ------------------------------------------------------------------- documentation


def test_the_page_has_every_column(request: pytest.FixtureRequest) -> None:
    made = "<!-- columns -->\n" + "\n".join(map(table_markdown, TABLES)) + "<!-- /columns -->"
    text = PAGE.read_text(encoding="utf-8")
    if request.config.getoption("--update-golden"):
        text = re.sub(r"<!-- columns -->.*<!-- /columns -->", lambda _: made, text, flags=re.DOTALL)
        PAGE.write_text(text, encoding="utf-8")

    assert made in text, "run pytest --update-golden and look at the difference"


def test_the_page_names_types_that_arrow_has() -> None:
    lines = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", table_markdown(CLAIMS), re.MULTILINE)
    named = {"decimal(18,2)": pa.decimal128(18, 2), "date": pa.date32(), "text": pa.string()}
    schema = arrow_schema(CLAIMS)

    checked = [(schema.field(name).type, named[kind]) for name, kind in lines if kind in named]
    assert len(checked) > 10
    assert all(one == other for one, other in checked)
