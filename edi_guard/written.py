"""The reports that are written beside a file's parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edi_guard.outputs import rendered
from edi_guard.report import is_failed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi_guard.report import Report

WRITTEN_REPORTS: Final = {".html": "html", ".json": "json", ".csv": "csv"}


def written_reports(report: Report) -> dict[str, Iterator[bytes]]:
    """Return the text of each report that stands in ``reports/``, in blocks, by its suffix."""
    return {suffix: _encoded(name, report) for suffix, name in WRITTEN_REPORTS.items()}


def _encoded(name: str, report: Report) -> Iterator[bytes]:
    return (text.encode() for text in rendered(name, [report]))


def reason_of(report: Report) -> str:
    """Return the sentences that say why a file was refused; empty when it was not."""
    if not is_failed(report):
        return ""
    lines = [f"{report.input.path} was refused whole: nothing of it is released.", ""]
    for finding in report.findings:
        lines += [f"{finding.rule}: {finding.message}.", f"  What to do: {finding.fix}"]
    return "\n".join(lines) + "\n"
