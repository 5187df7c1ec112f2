"""A transaction set that is too long to be held is read like any other; its sections know their places."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_guard.findings import Edit
from edi_guard.x12 import EnvelopeReader, Piece, Section, Source, read_transaction, source, window
from edi_guard.x12.edits import EditConflictError, EditedText
from tests.builders import fixture
from tests.cli.test_never_crashes import _mutate
from tests.conftest import FIXTURES

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = sorted(
    str(path.relative_to(FIXTURES))
    for folder in ("837[pi]", "demo", "delimiters", "broken")
    for path in FIXTURES.glob(f"{folder}/*")
    if path.suffix in (".837", ".edi")
)
SHORT, LONG = 1 << 20, 40


def _read(data: bytes, held: int, block: int) -> tuple[object, ...]:
    with pytest.MonkeyPatch.context() as patch, Source.from_bytes(data) as stream:
        patch.setattr(window, "LONGEST_HELD", held)
        patch.setattr(window, "_OVERLAP", 60)
        patch.setattr(source, "BLOCK", block)
        reader = EnvelopeReader(stream)
        texts = list(reader)
        # A transaction set can be damaged until nothing is left of it.
        assert held == LONG or not any(text.is_long for text in texts)
        assert held == SHORT or all(t.is_long for t in texts if t.span.end - t.span.start > 3 * LONG)
        found = [
            (text.span.start, text.span.end, text.has_empty_segments, text.text, text.empty_segments)
            for text in texts
        ]
        envelope = reader.envelope
        ends = [(i.iea.text if i.iea else "", i.iea.number if i.iea else 0) for i in envelope.interchanges]
        return found, envelope.faults, envelope.lead, envelope.end, ends


@pytest.mark.parametrize("block", [61, 997])
@pytest.mark.parametrize("name", FILES)
def test_what_is_not_held_is_read_the_same(name: str, block: int) -> None:
    data = fixture(name).encode("latin-1")

    assert _read(data, LONG, block) == _read(data, SHORT, block)


@given(
    name=st.sampled_from([name for name in FILES if fixture(name).count("~") > 9]),
    seed=st.integers(0, 10**6),
    block=st.integers(50, 300),
)
def test_changed_files_are_read_the_same(name: str, seed: int, block: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a reproducible choice, no secret
    text = fixture(name)
    for _ in range(chance.randrange(1, 4)):
        text = _mutate(text, chance)
    data = text.encode("latin-1")

    assert _read(data, LONG, block) == _read(data, SHORT, block)


@given(body=st.text("A*~\n \r", max_size=200), block=st.integers(50, 120))
def test_terminators_and_empty_segments_are_counted_across_blocks(body: str, block: int) -> None:
    text = fixture("837p/base_office.edi")
    data = text.replace("\nSE*", f"\n{body}~\nSE*", 1).encode("latin-1")

    assert _read(data, LONG, block) == _read(data, SHORT, block)


# ------------------------------------------------------------------------ places


def _made(
    header: Piece, body: Piece, trailer: Piece, levels: tuple[Piece, ...] = (), *, is_last: bool = False
) -> Section:
    return Section(
        header,
        levels,
        body,
        trailer,
        is_first=False,
        is_last=is_last,
        claims_before=0,
        joined=frozenset({0}),
        providers=(),
    )


def _section(cuts: list[int]) -> Section:
    """Return a section of the pieces between cuts, of which the second is left out."""
    pieces = [Piece(start, end, number) for number, (start, end) in enumerate(pairwise(cuts), start=1)]
    header, _, *levels, body, trailer = pieces
    return _made(header, body, trailer, tuple(levels))


@st.composite
def _sections(draw: st.DrawFn) -> tuple[str, Section]:
    lengths = draw(st.lists(st.integers(1, 9), min_size=5, max_size=6))
    cuts = [sum(lengths[:n]) for n in range(len(lengths) + 1)]
    text = "".join(map(chr, range(65, 65 + cuts[-1])))
    return text, _section(cuts)


def _offsets(section: Section) -> Iterator[tuple[int, int]]:
    """Yield each offset of a section's text with its byte of the file."""
    offset = section.header.start
    for piece in section.pieces:
        for place in range(piece.start, piece.end):
            yield offset, place
            offset += 1


@given(made=_sections())
def test_each_byte_of_a_section_has_its_place(made: tuple[str, Section]) -> None:
    text, section = made
    with Source.from_bytes(text.encode("latin-1")) as stream:
        own = section.read(stream)
    for offset, place in _offsets(section):
        assert own[offset] == text[place]
        assert section.place_of(offset) == place
        assert section.offset_of(place) == offset


@given(made=_sections())
def test_behind_a_piece_is_where_it_ends(made: tuple[str, Section]) -> None:
    _, section = made
    offset = section.header.start
    for piece in section.pieces[:-1]:
        offset += piece.end - piece.start
        assert section.place_of(offset, behind=True) == piece.end
        assert section.offset_of(piece.end, behind=True) == offset


def test_a_byte_that_a_section_does_not_hold_has_no_offset() -> None:
    section = _section([0, 2, 4, 6, 8, 10])

    with pytest.raises(ValueError, match="byte 3 does not stand in the section"):
        section.offset_of(3)


@given(made=_sections(), data=st.data())
def test_edits_come_back_in_the_places_of_the_file(made: tuple[str, Section], data: st.DataObject) -> None:
    text, section = made
    with Source.from_bytes(text.encode("latin-1")) as stream:
        own = section.read(stream)
    edited = EditedText(own, section.header.start, section)
    offset, place = data.draw(st.sampled_from(list(_offsets(section))))
    edited.apply([Edit(offset, own[offset], "new")])

    assert edited.edits() == [Edit(place, text[place], "new")]
    again = EditedText(own, section.header.start, section)
    again.make(edited.edits())
    assert again.text == edited.text
    assert edited.original_offset(offset + 3) == (
        section.place_of(offset + 1) if offset + 1 < len(own) else place + 1
    )


@pytest.mark.parametrize("index", range(4))
def test_what_is_inserted_behind_a_piece_stands_there(index: int) -> None:
    section = _section([0, 2, 4, 6, 8, 12])
    own = "ABEFGHIJKL"
    offset = sum(piece.end - piece.start for piece in section.pieces[: index + 1])
    edited = EditedText(own, 0, section)
    edited.apply([Edit(offset, "", "+")])

    assert edited.edits() == [Edit(section.pieces[index].end, "", "+")]
    again = EditedText(own, 0, section)
    again.make(edited.edits())
    assert again.text == edited.text == f"{own[:offset]}+{own[offset:]}"
    assert edited.original_offset(offset) == section.pieces[index].end


def test_an_edit_that_does_not_fit_a_section_is_refused() -> None:
    section = _section([0, 2, 4, 6, 8, 10])

    with pytest.raises(EditConflictError):
        EditedText("ABEFGHIJ", 0, section).make([Edit(4, "X", "Y")])


def test_a_section_is_read_as_one_text() -> None:
    text = fixture("837p/base_office.edi")
    with Source.from_bytes(text.encode("latin-1")) as stream:
        (whole,) = EnvelopeReader(stream)
        starts = [segment.chunk.start for segment in whole.segments]
        header = Piece(starts[0], starts[2], 1)
        body, trailer = Piece(starts[10], starts[12], 11), Piece(starts[-1], whole.span.end, len(starts))
        section = _made(header, body, trailer, is_last=True)
        read = read_transaction(stream, whole.span, section)

    expected = [whole.segments[n].text for n in (0, 1, 10, 11, -1)]
    assert [segment.text for segment in read.segments] == expected
    assert section.home == range(body.start, trailer.end)
