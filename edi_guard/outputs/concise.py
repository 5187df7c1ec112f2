"""One line a finding, for editors and scripts: ``file:transaction:segment:element: CODE …``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edi_guard.outputs import Style
    from edi_guard.report import FindingReport, Report


def render(reports: Sequence[Report], _: Style) -> Iterator[str]:
    """Yield the findings of all reports, a line each."""
    return (line + "\n" for report in reports for line in _lines(report))


def _lines(report: Report) -> Iterator[str]:
    for shared in report.findings:
        yield _line(report, shared, shared.transaction or "")
    for claim in report.remarkable:
        for finding in claim.findings:
            yield _line(report, finding, claim.transaction)


def _line(report: Report, finding: FindingReport, transaction: str) -> str:
    place = finding.location
    where = f"{place.segment_number}:{place.element or place.segment}" if place else ":"
    return f"{report.input.path}:{transaction}:{where}: {finding.rule} {finding.severity} {finding.message}"
