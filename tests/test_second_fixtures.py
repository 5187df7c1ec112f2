"""The second set of valid claims, which rule authors did not look at, raises no alarm."""

from __future__ import annotations

import pytest

from edi_guard.engine import Settings, Status, process
from edi_guard.findings import Disposition, Severity
from edi_guard.guide import GuideInput, guide_for
from edi_guard.guide.pyx12_guide import Pyx12Guide
from edi_guard.x12 import EnvelopeReader, Source
from tests.builders import build
from tests.conftest import FIXTURES

FOLDER = FIXTURES / "second"
FILES = sorted(path.relative_to(FIXTURES).as_posix() for path in FOLDER.rglob("*.edi"))
GUIDE = Pyx12Guide()


def test_files_are_what_the_script_writes() -> None:
    built = {name: data for name, data in build.build().items() if name.startswith("second/")}

    assert {name: (FIXTURES / name).read_bytes() for name in FILES} == built


@pytest.mark.parametrize("name", FILES)
def test_pyx12_accepts(name: str) -> None:
    with Source.from_bytes((FIXTURES / name).read_bytes(), name) as source:
        (transaction,) = EnvelopeReader(source)
        segments = [segment.text for segment in transaction.segments]
    guide = guide_for(transaction.span.group.version)
    assert guide is not None

    assert GUIDE.check(GuideInput(guide, segments, transaction.delimiters)) == []


@pytest.mark.parametrize("name", FILES)
def test_no_finding_is_worse_than_info(name: str, standard: Settings) -> None:
    with Source.from_bytes((FIXTURES / name).read_bytes(), name) as source:
        outcome = process(source, standard)

    findings = [shared.finding for shared in outcome.findings]
    findings += [finding for claim in outcome.claims for finding in claim.findings]
    alarms = [finding for finding in findings if finding.severity > Severity.INFO]
    assert outcome.status is Status.PROCESSED
    assert [f"{alarm.rule} {alarm.location}: {alarm.message}" for alarm in alarms] == []
    assert {claim.disposition for claim in outcome.claims} == {Disposition.CLEAN}
