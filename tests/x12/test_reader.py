"""Reading loses no byte and knows where each stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_guard.x12 import (
    Delimiters,
    EnvelopeReader,
    FaultKind,
    Source,
    parse_transaction,
    read_delimiters,
    read_transaction,
)
from tests.builders import build, fixture
from tests.conftest import FIXTURES

DELIMITERS = st.permutations(list("*:~^|>'!+;\n\x1d\x1e\x1f\x00\xff")).map(
    lambda characters: build.Delimiters(*characters[:4], line_end="")
)


def _read(text: str) -> tuple[EnvelopeReader, Source]:
    source = Source.from_bytes(text.encode("latin-1"))
    reader = EnvelopeReader(source)
    return reader, source


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("delimiters/*.edi")), ids=lambda path: path.stem)
def test_segments_and_their_spans_give_the_file_back(path) -> None:
    data = path.read_bytes()
    with Source.from_bytes(data) as source:
        for text in EnvelopeReader(source):
            chunks = b"".join(source.read_bytes(*segment.chunk) for segment in text.segments)
            assert chunks == data[text.span.start : text.span.end]
            for segment in text.segments:
                _assert_spans(segment, data)


def _assert_spans(segment, data: bytes) -> None:
    assert data[segment.start : segment.end].decode("latin-1") == segment.text
    for element, value in enumerate(segment.elements[1:], start=1):
        start, end = segment.span(element)
        assert data[start:end].decode("latin-1") == value
        for component, part in enumerate(value.split(segment.delimiters.component), start=1):
            start, end = segment.span(element, component)
            assert data[start:end].decode("latin-1") == part


@given(delimiters=DELIMITERS, body=st.binary(max_size=300))
def test_any_bytes_inside_a_transaction_survive(delimiters, body: bytes) -> None:
    """Whatever stands between ST and SE is cut into segments whose chunks are the input again."""
    text = body.decode("latin-1")
    span_text = f"ST{delimiters.element}837{delimiters.segment}{text}{delimiters.segment}"
    reader, source = _read(build.interchange([], delimiters=delimiters))
    list(reader)
    span = _span(reader)
    parsed = parse_transaction(span_text, span, 0)

    chunks = "".join(span_text[slice(*segment.chunk)] for segment in parsed.segments)
    trailing = span_text[len(chunks) :]
    assert chunks + trailing == span_text
    assert not trailing.strip(" \r\n\t" + delimiters.segment)
    source.close()


def _span(reader: EnvelopeReader):
    from edi_guard.x12 import FunctionalGroup, TransactionSpan

    interchange = reader.envelope.interchanges[0]
    group = FunctionalGroup(interchange.isa, interchange)
    return TransactionSpan(0, group, "837", "0001", "", 0, 0)


@given(delimiters=DELIMITERS)
def test_any_legal_delimiters_are_read_from_isa(delimiters) -> None:
    text = build.interchange([], delimiters=delimiters)

    found = read_delimiters(text)

    assert found == Delimiters(
        delimiters.element, delimiters.component, delimiters.segment, delimiters.repetition
    )


@given(cut=st.integers(min_value=0, max_value=2000))
def test_a_file_cut_anywhere_is_never_taken_for_whole(cut: int) -> None:
    whole = fixture("837p/base_guidance.edi").rstrip("\n")
    reader, source = _read(whole[: min(cut, len(whole) - 1)])
    list(reader)

    assert reader.envelope.faults
    source.close()


@pytest.mark.parametrize("block", [1, 7, 64, 1000])
def test_the_size_of_blocks_makes_no_difference(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    text = fixture("delimiters/two_interchanges.edi")
    reader, source = _read(text)
    expected = [[s.text for s in t.segments] for t in reader]
    monkeypatch.setattr("edi_guard.x12.source.BLOCK", block)
    reader, source = _read(text)

    assert [[s.text for s in t.segments] for t in reader] == expected
    source.close()


def test_reading_a_transaction_again_gives_the_same() -> None:
    reader, source = _read(fixture("demo/professional.837"))
    for text in reader:
        again = read_transaction(source, text.span)
        assert [(s.text, s.start, s.number) for s in again.segments] == [
            (s.text, s.start, s.number) for s in text.segments
        ]
    source.close()


def test_an_endless_segment_is_not_read_into_memory() -> None:
    head = fixture("837p/base_guidance.edi")[:300]
    reader, source = _read(head + "X" * (1 << 23))
    list(reader)

    assert [fault.kind for fault in reader.envelope.faults] == [FaultKind.MISSING_TERMINATOR]
    source.close()


def test_a_segment_never_shows_its_text_in_a_repr() -> None:
    reader, source = _read(fixture("837p/base_guidance.edi"))
    shown = "".join(repr(segment) for text in reader for segment in text.segments)

    assert "DOE" not in shown
    source.close()
