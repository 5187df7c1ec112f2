"""What the folder service hands to the ledger of a claim's lines."""

from __future__ import annotations

from edi_guard.engine import process
from edi_guard.ledger.keys import KeyedHash
from edi_guard.watch.record import claim_records
from edi_guard.x12 import Source
from tests.builders import fixture
from tests.conftest import make_settings


def test_a_line_without_a_procedure_code_is_kept_without_one() -> None:
    """A revenue code in its place would be taken for a procedure by rules that look at earlier files."""
    text = fixture("837i/base_outpatient.edi").replace("*HC:20610:RT*", "**")
    settings = make_settings()
    with Source.from_bytes(text.encode("latin-1")) as source:
        outcome = process(source, settings)
        (record,) = claim_records(source, outcome, settings.policies, KeyedHash(b"a key for tests"))

    assert [(line.number, line.code) for line in record.lines] == [(1, ""), (2, "G4000")]
