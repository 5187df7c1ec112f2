"""The report as one HTML file for each run: a page that a biller works through, ticks off and prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi_guard.html import render_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edi_guard.outputs import Style
    from edi_guard.report import Report


def render(reports: Sequence[Report], _: Style) -> Iterator[str]:
    """Return the reports as one page, in pieces."""
    return render_page(reports)
