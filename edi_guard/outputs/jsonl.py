"""JSON lines: one report a line, one line an input."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edi_guard.outputs import Style
    from edi_guard.report import Report


def render(reports: Sequence[Report], _: Style) -> str:
    """Return the reports, a line each."""
    return "".join(msgspec.json.encode(report).decode() + "\n" for report in reports)
