"""The rows of the work list, and what the page shows of each claim."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from heapq import heappush, heapreplace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from edi_guard.html.forms import form_of
from edi_guard.rules import load_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from edi_guard.report import ClaimReport, FindingReport, RepairReport, Report

# More than anybody works through, and about what a browser shows without pain.
MOST_CLAIMS: Final = 3_000
_BLOCKING: Final = ("reject", "hold")
CHARTED: Final = ("rule", "payer")
_RANKS: Final = {"reject": 0, "hold": 1, "warn": 2, "info": 3}


@dataclass(frozen=True, slots=True)
class Row:
    """One finding in the work list.

    Attributes:
        key: of its claim; empty for a finding above the claims.
        mark: what its tick is remembered by.
        severity, rule, name: of the finding.
        claim, payer, day: of its claim, as the report shows them.
        place: the box of the form.
        fix: what to do.
        message: what is wrong.
        cents: dollars at risk, of findings that keep a claim back.
        affects: how many claims inherit it; 0 for a claim's own.
    """

    key: str
    mark: str
    severity: str
    rule: str
    name: str
    claim: str
    payer: str
    day: str
    place: str
    fix: str
    message: str
    cents: int
    affects: int = 0

    @property
    def rank(self) -> int:
        """Where it stands among rows with the same dollars."""
        return _RANKS[self.severity]


@dataclass(slots=True)
class FileData:
    """What the page shows of one input.

    Attributes:
        rows: its findings, those of the claims that are shown.
        claims: its claims with findings or repairs, by key, as JSON; of very many, those with the most at
            risk.
        repairs: repairs above the claims.
        left_out: how many claims with findings or repairs are not shown.
        at_risk: of all claims, by the name of a field of `Row`, then by its value: cents and findings.
    """

    rows: list[Row] = field(default_factory=list)
    claims: dict[str, msgspec.Raw] = field(default_factory=dict)
    repairs: list[dict[str, Any]] = field(default_factory=list)
    left_out: int = 0
    at_risk: dict[str, dict[str, tuple[int, int]]] = field(default_factory=dict)

    def count(self, rows: Iterable[Row]) -> None:
        """Count what rows put at risk, whether they are shown or not."""
        for row in rows:
            if row.severity not in _BLOCKING:
                continue
            for name in CHARTED:
                found = self.at_risk.setdefault(name, {})
                key = getattr(row, name) or "(none)"
                cents, findings = found.get(key, (0, 0))
                found[key] = (cents + row.cents, findings + 1)


def file_data(report: Report, number: int) -> FileData:
    """Return what the page shows of a report.

    Args:
        report: the report.
        number: of the input on the page, counted from 0.
    """
    data = FileData()
    for index, shared in enumerate(report.findings):
        data.rows.append(_row(shared, "", f"{number}.f{index}", None, affects=len(shared.affects)))
    data.count(data.rows)
    for shown in _most_at_risk(_remarkable(report, number, data), data):
        data.rows += shown.rows
        data.claims[shown.key] = shown.claim
    data.repairs.extend(map(_repair, report.repairs))
    return data


class _Remarkable(NamedTuple):
    """A claim with findings or repairs.

    Attributes:
        weight: what makes it come before others: dollars, then severity, then its place in the file.
        key: what it is known by.
        rows: its findings.
        report: itself.
    """

    weight: tuple[int, int, int]
    key: str
    rows: list[Row]
    report: ClaimReport


class _Shown(NamedTuple):
    """A claim as the page shows it; as JSON, since thousands are held."""

    ordinal: int
    key: str
    rows: list[Row]
    claim: msgspec.Raw


def _remarkable(report: Report, number: int, data: FileData) -> Iterator[_Remarkable]:
    for claim in report.remarkable:
        if not claim.findings and not claim.repairs:
            continue
        key = f"{number}.{claim.ordinal}"
        rows = [_row(finding, key, f"{key}.{index}", claim) for index, finding in enumerate(claim.findings)]
        data.count(rows)
        worst = min((row.rank for row in rows), default=len(_RANKS))
        weight = (sum(row.cents for row in rows), -worst, -claim.ordinal)
        yield _Remarkable(weight, key, rows, claim)


def _most_at_risk(claims: Iterator[_Remarkable], data: FileData) -> list[_Shown]:
    """Return the claims in file order; of more than a page holds, those with the most at risk."""
    kept: list[tuple[tuple[int, int, int], _Shown]] = []
    for claim in claims:
        if len(kept) < MOST_CLAIMS:
            heappush(kept, (claim.weight, _shown(claim)))
            continue
        data.left_out += 1
        if claim.weight > kept[0][0]:
            heapreplace(kept, (claim.weight, _shown(claim)))
    return sorted(shown for _, shown in kept)


def _shown(claim: _Remarkable) -> _Shown:
    told = msgspec.Raw(msgspec.json.encode(_claim(claim.report)))
    return _Shown(claim.report.ordinal, claim.key, claim.rows, told)


def _row(finding: FindingReport, key: str, mark: str, claim: ClaimReport | None, *, affects: int = 0) -> Row:
    return Row(
        key=key,
        mark=mark,
        severity=finding.severity,
        rule=finding.rule,
        name=finding.name,
        claim=claim.id if claim else "",
        payer=claim.payer.id if claim else "",
        day=(claim.service_from or "") if claim else "",
        place=finding.form_locator,
        fix=finding.fix,
        message=finding.message,
        # What passes is not at risk in the sense of a work list.
        cents=int(Decimal(finding.charge_at_risk or 0) * 100) if finding.severity in _BLOCKING else 0,
        affects=affects,
    )


def _claim(claim: ClaimReport) -> dict[str, Any]:
    return {
        "id": claim.id,
        "number": claim.ordinal,
        "disposition": claim.disposition,
        "charge": claim.charge or "",
        "payer": claim.payer.id,
        "from": claim.service_from or "",
        "to": claim.service_to or "",
        "targets": [_target(claim, index) for index in range(len(claim.target_lines))],
        "findings": [_finding(finding) for finding in claim.findings],
        "repairs": [_repair(repair) for repair in claim.repairs],
        "form": form_of(claim),
    }


def _target(claim: ClaimReport, index: int) -> str:
    """Return in words which procedure a target line goes with."""
    line = claim.target_lines[index]
    code = " ".join((line.code, *line.modifiers))
    if line.primary_lines:
        with_what = "line " + ", ".join(map(str, line.primary_lines))
    elif line.primary_earlier:
        with_what = "a procedure that left with an earlier file"
    elif line.primary_claims:
        with_what = "claim number " + ", ".join(map(str, line.primary_claims))
    elif line.primary_procedure:
        with_what = "the principal procedure"
    else:
        return f"Line {line.line}, {code}: no procedure goes with it"
    return f"Line {line.line}, {code}: goes with {with_what}"


def _finding(finding: FindingReport) -> dict[str, Any]:
    place = finding.location
    where = " ".join(filter(None, (place.loop, place.element or place.segment))) if place else ""
    told = {
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
        "fix": "" if finding.fix == rule_data(finding.rule)["fix"] else finding.fix,
        "observed": finding.observed,
        "expected": finding.expected,
        "box": finding.form_locator,
        "where": f"{where}, segment {place.segment_number}" if place else "",
        "dollars": finding.charge_at_risk,
        "source": finding.source,
        "carc": " ".join(finding.predicts.carc),
        "rarc": " ".join(finding.predicts.rarc),
        "status": " ".join(finding.predicts.claim_status),
    }
    return {key: value for key, value in told.items() if value}


def _repair(repair: RepairReport) -> dict[str, Any]:
    return {
        "rule": repair.rule,
        "title": repair.title,
        "line": repair.line,
        "where": repair.location.element or repair.location.segment,
        "before": repair.before,
        "after": repair.after,
    }


@cache
def rule_data(code: str) -> dict[str, str]:
    """Return what the page says of a rule."""
    rule = load_rules()[code]
    return {
        "name": rule.name,
        "summary": rule.summary,
        "fix": rule.section("What to do"),
        "why": rule.section("Why it is denied"),
        "exceptions": rule.section("Exceptions"),
        "source": rule.section("Source"),
    }
