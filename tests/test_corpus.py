"""Claim files that other people wrote run without an internal error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edi_guard.control_numbers import ClockControlNumbers
from edi_guard.engine import Settings, Status, process
from edi_guard.findings import Disposition
from edi_guard.folders import check_parts, part_blocks
from edi_guard.outputs import formats, render
from edi_guard.report import make_report
from edi_guard.x12 import Source

if TYPE_CHECKING:
    from pathlib import Path

QUICK_BYTES = 20_000
QUICK_STEP = 3


def _run(path: Path, settings: Settings) -> Status:
    with Source.from_path(path) as source:
        outcome = process(source, settings)
        report = make_report(outcome)
        for name in formats():
            render(name, [report])
        if outcome.status is Status.PROCESSED:
            numbers = ClockControlNumbers()
            parts = {d: b"".join(part_blocks(source, outcome, d, numbers)) for d in Disposition}
            check_parts(source, outcome, {d: Source.from_bytes(b) for d, b in parts.items() if b})
        else:
            assert outcome.findings
    return outcome.status


def test_a_sample_of_the_corpus(corpus: list[Path], standard: Settings) -> None:
    small = [path for path in corpus if path.stat().st_size < QUICK_BYTES][::QUICK_STEP]
    statuses = [_run(path, standard) for path in small]

    # Nothing to run where the corpus is not present.
    assert not small or set(statuses) == {Status.PROCESSED, Status.FAILED}


@pytest.mark.deep
def test_the_whole_corpus(corpus: list[Path], standard: Settings) -> None:
    statuses = [_run(path, standard) for path in corpus]

    assert not corpus or set(statuses) == {Status.PROCESSED, Status.FAILED}
