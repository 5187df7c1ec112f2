"""A work list for spreadsheets: one row a finding, stable columns, the most dollars first."""

from __future__ import annotations

import codecs
import csv
import io
from array import array
from itertools import islice
from typing import TYPE_CHECKING

from edi_guard.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edi_guard.outputs import Style
    from edi_guard.report import ClaimReport, FindingReport, Report

COLUMNS = (
    "file",
    "claim",
    "ordinal",
    "disposition",
    "payer",
    "service_from",
    "line",
    "severity",
    "rule",
    "fix",
    "message",
    "form_locator",
    "charge_at_risk",
    "observed",
    "expected",
    "carc",
    "rarc",
    "claim_status",
    "snip",
    "name",
    "loop",
    "element",
    "segment_number",
    "transaction",
    "source",
    "affects",
)
_LINE_END = "\r\n"
_BLOCK = 1 << 16
_ORDINALS_AT_ONCE = 10_000
# A spreadsheet takes a cell that begins with one of these for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render(reports: Sequence[Report], _: Style) -> Iterator[str]:
    """Yield the findings of all reports as CSV with a heading."""
    # A row is made once and kept as text: there may be more than fit into memory as rows.
    spool, at_risk, places = Spool(), array("d"), array("Q")
    for report in reports:
        for row, affects in _rows(report):
            at_risk.append(float(row["charge_at_risk"] or 0))
            places.append(len(spool))
            for piece in _pieces(row, affects):
                spool.append(piece.encode())
    places.append(len(spool))
    yield _line(dict(zip(COLUMNS, COLUMNS, strict=True)))
    for number in sorted(range(len(at_risk)), key=lambda number: -at_risk[number]):
        yield from codecs.iterdecode(_blocks(spool, places[number], places[number + 1]), "utf-8")


def _blocks(spool: Spool, place: int, end: int) -> Iterator[bytes]:
    for start in range(place, end, _BLOCK):
        yield spool.read(start, min(_BLOCK, end - start))


def _pieces(row: dict[str, str], affects: Sequence[int]) -> Iterator[str]:
    """Yield the text of a row; `affects`, its last column, may name millions of claims."""
    *_, last = COLUMNS
    line = _line(row | {last: ""})
    yield line.removesuffix(_LINE_END)
    remaining = iter(affects)
    before = ""
    while some := list(islice(remaining, _ORDINALS_AT_ONCE)):
        yield before + " ".join(map(str, some))
        before = " "
    yield _LINE_END


def _line(row: dict[str, str]) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS, lineterminator=_LINE_END)
    writer.writerow({key: _plain(value) for key, value in row.items()})
    return stream.getvalue()


def _rows(report: Report) -> Iterator[tuple[dict[str, str], Sequence[int]]]:
    """Yield rows, and with each the claims that it affects beside its own."""
    for shared in report.findings:
        row = _row(report, shared, None)
        row["transaction"] = shared.transaction or ""
        yield row, shared.affects
    for claim in report.remarkable:
        for finding in claim.findings:
            yield _row(report, finding, claim), ()


def _row(report: Report, finding: FindingReport, claim: ClaimReport | None) -> dict[str, str]:
    place = finding.location
    return {
        "file": report.input.path,
        "claim": claim.id if claim else "",
        "ordinal": str(claim.ordinal) if claim else "",
        "disposition": claim.disposition if claim else "",
        "payer": claim.payer.id if claim else "",
        "service_from": (claim.service_from or "") if claim else "",
        "line": str(finding.line or ""),
        "severity": finding.severity,
        "rule": finding.rule,
        "fix": finding.fix,
        "message": finding.message,
        "form_locator": finding.form_locator,
        "charge_at_risk": finding.charge_at_risk or "",
        "observed": finding.observed,
        "expected": finding.expected,
        "carc": " ".join(finding.predicts.carc),
        "rarc": " ".join(finding.predicts.rarc),
        "claim_status": " ".join(finding.predicts.claim_status),
        "snip": str(finding.snip),
        "name": finding.name,
        "loop": place.loop if place else "",
        "element": (place.element or place.segment) if place else "",
        "segment_number": str(place.segment_number) if place else "",
        "transaction": claim.transaction if claim else "",
        "source": finding.source,
    }


def _plain(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value
