"""Splitting conserves claims, charges and bytes, and every part is a valid file."""

from __future__ import annotations

import itertools
import random
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_guard.claims import claim_kind, read_claims
from edi_guard.conservation import ConservationError, check_conservation
from edi_guard.engine.plan import TransactionPlan
from edi_guard.findings import Disposition
from edi_guard.guide import GuideInput
from edi_guard.guide.pyx12_guide import Pyx12Guide
from edi_guard.ordinals import Ordinals
from edi_guard.partition import Part, PartWriter, ordinals_of
from edi_guard.x12 import EnvelopeReader, FaultKind, Source
from tests.builders import fixture
from tests.engine.test_outline import strewn
from tests.engine.trees import claim_files

if TYPE_CHECKING:
    from decimal import Decimal

    from edi_guard.claims import Level

GUIDE = Pyx12Guide()


@dataclass(frozen=True)
class Judged:
    ordinal: int
    disposition: Disposition


def _plans(source: Source) -> list[TransactionPlan]:
    plans, ordinal = [], 1
    for text in EnvelopeReader(source):
        kind = claim_kind(text.span.version)
        assert kind is not None
        claims = read_claims(text, kind, ordinal).claims
        plans.append(TransactionPlan(text.span, kind, ordinal, len(claims)))
        ordinal += len(claims)
    return plans


def _claims(text: str):
    source = Source.from_bytes(text.encode("latin-1"))
    for plan in _plans(source):
        yield from plan.read(source).claims


def _split(text: str, seed: int) -> tuple[dict[Disposition, str], list[Judged]]:
    chance = random.Random(seed)  # noqa: S311 - a reproducible choice, no secret
    source = Source.from_bytes(text.encode("latin-1"))
    plans = _plans(source)
    ordinals = itertools.chain.from_iterable(plan.ordinals for plan in plans)
    judged = [Judged(ordinal, chance.choice(list(Disposition))) for ordinal in ordinals]
    counter = itertools.count(900000001)
    parts = {}
    for disposition in Disposition:
        numbers = None if disposition is Disposition.CLEAN else lambda: next(counter)
        part = Part(ordinals_of(judged, disposition), numbers)
        data = b"".join(PartWriter(source, plans, part).blocks()) if part.ordinals else b""
        if data:
            parts[disposition] = data.decode("latin-1")
    written = {d: Source.from_bytes(t.encode("latin-1")) for d, t in parts.items()}
    check_conservation(source, judged, plans, written)
    return parts, judged


def _standing(text: str) -> list[tuple[list[str], Decimal | None]]:
    """Return each claim's segments, those of the levels above it first, HL apart; and its charge."""
    found = []
    for claim in _claims(text):
        levels: list[Level] = [claim.billing, claim.subscriber]
        if claim.patient.is_dependent:
            levels.append(claim.patient.level)
        above = [segment.text for level in levels for segment in level.segments[1:]]
        found.append((above + [segment.text for segment in claim.segments], claim.charge))
    return found


@given(text=claim_files(), seed=st.integers(0, 1000))
def test_every_claim_is_in_one_part_unchanged_and_under_its_own_levels(text: str, seed: int) -> None:
    parts, judged = _split(text, seed)
    where = {claim.ordinal: claim.disposition for claim in judged}
    expected: dict[Disposition, list[object]] = {}
    for ordinal, claim in enumerate(_standing(text), start=1):
        expected.setdefault(where[ordinal], []).append(claim)

    assert {d: _standing(part) for d, part in parts.items()} == expected


@given(text=claim_files(), seed=st.integers(0, 1000))
def test_parts_have_gap_free_hierarchies_and_right_counts(text: str, seed: int) -> None:
    parts, _ = _split(text, seed)
    for part in parts.values():
        with Source.from_bytes(part.encode("latin-1")) as source:
            reader = EnvelopeReader(source)
            for transaction in reader:
                kind = claim_kind(transaction.span.version)
                assert kind is not None
                read = read_claims(transaction, kind, 1)
                assert read.faults == []
                assert all(level.all_claims() for level in read.levels)
            assert reader.envelope.faults == []


@given(text=claim_files(), seed=st.integers(0, 1000))
def test_what_stands_between_segments_goes_with_the_one_behind_it(text: str, seed: int) -> None:
    text = strewn(text, seed)
    parts, _ = _split(text, seed)
    known = set(_with_leads(text))
    for part in parts.values():
        assert set(_with_leads(part)) <= known
        with Source.from_bytes(part.encode("latin-1")) as source:
            reader = EnvelopeReader(source)
            assert list(reader)
            assert {fault.kind for fault in reader.envelope.faults} <= {FaultKind.EMPTY_SEGMENT}


def _with_leads(text: str) -> list[str]:
    """Return the segments between the envelopes' outermost, with what stands before each."""
    found = re.findall(r"((?:[\r\n\t ]*~)*[\r\n\t ]*)([A-Z][^~]*)~", text)
    return [lead + _plain(segment) for lead, segment in found if segment[:3] not in ("ISA", "IEA")]


@given(text=claim_files(), seed=st.integers(0, 1000))
def test_only_numbers_and_counts_differ_from_the_file(text: str, seed: int) -> None:
    parts, _ = _split(text, seed)
    known = {_plain(segment) for segment in text.split("~")}
    for part in parts.values():
        assert {_plain(segment) for segment in part.split("~")} <= known


def _plain(segment: str) -> str:
    """Return a segment without what the partition may rebuild."""
    elements = segment.strip().split("*")
    rebuilt = {
        "ISA": (13,),
        "GS": (6,),
        "BHT": (3,),
        "HL": (1, 2, 4),
        "SE": (1,),
        "GE": (1, 2),
        "IEA": (1, 2),
    }
    for element in rebuilt.get(elements[0], ()):
        elements[element] = ""
    return "*".join(elements)


@given(text=claim_files())
def test_a_file_of_which_all_is_clean_comes_out_byte_for_byte(text: str) -> None:
    source = Source.from_bytes(text.encode("latin-1"))
    plans = _plans(source)
    everything = Ordinals(itertools.chain.from_iterable(plan.ordinals for plan in plans))

    assert b"".join(PartWriter(source, plans, Part(everything)).blocks()) == text.encode("latin-1")


@pytest.mark.parametrize("name", ["demo/professional.837", "demo/institutional.837"])
@pytest.mark.parametrize("seed", range(5))
def test_the_guide_accepts_every_part(name: str, seed: int) -> None:
    parts, _ = _split(fixture(name).replace("rt*", "RT*").replace("M25.511", "M25511"), seed)
    for part in parts.values():
        with Source.from_bytes(part.encode("latin-1")) as source:
            for text in EnvelopeReader(source):
                segments = [segment.text for segment in text.segments]
                assert GUIDE.check(GuideInput(text.span.version, segments, text.delimiters)) == []


@pytest.mark.parametrize(
    "name", ["pipes", "carets", "newline_terminator", "two_interchanges", "dos_end_mark"]
)
def test_other_spellings_come_out_byte_for_byte(name: str) -> None:
    text = fixture(f"delimiters/{name}.edi")
    source = Source.from_bytes(text.encode("latin-1"))
    plans = _plans(source)
    everything = Ordinals(itertools.chain.from_iterable(plan.ordinals for plan in plans))

    assert b"".join(PartWriter(source, plans, Part(everything)).blocks()) == text.encode("latin-1")


def _demo() -> tuple[Source, list[TransactionPlan], list[Judged], bytes]:
    source = Source.from_bytes(fixture("demo/professional.837").encode("latin-1"))
    plans = _plans(source)
    judged = [Judged(n, Disposition.CLEAN) for plan in plans for n in plan.ordinals]
    part = Part(ordinals_of(judged, Disposition.CLEAN))
    return source, plans, judged, b"".join(PartWriter(source, plans, part).blocks())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"CLM*DEMO0002*200", b"CLM*DEMO0002*201"),
        (b"W000000002", b"W000000009"),
        (b"SV1*HC:20550*110*UN*1***1", b"SV1*HC:20551*110*UN*1***1"),
        (b"HL*8*5*22*", b"HL*8*1*22*"),
        (b"HL*8*5*22*", b"HL*8*6*23*"),
        (b"HL*8*5*22*", b"HL*9*5*22*"),
        (b"HL*7*6*23*0~", b"HL*7*5*22*0~"),
        (b"HL*5**20*1~", b"HL*5*1*22*1~"),
        (b"HL*1**20*1~", b"HL*1**21*1~"),
        (b"HL*1**20*1~", b""),
    ],
)
def test_a_changed_byte_in_a_part_is_noticed(old: bytes, new: bytes) -> None:
    source, plans, judged, data = _demo()
    assert old in data
    parts = {Disposition.CLEAN: Source.from_bytes(data.replace(old, new))}

    with pytest.raises(ConservationError):
        check_conservation(source, judged, plans, parts)


def test_a_lost_part_is_noticed() -> None:
    source, plans, judged, _ = _demo()

    with pytest.raises(ConservationError):
        check_conservation(source, judged, plans, {})


def test_a_claim_in_the_wrong_part_is_noticed() -> None:
    source, plans, judged, data = _demo()
    judged[3] = replace(judged[3], disposition=Disposition.HELD)
    parts = {Disposition.CLEAN: Source.from_bytes(data)}

    with pytest.raises(ConservationError):
        check_conservation(source, judged, plans, parts)


def test_a_claim_that_stands_there_twice_is_noticed() -> None:
    source, plans, judged, data = _demo()
    begin, end = data.index(b"ST*837"), data.index(b"GE*")
    again = (
        data[begin:end].replace(b"*0001*005010X222A1", b"*0002*005010X222A1").replace(b"*0001~", b"*0002~")
    )
    parts = {Disposition.CLEAN: Source.from_bytes(data[:end] + again + data[end:].replace(b"GE*1", b"GE*2"))}

    with pytest.raises(ConservationError, match="were not judged so"):
        check_conservation(source, judged, plans, parts)


def test_a_claim_that_nobody_judged_is_noticed() -> None:
    source, plans, judged, data = _demo()

    with pytest.raises(ConservationError, match="1 claims of the input were not judged"):
        check_conservation(source, judged[:-1], plans, {Disposition.CLEAN: Source.from_bytes(data)})
