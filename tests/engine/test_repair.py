"""Repairs change what they declare and nothing else, and repairing twice changes nothing."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from edi_guard.engine import Outcome, RepairSwitch, process
from edi_guard.x12 import Source
from edi_guard.x12.edits import apply_edits
from tests.builders import fixture
from tests.conftest import make_settings

SETTINGS = make_settings(
    lossless_repairs=tuple(RepairSwitch(code) for code in ("MOD202", "MOD203", "CODE201", "DOC103", "SIT101"))
)
# What a practice system might have written instead of what stands in the fixture.
MISSPELLINGS = [
    ("HC:G4000:RT", "HC:g4000:rt"),
    ("HC:G4000:RT", "HC:G4000::RT"),
    ("HC:G4000:RT", "HC:G4000:RT:RT"),
    ("HC:G4000:RT", "HC:G4 000:RT::"),
    ("HC:20610:RT", "HC:20610: rt "),
    ("ABK:M25511", "ABK:m25.511"),
    ("ABF:M7541", "ABF:M75.41 "),
    ("TE*5550100100", "TE*(555) 010-0100"),
    ("EI*123456789", "EI*12-3456789**"),
    ("XX*1999900016", "XX* 1999-900-016"),
    ("D8*20261102", "D8*2026-11-02"),
    ("N3*100 MAIN STREET", "N3*100 MAIN\r\n STREET "),
    ("MI*W000000001", "MI*W000000001  **"),
    ("AC*DOC0001", "*DOC0001"),
    ("DOE*JANE", "D\x92OE*JANE"),
    ("ISA*00", "\xef\xbb\xbfISA*00"),
]


def _process(text: str) -> Outcome:
    with Source.from_bytes(text.encode("latin-1")) as source:
        return process(source, SETTINGS)


@settings(max_examples=30)
@given(st.sets(st.integers(0, len(MISSPELLINGS) - 1), max_size=6))
def test_repairs_are_local_listed_and_idempotent(chosen: set[int]) -> None:
    text = fixture("837p/base_guidance.edi")
    for index in chosen:
        text = text.replace(*MISSPELLINGS[index], 1)

    outcome = _process(text)
    repaired = apply_edits(text, 0, outcome.edits)

    made = [shared.repair for shared in outcome.repairs]
    made += [repair for claim in outcome.claims for repair in claim.repairs]
    declared: set[int] = set()
    for repair in made:
        declared.update(range(repair.location.byte_start, repair.location.byte_end))
    inserted = {repair.location.byte_start for repair in made if not repair.before}
    for edit in outcome.edits:
        assert declared.issuperset(range(edit.start, edit.end)), edit
        assert edit.before or edit.start in inserted, edit
    assert _process(repaired).edits == ()
    assert [c.charge for c in outcome.claims] == [c.charge for c in _process(repaired).claims]


@settings(max_examples=20)
@given(st.sets(st.integers(0, len(MISSPELLINGS) - 1), max_size=6))
def test_the_verdict_is_that_of_the_repaired_text(chosen: set[int]) -> None:
    text = fixture("837p/base_guidance.edi")
    for index in chosen:
        text = text.replace(*MISSPELLINGS[index], 1)

    outcome = _process(text)
    again = _process(apply_edits(text, 0, outcome.edits))

    assert [c.disposition for c in outcome.claims] == [c.disposition for c in again.claims]
    found = {(f.rule, f.line) for c in outcome.claims for f in c.findings}
    assert found == {(f.rule, f.line) for c in again.claims for f in c.findings}


def test_findings_of_a_repaired_file_point_into_the_file_as_it_came() -> None:
    text = fixture("837p/base_guidance.edi").replace("TE*5550100100", "TE*(555) 010-0100")
    text = text.replace("HC:G4000:RT*120*UN*1", "HC:G4000:RT*120*UN*2")

    outcome = _process(text)

    finding = next(f for f in outcome.claims[0].findings if f.rule == "UNIT401")
    assert finding.location is not None
    assert text[finding.location.byte_start : finding.location.byte_end] == "2"


def test_a_repair_of_a_level_is_listed_once_with_its_claims() -> None:
    text = fixture("demo/professional.837")

    outcome = _process(text)

    shared = [item for item in outcome.repairs if item.repair.rule == "FMT107"]
    assert [item.affects for item in shared] == [tuple(range(1, 11))]
