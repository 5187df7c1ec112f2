"""The contract's JSON: one object for one input, an array for several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.report_json import list_pieces, report_pieces

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edi_guard.outputs import Style
    from edi_guard.report import Report


def render(reports: Sequence[Report], _: Style) -> Iterator[str]:
    """Yield the reports as indented JSON."""
    if len(reports) == 1:
        yield from report_pieces(reports[0], indent=0)
    else:
        yield from list_pieces((report_pieces(report, indent=2) for report in reports), indent=0)
    yield "\n"
