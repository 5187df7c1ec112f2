"""JSON lines: one report a line, one line an input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.report_json import report_pieces

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edi_guard.outputs import Style
    from edi_guard.report import Report


def render(reports: Sequence[Report], _: Style) -> Iterator[str]:
    """Yield the reports, a line each."""
    for report in reports:
        yield from report_pieces(report)
        yield "\n"
