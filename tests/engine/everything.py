"""Everything that comes of a file, to be compared with what comes of it otherwise."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from edi_guard.acks import AckSettings, acknowledgments
from edi_guard.engine import process
from edi_guard.findings import Disposition
from edi_guard.folders import check_parts, part_blocks
from edi_guard.outputs import render
from edi_guard.report import make_report
from edi_guard.x12 import Source

if TYPE_CHECKING:
    from edi_guard.engine import Settings

MOMENT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def all_of(text: str, settings: Settings, jobs: int = 1) -> dict[str, object]:
    """Return everything that comes of a file."""
    with Source.from_bytes(text.encode("latin-1"), "claims.837") as source:
        outcome = process(source, settings, jobs=jobs)
        numbers = itertools.count(900_000_001)
        parts = {
            disposition: b"".join(part_blocks(source, outcome, disposition, lambda: next(numbers)))
            for disposition in Disposition
        }
        if outcome.claims:
            check_parts(source, outcome, {d: Source.from_bytes(data) for d, data in parts.items() if data})
        acks = acknowledgments(source, outcome, AckSettings(), lambda: next(numbers), MOMENT, jobs)
        return {
            "report": render("json", [make_report(outcome, source=source)]),
            **{disposition.value: data for disposition, data in parts.items()},
            **{kind.suffix: b"".join(blocks) for kind, blocks in acks.items() if blocks is not None},
        }
