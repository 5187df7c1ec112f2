"""The fixtures are what their script writes, and what they say they are."""

from __future__ import annotations

import io
import logging

import pytest
from pyx12.params import params
from pyx12.x12n_document import x12n_document

from edi_guard.engine import Status, process
from edi_guard.findings import Disposition, Severity
from edi_guard.x12 import Source
from tests.builders import build, fixture
from tests.conftest import FIXTURES, make_settings

WHOLE = sorted(
    str(path.relative_to(FIXTURES))
    for folder in ("837p", "837i")
    for path in (FIXTURES / folder).glob("*.edi")
)
SPELLINGS = sorted(str(path.relative_to(FIXTURES)) for path in (FIXTURES / "delimiters").glob("*.edi"))
BROKEN = sorted(str(path.relative_to(FIXTURES)) for path in (FIXTURES / "broken").glob("*.edi"))


def test_files_are_what_the_script_writes() -> None:
    built = build.build()
    present = {
        path.relative_to(FIXTURES).as_posix(): path.read_bytes()
        for path in FIXTURES.rglob("*")
        if path.suffix in (".edi", ".837", ".gz", ".zip")
    }

    assert present == built


@pytest.mark.parametrize("name", WHOLE)
def test_pyx12_accepts_every_base(name: str) -> None:
    logging.getLogger("pyx12").disabled = True

    assert x12n_document(params(), io.StringIO(fixture(name)), None, None)


@pytest.mark.parametrize("name", [*WHOLE, *SPELLINGS])
def test_whole_files_have_no_finding_that_blocks(name: str) -> None:
    with Source.from_bytes(fixture(name).encode("latin-1"), name) as source:
        outcome = process(source, make_settings())

    severities = [shared.finding.severity for shared in outcome.findings]
    severities += [finding.severity for claim in outcome.claims for finding in claim.findings]
    assert outcome.status is Status.PROCESSED
    if name.endswith("both_kinds.edi"):
        # A professional and an institutional claim with the same services and attachment.
        assert max(severities) is Severity.HOLD
        return
    assert all(claim.disposition is Disposition.CLEAN for claim in outcome.claims)
    assert [s for s in severities if s is not Severity.INFO] == []


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files_are_refused_whole_with_a_reason(name: str) -> None:
    with Source.from_bytes(fixture(name).encode("latin-1"), name) as source:
        outcome = process(source, make_settings())

    assert outcome.status is Status.FAILED
    assert not outcome.claims
    assert all(shared.finding.message and shared.finding.fix for shared in outcome.findings)
