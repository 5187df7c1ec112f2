"""Repairs that add segments leave a file whose counts are right."""

from __future__ import annotations

from edi_guard.control_numbers import ClockControlNumbers
from edi_guard.engine import RepairSwitch, process
from edi_guard.findings import Disposition
from edi_guard.folders import check_parts, part_blocks
from edi_guard.x12 import Source
from tests.builders import fixture
from tests.conftest import make_settings


def test_numbered_lines_come_out_in_a_valid_file() -> None:
    settings = make_settings(lossless_repairs=(RepairSwitch("SIT101"),))
    with Source.from_bytes(fixture("demo/professional.837").encode("latin-1")) as source:
        outcome = process(source, settings)
        numbers = ClockControlNumbers()
        parts = {d: b"".join(part_blocks(source, outcome, d, numbers)) for d in Disposition}
        check_parts(source, outcome, {d: Source.from_bytes(p) for d, p in parts.items()})

    lines = sum(part.count(b"LX*") for part in parts.values())
    assert sum(part.count(b"REF*6R*") for part in parts.values()) == lines
    counted = [item for item in outcome.repairs if item.repair.title == "count the added segments"]
    assert [item.repair.rule for item in counted] == ["SIT101"]
