"""The contract's JSON: one object for one input, an array for several."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edi_guard.outputs import Style
    from edi_guard.report import Report


def render(reports: Sequence[Report], _: Style) -> str:
    """Return the reports as indented JSON."""
    content: object = reports[0] if len(reports) == 1 else list(reports)
    return msgspec.json.format(msgspec.json.encode(content), indent=2).decode() + "\n"
